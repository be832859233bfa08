//! One client certificate: what it says of itself, where it is used, another name, another chain and key, its end.

use super::PairFields;
use crate::api::certificates::{Delete, Replace, Update};
use crate::flash::FormState;
use crate::pages::parts::Validity;
use crate::server::{actor, id, load, missing};
use control::{certificates, teams};
use domain::certificates::{Certificate, CertificateDetail, CertificateUse};
use domain::ids::CertificateId;
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Confirm, Crumb, DefinitionList, Field, Form, FormActions, KeyValue, Load,
    Page, PageHeader, Show, TextInput, Time,
};

#[component]
pub fn CertificatePage() -> AnyView {
    let certificate = id::<CertificateId>("certificate", "certificate");
    let shown = load(|control, actor| async move {
        let detail = certificates::get(&control, &actor, &certificate?).await?;
        let team = teams::get(&control, &actor, &detail.certificate.team).await?.team;
        Ok((team, detail))
    });
    view! {
        <Page>
            <Load resource=shown let:shown>
                {
                    let (team, CertificateDetail { certificate, uses }) = shown;
                    let list = format!("/teams/{}/certificates", team.id);
                    view! {
                        <Title text=certificate.name.clone()/>
                        <PageHeader
                            title=certificate.name.clone()
                            breadcrumb=vec![
                                Crumb::new("Teams", "/teams"),
                                Crumb::new(team.name, format!("/teams/{}", team.id)),
                                Crumb::new("Client certificates", list),
                            ]
                            badges=view! { <Validity from=certificate.not_before until=certificate.not_after/> }
                        />
                        <div class="narrow stack">
                            <Facts certificate=certificate.clone() uses=uses.clone()/>
                            <Rename certificate=certificate.clone()/>
                            <Another certificate=certificate.clone()/>
                            <Ending certificate used=!uses.is_empty()/>
                        </div>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

fn barred(certificate: &Certificate) -> Option<String> {
    missing(actor().may(Permission::ApisPublish, &certificate.team), Permission::ApisPublish)
}

fn hidden(certificate: &Certificate) -> Vec<(&'static str, String)> {
    vec![("certificate", certificate.id.to_string())]
}

#[component]
fn Facts(certificate: Certificate, uses: Vec<CertificateUse>) -> AnyView {
    let (from, until) = (certificate.not_before.timestamp_millis(), certificate.not_after.timestamp_millis());
    let used = if uses.is_empty() {
        view! { <span class="faint">"nowhere"</span> }.into_any()
    } else {
        uses.into_iter().map(place).collect_view().into_any()
    };
    view! {
        <Card>
            <DefinitionList>
                <KeyValue label="Subject"><code class="break">{certificate.subject}</code></KeyValue>
                <KeyValue label="Issued by"><code class="break">{certificate.issuer}</code></KeyValue>
                <KeyValue label="From"><Time at=from show=Show::Date/></KeyValue>
                <KeyValue label="Until"><Time at=until show=Show::Date/></KeyValue>
                <KeyValue label="SHA-256"><code class="break">{certificate.fingerprint}</code></KeyValue>
                <KeyValue label="Used by">{used}</KeyValue>
            </DefinitionList>
        </Card>
    }
    .into_any()
}

fn place(used: CertificateUse) -> AnyView {
    let href = format!("/apis/{}/upstream?version={}", used.api, used.version);
    let which = match (used.draft, used.live) {
        (true, true) => "draft and live",
        (true, false) => "draft",
        _ => "live",
    };
    view! { <div><a href=href>{format!("{} {}", used.api_name, used.version)}</a> {format!(" ({which})")}</div> }
        .into_any()
}

#[component]
fn Rename(certificate: Certificate) -> AnyView {
    let form = FormState::of(Update::url());
    let disabled = barred(&certificate);
    view! {
        <Card title="Name">
            <Form action=Update::url() hidden=hidden(&certificate)>
                <Field name="name" label="Name" error=form.error("name") required=true>
                    <TextInput value=form.value_or("name", &certificate.name) maxlength=80/>
                </Field>
                <FormActions><Button disabled>"Rename"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Another(certificate: Certificate) -> AnyView {
    let form = FormState::of(Replace::url());
    let disabled = barred(&certificate);
    view! {
        <Card title="Replace it" lead="Versions that are live show the new one from the next call on, without being published again.">
            <Form action=Replace::url() hidden=hidden(&certificate)>
                <PairFields form/>
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Replace"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Ending(certificate: Certificate, used: bool) -> AnyView {
    let full = used.then(|| "It is used: take it out of those versions first".to_owned());
    let disabled = barred(&certificate).or(full);
    view! {
        <Card title="Delete this certificate" lead="Its key is gone for good." danger=true>
            <Confirm
                id="delete-certificate"
                label="Delete certificate"
                title=format!("Delete {}?", certificate.name)
                text="The certificate and its key are gone for good. Backends that ask for it can only be called with another one."
                action=Delete::url()
                confirm="Delete certificate"
                variant=ButtonVariant::Danger
                danger=true
                hidden=hidden(&certificate)
                disabled
            />
        </Card>
    }
    .into_any()
}

//! The client certificates of a team: which there are, how long they are good, and keeping another one.

mod certificate;

pub use certificate::CertificatePage;

use crate::api::certificates::Create;
use crate::flash::FormState;
use crate::pages::parts::Validity;
use crate::server::{actor, id, load, missing, next_href, page_of};
use control::{certificates, teams};
use domain::certificates::Certificate;
use domain::ids::TeamId;
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Column, Crumb, EmptyState, Field, Form, FormActions, Glyph, Load, Page,
    PageHeader, Pager, Row, Show, Table, TextArea, TextInput, Time,
};

#[component]
pub fn Certificates() -> AnyView {
    let (team, page) = (id::<TeamId>("team", "team"), page_of());
    let shown = load(|control, actor| async move {
        let team = teams::get(&control, &actor, &team?).await?.team;
        let list = certificates::list(&control, &actor, &team.id, &page?).await?;
        Ok((team, list))
    });
    view! {
        <Title text="Client certificates"/>
        <Page>
            <Load resource=shown let:shown>
                {
                    let (team, list) = shown;
                    view! {
                        <PageHeader
                            title="Client certificates"
                            lead="What the team's APIs show to backends that ask who calls."
                            breadcrumb=vec![
                                Crumb::new("Teams", "/teams"),
                                Crumb::new(team.name, format!("/teams/{}", team.id)),
                            ]
                        />
                        <div class="split">
                            <List list/>
                            <NewForm team=team.id/>
                        </div>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<Certificate>) -> AnyView {
    let next_href = next_href(list.next.as_deref());
    let columns = vec![
        Column::new("Certificate"),
        Column::new("Issued by"),
        Column::shrink("Until"),
        Column::shrink("State"),
    ];
    let rows = list.items.into_iter().map(row).collect();
    let empty = view! {
        <EmptyState
            glyph=Glyph::Lock
            title="No client certificates yet"
            text="Backends that take calls from known clients alone ask for one (mutual TLS)."
        />
    };
    view! {
        <div class="stack">
            <Table caption="Client certificates" columns rows empty/>
            <Pager next_href/>
        </div>
    }
    .into_any()
}

fn row(certificate: Certificate) -> Row {
    let href = format!("/certificates/{}", certificate.id);
    let (from, until) = (certificate.not_before, certificate.not_after);
    Row::new()
        .cell(
            view! { <a href=href>{certificate.name}</a> <span class="cell-sub">{certificate.subject}</span> },
        )
        .cell(certificate.issuer)
        .cell(view! { <Time at=until.timestamp_millis() show=Show::Date/> })
        .cell(view! { <Validity from until/> })
}

#[component]
fn NewForm(team: TeamId) -> AnyView {
    let form = FormState::of(Create::url());
    let disabled = missing(actor().may(Permission::ApisPublish, &team), Permission::ApisPublish);
    view! {
        <Card title="Keep a certificate" lead="The key is kept sealed, and never shown again.">
            <Form action=Create::url() hidden=vec![("team", team.to_string())]>
                <Field name="name" label="Name" error=form.error("name") required=true>
                    <TextInput value=form.value("name") maxlength=80 placeholder="Orders backend"/>
                </Field>
                <PairFields form/>
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled>"Keep certificate"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// A chain and its key. What was typed as the key is not sent back.
#[component]
fn PairFields(form: FormState) -> AnyView {
    view! {
        <Field
            name="chain"
            label="Certificates"
            hint="In PEM: the client's own first, each followed by the one that signed it."
            error=form.error("chain")
            required=true
        >
            <TextArea value=form.value("chain") rows=5 mono=true placeholder="-----BEGIN CERTIFICATE-----"/>
        </Field>
        <Field
            name="private_key"
            label="Private key"
            hint="In PEM, not encrypted."
            error=form.error("private_key")
            required=true
        >
            <TextArea rows=5 mono=true placeholder="-----BEGIN PRIVATE KEY-----"/>
        </Field>
    }
    .into_any()
}

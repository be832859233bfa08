//! Whom the version trusts as its backend, and what it shows of itself.

use crate::api::versions::tls::Tls as Save;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use crate::server::load;
use control::certificates;
use domain::certificates::Certificate;
use domain::paging::{MAX_LIMIT, PageOf};
use domain::roles::Permission;
use domain::upstream::UpstreamTls;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, Card, Choice, Field, Form, FormActions, Load, Select, TextArea, TextInput};

#[component]
pub fn TlsForm(desk: Desk) -> AnyView {
    let team = desk.api().team.clone();
    let kept = load(|control, actor| async move {
        let page = PageOf { limit: MAX_LIMIT, cursor: None };
        Ok(certificates::list(&control, &actor, &team, &page).await?)
    });
    view! {
        <Load resource=kept let:kept>
            <Shown desk=desk.clone() certificates=kept.items/>
        </Load>
    }
    .into_any()
}

#[component]
fn Shown(desk: Desk, certificates: Vec<Certificate>) -> AnyView {
    let form = FormState::of(Save::url());
    let tls = desk.version.draft.upstream.tls.clone();
    let disabled = desk.missing(Permission::ApisEdit);
    let manage = format!("/teams/{}/certificates", desk.api().team);
    view! {
        <Card title="TLS to the backend" lead="For addresses that begin with https://. Left empty, the authorities that browsers trust are trusted.">
            <Form action=Save::url() hidden=desk.hidden() problem=form.error("upstream.tls")>
                <Fields form tls certificates/>
                <p class="muted">"Client certificates belong to the team: " <a href=manage>"all of them"</a> "."</p>
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Fields(form: FormState, tls: UpstreamTls, certificates: Vec<Certificate>) -> AnyView {
    let chosen = tls.client_certificate.map(|id| id.to_string()).unwrap_or_default();
    let server_name = tls.server_name.map(|name| name.to_string()).unwrap_or_default();
    let choice = |it: &Certificate| Choice::new(it.id.as_str(), format!("{} ({})", it.name, it.subject));
    let mut options = vec![Choice::new("", "None")];
    options.extend(certificates.iter().map(choice));
    view! {
        <Field
            name="ca"
            label="Authorities"
            hint="Certificates in PEM. With them, these alone are trusted."
            error=form.error("upstream.tls.ca")
        >
            <TextArea
                value=form.value_or("ca", &tls.ca.unwrap_or_default())
                rows=4
                mono=true
                placeholder="-----BEGIN CERTIFICATE-----"
            />
        </Field>
        <Field
            name="client_certificate"
            label="Client certificate"
            hint="Shown to backends that ask who calls."
            error=form.error("upstream.tls.client_certificate")
            quiet=true
        >
            <Select options value=form.value_or("client_certificate", &chosen)/>
        </Field>
        <Field
            name="server_name"
            label="Server name"
            hint="Asked for, and looked for in the backend's certificate, in place of the address's host."
            error=form.error("upstream.tls.server_name")
        >
            <TextInput value=form.value_or("server_name", &server_name) mono=true placeholder="orders.internal"/>
        </Field>
    }
    .into_any()
}

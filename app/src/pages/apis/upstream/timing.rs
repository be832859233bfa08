//! Whether answers tell what took how long.

use crate::api::versions::draft::ServerTiming as Save;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, Card, Form, FormActions, Toggle};

#[component]
pub fn TimingForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let enabled = form.checked("enabled", desk.version.draft.policies.server_timing);
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Timing" lead="Browsers show it beside each call. Whoever may call can read it.">
            <Form action=Save::url() hidden=desk.hidden()>
                <Toggle name="enabled" label="Tell callers how long backend and gateway took (Server-Timing)" checked=enabled/>
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

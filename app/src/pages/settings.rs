//! What is decided for the whole platform.

use crate::api::settings::Update;
use crate::flash::FormState;
use crate::server::{actor, load, missing};
use control::settings;
use domain::roles::Permission;
use domain::settings::Settings;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Choice, Field, Fieldset, Form, FormActions, InputKind, Load, Page,
    PageHeader, Select, TextInput, Toggle,
};

#[component]
pub fn SettingsPage() -> AnyView {
    let settings = load(|control, _| async move { Ok(settings::get(&control).await?) });
    view! {
        <Title text="Settings"/>
        <Page>
            <PageHeader title="Settings" lead="What holds for everybody on this installation."/>
            <div class="narrow">
                <Load resource=settings let:settings>
                    <SettingsForm settings/>
                </Load>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn SettingsForm(settings: Settings) -> AnyView {
    let form = FormState::of(Update::url());
    let barred = missing(actor().may_on_platform(Permission::SettingsManage), Permission::SettingsManage);
    let name = form.value_or("name", &settings.name);
    let unknown_price = form.value_or("unknown_price", settings.unknown_price.as_str());
    let prices =
        vec![Choice::new("allow", "Go through, and are marked"), Choice::new("refuse", "Are refused")];
    let days = form.value_or("keep_calls_days", &settings.keep_calls_days.to_string());
    view! {
        <Form action=Update::url()>
            <Card title="Name">
                <Field
                    name="name"
                    label="Name of this installation"
                    hint="In the sidebar, in page titles and on the sign-in page."
                    error=form.error("name")
                    required=true
                >
                    <TextInput value=name maxlength=40/>
                </Field>
            </Card>
            <Card title="Who comes in">
                <WaysIn form settings/>
            </Card>
            <Card title="Calls">
                <Field
                    name="keep_calls_days"
                    label="Keep single calls for"
                    hint="Older calls are deleted; usage, which is calls added up, stays."
                    error=form.error("keep_calls_days")
                    required=true
                >
                    <TextInput
                        value=days
                        kind=InputKind::Number
                        min="1"
                        max="3650"
                        suffix="days"
                    />
                </Field>
            </Card>
            <Card title="Models">
                <Field
                    name="unknown_price"
                    label="Calls to models whose price is not known"
                    hint="Budgets of money cannot count them."
                    error=form.error("unknown_price")
                >
                    <Select options=prices value=unknown_price/>
                </Field>
            </Card>
            <FormActions>
                <Button variant=ButtonVariant::Primary disabled=barred>"Save settings"</Button>
            </FormActions>
        </Form>
    }
    .into_any()
}

#[component]
fn WaysIn(form: FormState, settings: Settings) -> AnyView {
    view! {
        <Fieldset legend="Accounts and teams">
            <Toggle
                name="self_registration"
                label="People may create accounts for themselves"
                hint="Otherwise they are invited."
                checked=form.checked("self_registration", settings.self_registration)
            />
            <Toggle
                name="approve_registrations"
                label="An administrator decides about such accounts"
                hint="They wait in the inbox."
                checked=form.checked("approve_registrations", settings.approve_registrations)
            />
            <Toggle
                name="members_create_teams"
                label="Members may create teams"
                checked=form.checked("members_create_teams", settings.members_create_teams)
            />
            <Toggle
                name="anonymous_catalogue"
                label="Visitors see public APIs"
                hint="Without signing in, they look through the catalogue and read the documentation of public APIs."
                checked=form.checked("anonymous_catalogue", settings.anonymous_catalogue)
            />
        </Fieldset>
    }
    .into_any()
}

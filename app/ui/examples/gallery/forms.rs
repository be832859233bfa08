//! Forms, every control, wrong and right; and the page to sign in.

use crate::home::frame;
use leptos::prelude::*;
use ui::*;

pub fn page() -> AnyView {
    frame("Settings", Box::new(|| view! { <Page>{content()}</Page> }.into_any()))
}

pub fn sign_in() -> AnyView {
    view! {
        <EntryPage
            title="Sign in to Gatehouse"
            lead="APIs and models of Example Ltd."
            footer=view! { "No account? Ask an administrator for an invitation." }
        >
            <Form action="/api/sessions/create" problem="E-mail or password is not right.">
                <Field name="email" label="E-mail" required=true>
                    <TextInput kind=InputKind::Email autocomplete="username" value="ada@example.com"/>
                </Field>
                <Field name="password" label="Password" required=true>
                    <PasswordInput autocomplete="current-password"/>
                </Field>
                <Button variant=ButtonVariant::Primary size=ButtonSize::Block>"Sign in"</Button>
            </Form>
        </EntryPage>
    }
    .into_any()
}

fn content() -> impl IntoView {
    let steps = ["Backend", "Checks", "Plan", "Preview", "Publish"];
    view! {
        <PageHeader title="Publish an API" breadcrumb=vec![Crumb::new("APIs", "#")]/>
        <Steps label="Publish an API" items=steps.iter().map(|label| Step::new(*label).href("#")).collect() current=2/>
        <div class="split">
            <Card title="The API">{api_form()}</Card>
            <div class="stack">
                <Card title="Buttons">{buttons()}</Card>
                <Card title="Delete this API" danger=true>
                    <p>"Its revisions and plans go with it. Calls stay in the log until they expire."</p>
                    <Confirm
                        id="delete-api"
                        label="Delete"
                        title="Delete Payments?"
                        text="2 applications still call it. This cannot be undone."
                        action="/api/apis/delete"
                        confirm="Delete Payments"
                        variant=ButtonVariant::Danger
                        glyph=Glyph::Trash
                        danger=true
                    />
                </Card>
            </div>
        </div>
    }
}

fn api_form() -> impl IntoView {
    let teams = vec![Choice::new("core", "Core payments"), Choice::new("ops", "Operations").disabled()];
    view! {
        <Form action="/api/apis/create" multipart=true problem="Two fields need another look.">
            <Fieldset legend="Name" hint="How others find it.">
                <FieldRow>
                    <Field name="name" label="Name" required=true><TextInput value="Payments"/></Field>
                    <Field name="slug" label="Slug" required=true error="Another API has this slug: Payouts by Logistics.">
                        <TextInput value="payouts" mono=true prefix="/"/>
                    </Field>
                </FieldRow>
                <Field name="description" label="Description" hint="One sentence, shown in the catalogue.">
                    <TextArea placeholder="Charges, refunds and payouts" rows=3/>
                </Field>
                <FieldRow>
                    <Field name="team" label="Team" required=true><Select options=teams value="core"/></Field>
                    <Field name="timeout" label="Timeout"><TextInput kind=InputKind::Number suffix="ms" value="3000"/></Field>
                </FieldRow>
                <Field name="document" label="OpenAPI document" hint="JSON or YAML, up to 5 MiB.">
                    <FileInput accept=".json,.yaml"/>
                </Field>
            </Fieldset>
            <Fieldset legend="Access">
                <RadioCards
                    name="approval"
                    legend="Who may subscribe"
                    value="manual"
                    cards=vec![
                        RadioCard::new("automatic", "Everybody").text("Access starts at once."),
                        RadioCard::new("manual", "After approval")
                            .text("A publisher of the team decides.")
                            .aside(view! { <Badge label="Usual" tone=Tone::Accent/> }),
                        RadioCard::new("closed", "Nobody").text("Needs the role owner.").disabled(),
                    ]
                />
                <Checkbox name="reason" label="Ask for a reason" hint="Shown to whoever decides." checked=true/>
                <Checkbox name="terms" label="Terms must be accepted"/>
                <Toggle name="listed" label="Listed in the catalogue" checked=true/>
                <Toggle name="mock" label="Answer with examples" hint="Until the backend is there."/>
            </Fieldset>
            <FieldsetFold legend="Retries" state="After 502" open=true>
                <Switched name="retry" label="Send a call again when it fails" checked=true>
                    <Checkboxes name="after" legend="After">
                        <Checkbox name="after[0]" value="502" label="502 Bad Gateway" checked=true/>
                        <Checkbox name="after[1]" value="503" label="503 Service Unavailable"/>
                    </Checkboxes>
                </Switched>
            </FieldsetFold>
            <FormActions>
                <Button variant=ButtonVariant::Primary>"Continue"</Button>
                <LinkButton href="#" variant=ButtonVariant::Quiet>"Cancel"</LinkButton>
            </FormActions>
        </Form>
    }
}

fn buttons() -> impl IntoView {
    view! {
        <div class="row">
            <Button variant=ButtonVariant::Primary>"Primary"</Button>
            <Button>"Secondary"</Button>
            <Button variant=ButtonVariant::Quiet>"Quiet"</Button>
            <Button variant=ButtonVariant::Danger>"Danger"</Button>
        </div>
        <div class="row">
            <Button size=ButtonSize::Small glyph=Glyph::Refresh>"Small"</Button>
            <IconButton glyph=Glyph::Copy label="Copy"/>
            <Menu label="More">
                <MenuItem href="#" glyph=Glyph::Edit>"Edit"</MenuItem>
                <MenuItem href="#" glyph=Glyph::Pause>"Pause"</MenuItem>
            </Menu>
        </div>
        <div class="row">
            <Button variant=ButtonVariant::Primary disabled="Needs the role publisher in Core payments.">"Publish"</Button>
            <LinkButton href="#" disabled="The draft equals what is live.">"Review"</LinkButton>
        </div>
    }
}

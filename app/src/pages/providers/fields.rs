//! What a vendor asks, as fields: drawn from its form.

use crate::flash::FormState;
use domain::providers::{FormField, KeyForm, ProviderSettings, VendorForm};
use leptos::prelude::*;
use ui::{Field, InputKind, PasswordInput, TextArea, TextInput};

/// Name, what the vendor asks besides keys, and the address.
#[component]
pub fn ConnectionFields(
    form: FormState,
    vendor: VendorForm,
    name: String,
    #[prop(optional)] settings: ProviderSettings,
    #[prop(optional)] base_url: String,
) -> AnyView {
    let asked = vendor.fields.iter().map(|field| {
        let stored = settings.get(&field.name).cloned().unwrap_or_default();
        view! { <Asked form field=field.clone() stored/> }
    });
    let asked = asked.collect_view();
    let own = vendor.base_url.starts_with("http");
    let hint = match (own, vendor.fields.is_empty()) {
        (true, _) => format!("Empty: {}", vendor.base_url),
        (false, true) => "What stands before the paths of its API, with /v1 where it has that.".to_owned(),
        (false, false) => "Empty: made from the fields above.".to_owned(),
    };
    view! {
        <Field name="name" label="Name" hint="What the teams of this installation call it." error=form.error("name") required=true>
            <TextInput value=form.value_or("name", &name) maxlength=80/>
        </Field>
        {asked}
        <Field name="base_url" label="Address" hint error=form.error("base_url") required=!own && vendor.fields.is_empty()>
            <TextInput
                value=form.value_or("base_url", &base_url)
                kind=InputKind::Url
                mono=true
                placeholder="https://models.example.com/v1"
            />
        </Field>
    }
    .into_any()
}

/// A field of the vendor's form.
#[component]
fn Asked(form: FormState, field: FormField, stored: String) -> AnyView {
    let name = format!("settings[{}]", field.name);
    let error = form.error(&format!("settings.{}", field.name));
    let id = format!("field-setting-{}", field.name);
    view! {
        <Field name=name.clone() label=field.label id error required=field.required>
            <TextInput value=form.value_or(&name, &stored) mono=true placeholder=field.example/>
        </Field>
    }
    .into_any()
}

/// A secret, as the vendor gives it. What was typed is never sent back.
#[component]
pub fn SecretField(vendor: VendorForm, error: Option<String>, required: bool) -> AnyView {
    let (label, hint) = match vendor.key {
        KeyForm::ServiceAccount => ("Service account", "The JSON file that the vendor gave, as it is."),
        KeyForm::Sigv4 => (
            "Access key",
            "The access key, a colon and the secret key, with a colon and the session token behind them where there is one; or an API key.",
        ),
        _ => ("Secret", "As the vendor gives it. It is kept sealed, and never shown again."),
    };
    // made within its field, which gives it name and label
    let input = move || match vendor.key {
        KeyForm::ServiceAccount => view! { <TextArea rows=5 mono=true/> }.into_any(),
        _ => view! { <PasswordInput autocomplete="off"/> }.into_any(),
    };
    view! { <Field name="secret" label hint error required>{input()}</Field> }.into_any()
}

/// The share of the calls, and the day of the end.
#[component]
pub fn ShareFields(form: FormState, weight: u32, #[prop(optional)] expires_at: String) -> AnyView {
    view! {
        <Field
            name="weight"
            label="Weight"
            hint="Its share of the calls, beside the weights of the others: 1 to 100."
            error=form.error("weight")
            required=true
        >
            <TextInput value=form.value_or("weight", &weight.to_string()) kind=InputKind::Number min="1" max="100"/>
        </Field>
        <Field
            name="expires_at"
            label="Expires"
            hint="From the beginning of this day, in UTC, no call goes out with it."
            error=form.error("expires_at")
        >
            <TextInput value=form.value_or("expires_at", &expires_at) kind=InputKind::Date/>
        </Field>
    }
    .into_any()
}

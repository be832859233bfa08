//! The ways in: set-up, signing in and up, invitations. Each a card on an empty page.

pub mod invitation;
pub mod set_up;
pub mod sign_in;
pub mod sign_up;

use crate::flash::FormState;
use leptos::prelude::*;
use ui::{Field, InputKind, PasswordInput, TextInput};

/// The name of a person who makes an account.
#[component]
fn NameField(form: FormState) -> AnyView {
    view! {
        <Field name="name" label="Your name" error=form.error("name") required=true>
            <TextInput value=form.value("name") autocomplete="name" maxlength=80 autofocus=true/>
        </Field>
    }
    .into_any()
}

/// The address with which a person who makes an account signs in.
#[component]
fn EmailField(form: FormState) -> AnyView {
    view! {
        <Field name="email" label="E-mail address" error=form.error("email") required=true>
            <TextInput value=form.value("email") kind=InputKind::Email autocomplete="username" maxlength=254/>
        </Field>
    }
    .into_any()
}

/// A password that is made, not checked.
#[component]
pub fn NewPasswordField(
    form: FormState,
    #[prop(default = "Password".into(), into)] label: String,
) -> AnyView {
    view! {
        <Field
            name="password"
            label
            hint="8 to 128 characters; a few words are easy to remember and hard to guess."
            error=form.error("password")
            required=true
        >
            <PasswordInput autocomplete="new-password" minlength=8 maxlength=128/>
        </Field>
    }
    .into_any()
}

//! Connections to AI vendors: which there are, how they and their keys are, and connecting to another vendor.

pub mod connect;
pub mod key;
pub mod list;
pub mod provider;

mod fields;
mod keys;
mod test;

use crate::error::Result;
use crate::server::{actor, missing};
use control::{Actor, Control, providers};
use domain::paging::{MAX_LIMIT, PageOf};
use domain::providers::{Standing, VendorForm};
use domain::roles::Permission;
use leptos::prelude::*;
use ui::{Badge, Tone};

/// What each vendor asks of whoever connects to it.
fn forms(control: &Control, actor: &Actor) -> Result<Vec<VendorForm>> {
    let page = PageOf { limit: MAX_LIMIT, cursor: None };
    Ok(providers::vendors(control, actor, &page)?.items)
}

/// As people call the vendor.
fn vendor_name(forms: &[VendorForm], kind: &str) -> String {
    let form = forms.iter().find(|form| form.id == kind);
    form.map_or_else(|| kind.to_owned(), |form| form.name.clone())
}

/// Why the person may change nothing here, if so.
fn barred() -> Option<String> {
    let permission = Permission::ProvidersManage;
    missing(actor().may_on_platform(permission), permission)
}

/// How a connection is, in a word or two.
#[component]
fn StandingBadge(standing: Standing) -> AnyView {
    let (label, tone) = match standing {
        Standing::Off => ("Switched off".to_owned(), Tone::Neutral),
        Standing::Keyless => ("No keys".to_owned(), Tone::Neutral),
        Standing::Unusable => ("No key can be used".to_owned(), Tone::Danger),
        Standing::Unserved => ("Not called".to_owned(), Tone::Warning),
        Standing::Resting { resting, of } if resting == of => ("All keys rest".to_owned(), Tone::Danger),
        Standing::Resting { resting, of } => (format!("{resting} of {of} keys rest"), Tone::Warning),
        Standing::Failing => ("Test failed".to_owned(), Tone::Danger),
        Standing::Well => ("Healthy".to_owned(), Tone::Good),
    };
    view! { <Badge label tone dot=true/> }.into_any()
}

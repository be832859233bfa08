//! The vendors that can be connected to: a list that the assembler hands over.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::services::Control;
use domain::check::Invalid;
use domain::paging::{Page, PageOf};
use domain::providers::{ProviderSecret, VendorForm, find};
use domain::roles::Permission;

/// What each vendor asks of whoever connects to it, in the order of the list. The cursor is the last one's id.
pub fn vendors(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<VendorForm>> {
    actor.require(Permission::ProvidersRead)?;
    let forms = control.vendors();
    let before = match &page.cursor {
        None => 0,
        Some(cursor) => match forms.iter().position(|form| form.id == *cursor) {
            Some(at) => at + 1,
            None => return Err(Error::Store(store::Error::Cursor)),
        },
    };
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let items: Vec<VendorForm> = forms.iter().skip(before).take(limit).cloned().collect();
    let more = before + items.len() < forms.len();
    let next = items.last().filter(|_| more).map(|last| last.id.clone());
    Ok(Page { items, next })
}

/// The form of a vendor.
pub(super) fn form<'c>(control: &'c Control, kind: &str) -> Result<&'c VendorForm> {
    Ok(find(control.vendors(), kind)?)
}

/// Refuses a secret that cannot be what the vendor gives.
pub(super) fn check_secret(form: &VendorForm, field: &str, secret: &ProviderSecret) -> Result<()> {
    form.check_secret(secret).map_err(|message| Invalid::one(field, message).into())
}

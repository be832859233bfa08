//! The lists of the inbox: what waits for the caller, what has been decided, what the caller asked for.

use super::{decided_by, readable_by};
use crate::actor::Actor;
use crate::error::Result;
use crate::services::Control;
use domain::paging::{Page, PageOf};
use domain::requests::{Request, RequestFilter, RequestState};
use store::requests::RequestScope;

/// Those that wait for the caller's decision, the oldest first: what [`super::count_pending`] counts.
pub async fn waiting(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<Request>> {
    let filter = RequestFilter { state: Some(RequestState::Pending), ..RequestFilter::default() };
    let mut conn = control.store().read().await?;
    Ok(store::requests::list(&mut conn, &filter, &decided_by(actor), page).await?)
}

/// Those that the caller reads and that wait no longer, the newest first.
pub async fn decided(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<Request>> {
    Ok(store::requests::history(&mut control.store().read().await?, &readable_by(actor), page).await?)
}

/// Those that the caller made, in any state, the newest first.
pub async fn own(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<Request>> {
    let scope = RequestScope::Of { teams: Vec::new(), platform: false, account: Some(actor.account.clone()) };
    let mut conn = control.store().read().await?;
    Ok(store::requests::list(&mut conn, &RequestFilter::default(), &scope, page).await?)
}

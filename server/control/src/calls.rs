//! Calls: a provider reads all calls to its APIs, a consumer all calls of its applications.

pub(crate) mod scope;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::services::Control;
use domain::calls::{Call, CallFilter};
use domain::ids::{ApiId, ApplicationId};
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use serde::{Deserialize, Serialize};
use store::scope::Scope;

/// A call with names for its ids; what was deleted since, or was never known, has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallRow {
    #[serde(flatten)]
    pub call: Call,
    pub api_name: Option<String>,
    pub application_name: Option<String>,
}

impl CallRow {
    fn new(call: Call, names: &Names) -> Self {
        let api = call.api.as_ref().and_then(|id| names.api(id)).map(str::to_owned);
        let application = call.application.as_ref().and_then(|id| names.application(id)).map(str::to_owned);
        Self { call, api_name: api, application_name: application }
    }
}

async fn names(control: &Control, calls: &[Call]) -> Result<Names> {
    let apis = calls.iter().filter_map(|call| call.api.clone()).collect::<Vec<ApiId>>();
    let applications =
        calls.iter().filter_map(|call| call.application.clone()).collect::<Vec<ApplicationId>>();
    Names::load(control, apis, applications).await
}

/// Calls, newest first.
pub async fn list(
    control: &Control,
    actor: &Actor,
    filter: &CallFilter,
    page: &PageOf,
) -> Result<Page<CallRow>> {
    let named = (filter.api.as_ref(), filter.application.as_ref());
    let scope = scope::of(control, actor, Permission::CallsRead, named).await?;
    let found =
        store::calls::list(&mut control.store().calls_snapshot().await?, filter, &scope, page).await?;
    let names = names(control, &found.items).await?;
    Ok(found.map(|call| CallRow::new(call, &names)))
}

pub async fn get(control: &Control, actor: &Actor, id: &str) -> Result<CallRow> {
    let scope = scope::of(control, actor, Permission::CallsRead, (None, None)).await?;
    let call = store::calls::get(&mut control.store().calls_snapshot().await?, id).await?;
    let call = call.filter(|call| includes(&scope, call)).ok_or_else(|| Error::not_found("call"))?;
    let names = names(control, std::slice::from_ref(&call)).await?;
    Ok(CallRow::new(call, &names))
}

fn includes(scope: &Scope, call: &Call) -> bool {
    match scope {
        Scope::Everything => true,
        Scope::Of { apis, applications } => {
            call.api.as_ref().is_some_and(|id| apis.contains(id))
                || call.application.as_ref().is_some_and(|id| applications.contains(id))
        }
    }
}

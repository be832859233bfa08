//! Accounts. Signing in, set-up and passwords are for people in front of the portal, and not here.

use crate::answer::{Changed, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use control::accounts::AccountFilter;
use domain::accounts::{Account, AccountStatus, UpdateAccount, UpdateProfile};
use domain::ids::AccountId;
use domain::roles::{Permission, PlatformRole};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/accounts", "accounts.list", list)
            .needs(Permission::AccountsRead)
            .summary("Lists accounts by e-mail address"),
        Endpoint::get("/accounts/me", "accounts.me", me)
            .signed_in()
            .summary("Shows the caller's own account"),
        Endpoint::patch("/accounts/me", "accounts.update-me", update_me)
            .signed_in()
            .audited()
            .summary("Changes the caller's own profile"),
        Endpoint::get("/accounts/{account}", "accounts.get", get)
            .needs(Permission::AccountsRead)
            .summary("Shows an account"),
        Endpoint::patch("/accounts/{account}", "accounts.update", update)
            .needs(Permission::AccountsManage)
            .audited()
            .summary("Changes an account's platform role or status"),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    /// A part of the name or the e-mail address.
    search: Option<String>,
    role: Option<PlatformRole>,
    status: Option<AccountStatus>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<Account>> {
    let filter = AccountFilter { text: asked.search, role: asked.role, status: asked.status };
    Ok(Listed(control::accounts::list(&control, &actor, &filter, &page).await?))
}

async fn me(State(control): State<Control>, Caller(actor): Caller) -> Answer<Object<Account>> {
    Ok(Object(control::accounts::get(&control, &actor, &actor.account).await?))
}

async fn update_me(
    State(control): State<Control>,
    Caller(actor): Caller,
    Body(input): Body<UpdateProfile>,
) -> Answer<Changed<Account>> {
    Ok(Changed(control::accounts::update_profile(&control, &actor, input).await?))
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<AccountId>,
) -> Answer<Object<Account>> {
    Ok(Object(control::accounts::get(&control, &actor, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<AccountId>,
    patch: Patch<UpdateAccount>,
) -> Answer<Changed<Account>> {
    Ok(Changed(control::accounts::update(&control, &actor, &id, patch.read()?).await?))
}

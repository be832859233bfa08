//! Whose calls, and usage, somebody reads.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::plans;
use crate::services::Control;
use domain::ids::{ApiId, ApplicationId};
use domain::paging::PageOf;
use domain::roles::Permission;
use domain::usage::Visible;
use store::Conn;
use store::scope::Scope;
use store::subscriptions::SubscriptionFilter;

/// What the caller reads with the permission. An api or application that the question names must be one that the
/// caller knows of: otherwise there is none.
pub(crate) async fn of(
    control: &Control,
    actor: &Actor,
    permission: Permission,
    (api, application): (Option<&ApiId>, Option<&ApplicationId>),
) -> Result<Scope> {
    let visible = actor.sees(permission);
    if let Visible::Teams(teams) = &visible
        && teams.is_empty()
        && !actor.teams.is_empty()
    {
        let roles: Vec<&str> = permission.team_roles().iter().map(|role| role.as_str()).collect();
        return Err(Error::forbidden(format!("this needs the role {} in a team", roles.join(" or "))));
    }
    let mut conn = control.store().read().await?;
    // whoever reads everything may also ask for what was deleted
    if visible != Visible::Everything {
        if let Some(id) = api
            && !knows_api(&mut conn, actor, id).await?
        {
            return Err(Error::not_found("api"));
        }
        if let Some(id) = application
            && !knows_application(&mut conn, actor, id).await?
        {
            return Err(Error::not_found("application"));
        }
    }
    Ok(store::scope::load(&mut conn, &visible).await?)
}

/// Those whom the catalogue shows it, and those who are subscribed to it.
async fn knows_api(conn: &mut Conn, actor: &Actor, id: &ApiId) -> Result<bool> {
    if plans::api_in_sight(conn, actor, id).await?.is_some() {
        return Ok(true);
    }
    let filter = SubscriptionFilter {
        api: Some(id.clone()),
        consumer_teams: actor.teams_with(Permission::ApplicationsRead),
        ..SubscriptionFilter::default()
    };
    has_any(conn, &filter).await
}

/// The team that owns it, and those to whose APIs it is subscribed.
async fn knows_application(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<bool> {
    let Some(application) = store::applications::get(conn, id).await? else { return Ok(false) };
    if actor.may(Permission::ApplicationsRead, &application.team) {
        return Ok(true);
    }
    let filter = SubscriptionFilter {
        application: Some(id.clone()),
        provider_teams: actor.teams_with(Permission::ApisRead),
        ..SubscriptionFilter::default()
    };
    has_any(conn, &filter).await
}

async fn has_any(conn: &mut Conn, filter: &SubscriptionFilter) -> Result<bool> {
    let first = PageOf { limit: 1, cursor: None };
    Ok(!store::subscriptions::list(conn, filter, &first).await?.items.is_empty())
}

//! Applications: what a team calls APIs with.

use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use crate::subscriptions;
use domain::applications::{Application, ApplicationSummary, CreateApplication};
use domain::gateway_config::Change;
use domain::ids::{ApplicationId, TeamId};
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use store::Conn;
use store::applications::ApplicationFilter;

fn deed<'a>(action: &'a str, application: &'a Application) -> Deed<'a> {
    Deed {
        action,
        kind: "application",
        id: application.id.as_str(),
        name: application.name.as_str(),
        team: Some(&application.team),
    }
}

/// The application, for somebody who holds the permission in its team; who may not see it is told that there is none.
pub(crate) async fn open(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
    permission: Permission,
) -> Result<Application> {
    let application =
        store::applications::get(conn, id).await?.ok_or_else(|| Error::not_found("application"))?;
    actor.require_in(&application.team, permission, "application")?;
    Ok(application)
}

pub async fn create(
    control: &Control,
    actor: &Actor,
    team: &TeamId,
    input: CreateApplication,
) -> Result<Application> {
    actor.require_in(team, Permission::ApplicationsManage, "team")?;
    let input = input.check()?;
    let mut tx = control.store().begin().await?;
    let team = store::teams::get(&mut tx, team).await?.ok_or_else(|| Error::not_found("team"))?;
    let application = Application {
        id: control.new_id(ApplicationId::from_parts),
        team: team.id,
        name: input.name,
        description: input.description,
        created_at: control.now(),
    };
    store::applications::insert(&mut tx, &application).await?;
    let deed = deed("applications.create", &application);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&application)).await?;
    control.commit(tx).await?;
    Ok(application)
}

/// The applications of a team, or of all teams whose applications the caller reads.
pub async fn list(
    control: &Control,
    actor: &Actor,
    team: Option<&TeamId>,
    text: &str,
    page: &PageOf,
) -> Result<Page<ApplicationSummary>> {
    let teams = match team {
        Some(team) => {
            actor.require_in(team, Permission::ApplicationsRead, "team")?;
            Some(vec![team.clone()])
        }
        None => actor.teams_with(Permission::ApplicationsRead),
    };
    let filter =
        ApplicationFilter { text: Some(text.trim().to_owned()).filter(|text| !text.is_empty()), teams };
    Ok(store::applications::list(&mut control.store().read().await?, &filter, page).await?)
}

pub async fn get(control: &Control, actor: &Actor, id: &ApplicationId) -> Result<ApplicationSummary> {
    let mut conn = control.store().read().await?;
    open(&mut conn, actor, id, Permission::ApplicationsRead).await?;
    let summary = store::applications::summary(&mut conn, id).await?;
    summary.ok_or_else(|| Error::not_found("application"))
}

pub async fn update(
    control: &Control,
    actor: &Actor,
    id: &ApplicationId,
    input: CreateApplication,
) -> Result<Application> {
    let mut tx = control.store().begin().await?;
    let before = open(&mut tx, actor, id, Permission::ApplicationsManage).await?;
    let input = input.check()?;
    let after = Application { name: input.name, description: input.description, ..before.clone() };
    store::applications::update(&mut tx, &after).await?;
    let deed = deed("applications.update", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Deletes an application. Its subscriptions are cancelled, its requests withdrawn, its credentials open nothing more.
pub async fn delete(control: &Control, actor: &Actor, id: &ApplicationId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let application = open(&mut tx, actor, id, Permission::ApplicationsManage).await?;
    subscriptions::cancel_all(control, &mut tx, actor, id).await?;
    store::applications::delete(&mut tx, id).await?;
    tx.mark_change(Change::Application(application.id.clone()));
    let deed = deed("applications.delete", &application);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&application), NOTHING).await?;
    control.commit(tx).await
}

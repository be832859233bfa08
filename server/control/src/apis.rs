//! APIs: what a team offers. Created from a backend address, an OpenAPI document or models, as a draft with a first
//! plan.

pub(crate) mod import;

use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::prompts;
use crate::services::Control;
use crate::versions::{check_targets, check_tls};
use domain::apis::{Api, ApiDetail, CreateApi, NewApi, UpdateApi};
use domain::gateway_config::Change;
use domain::ids::{ApiId, PlanId, TeamId, VersionId};
use domain::lifecycle::VersionState;
use domain::paging::{Page, PageOf};
use domain::plans::{Approval, Limits, Plan, Rate};
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Lifecycle, Version, VersionConfig, VersionSummary};
use store::apis::ApiFilter;
use store::{Conn, Tx};

pub(crate) fn deed<'a>(action: &'a str, api: &'a Api) -> Deed<'a> {
    Deed { action, kind: "api", id: api.id.as_str(), name: api.name.as_str(), team: Some(&api.team) }
}

/// The api, for somebody who holds the permission in its team; who may not see it is told that there is none.
pub(crate) async fn open(conn: &mut Conn, actor: &Actor, id: &ApiId, permission: Permission) -> Result<Api> {
    let api = store::apis::get(conn, id).await?.ok_or_else(|| Error::not_found("api"))?;
    actor.require_in(&api.team, permission, "api")?;
    Ok(api)
}

/// Creates an api with version `v1` as a draft and one plan with manual approval.
pub async fn create(control: &Control, actor: &Actor, team: &TeamId, input: CreateApi) -> Result<ApiDetail> {
    actor.require_in(team, Permission::ApisEdit, "team")?;
    let new = input.check()?;
    // documents are fetched and read before the transaction begins
    let imported = match &new.prompt {
        Some(prompt) => Some(prompts::imported(&new.name, prompt)),
        None => import::read(control, &input).await?,
    };
    let config = import::config(&new, imported.as_ref())?;
    control.outbound().check_upstream(&config.upstream)?;
    let mut tx = control.store().begin().await?;
    check_tls(&mut tx, team, &config.upstream.tls).await?;
    check_targets(&mut tx, &config).await?;
    let api = insert(control, &mut tx, actor, team, new).await?;
    let version = first_version(control, &api, config, imported.is_some());
    store::versions::insert(&mut tx, &version, imported.as_ref().map(|doc| doc.text.as_str())).await?;
    store::plans::insert(&mut tx, &first_plan(control, &api)).await?;
    audit::write(control, &mut tx, By::Actor(actor), deed("apis.create", &api), NOTHING, Some(&api)).await?;
    let detail = store::apis::detail(&mut tx, &api.id).await?.ok_or_else(|| Error::not_found("api"))?;
    control.commit(tx).await?;
    Ok(detail)
}

async fn insert(control: &Control, tx: &mut Tx, actor: &Actor, team: &TeamId, new: NewApi) -> Result<Api> {
    let now = control.now();
    let api = Api {
        id: control.new_id(ApiId::from_parts),
        team: team.clone(),
        slug: new.slug,
        name: new.name,
        description: new.description,
        category: new.category,
        tags: new.tags,
        kind: new.kind,
        visibility: new.visibility,
        default_version: VersionName::first(),
        created_at: now,
        updated_at: now,
    };
    if let Some(other) = store::apis::get_by_slug(tx, &api.slug).await? {
        // the address is taken whoever owns it; whose it is is told only to those who may know
        let visible = actor.audience().sees(other.visibility, &other.team);
        let message = if visible {
            format!("is taken by {:?}", other.name)
        } else {
            "is taken by another api".to_owned()
        };
        return Err(Error::taken("slug", message));
    }
    store::apis::insert(tx, &api).await?;
    Ok(api)
}

fn first_version(control: &Control, api: &Api, draft: VersionConfig, has_document: bool) -> Version {
    Version {
        id: control.new_id(VersionId::from_parts),
        api: api.id.clone(),
        name: VersionName::first(),
        state: VersionState::Draft,
        live_revision: None,
        draft,
        has_document,
        lifecycle: Lifecycle::default(),
        created_at: api.created_at,
        updated_at: api.created_at,
    }
}

fn first_plan(control: &Control, api: &Api) -> Plan {
    Plan {
        id: control.new_id(PlanId::from_parts),
        api: api.id.clone(),
        name: "Default".to_owned(),
        description: String::new(),
        approval: Approval::Manual,
        limits: Limits { rate: Some(Rate { requests: 600, seconds: 60 }), ..Limits::default() },
        terms: String::new(),
        closed: false,
    }
}

/// The APIs of a team, or of all teams whose APIs the caller reads.
pub async fn list(
    control: &Control,
    actor: &Actor,
    team: Option<&TeamId>,
    text: &str,
    page: &PageOf,
) -> Result<Page<Api>> {
    let teams = match team {
        Some(team) => {
            actor.require_in(team, Permission::ApisRead, "team")?;
            Some(vec![team.clone()])
        }
        None => actor.teams_with(Permission::ApisRead),
    };
    let filter = ApiFilter { text: Some(text.trim().to_owned()).filter(|text| !text.is_empty()), teams };
    Ok(store::apis::list(&mut control.store().read().await?, &filter, page).await?)
}

/// The versions of several APIs; of those that the caller does not read, none.
pub async fn versions_of(
    control: &Control,
    actor: &Actor,
    list: &[Api],
) -> Result<Vec<(ApiId, VersionSummary)>> {
    let read = list.iter().filter(|api| actor.may(Permission::ApisRead, &api.team));
    let ids: Vec<ApiId> = read.map(|api| api.id.clone()).collect();
    Ok(store::versions::list_of(&mut control.store().read().await?, &ids).await?)
}

/// The api as its editors see it.
pub async fn get(control: &Control, actor: &Actor, id: &ApiId) -> Result<ApiDetail> {
    let mut conn = control.store().read().await?;
    open(&mut conn, actor, id, Permission::ApisRead).await?;
    store::apis::detail(&mut conn, id).await?.ok_or_else(|| Error::not_found("api"))
}

/// Changes what the catalogue says of the api, and which version answers without a version segment.
pub async fn update(control: &Control, actor: &Actor, id: &ApiId, input: UpdateApi) -> Result<Api> {
    let mut tx = control.store().begin().await?;
    let before = open(&mut tx, actor, id, Permission::ApisEdit).await?;
    let mut after = input.apply(&before)?;
    after.updated_at = control.now();
    if after.default_version != before.default_version {
        actor.require_in(&before.team, Permission::ApisPublish, "api")?;
        let known = store::versions::list(&mut tx, id).await?;
        if !known.iter().any(|version| version.name == after.default_version) {
            return Err(
                domain::check::Invalid::one("default_version", "expected a version of this api").into()
            );
        }
        tx.mark_change(Change::Api(after.id.clone()));
    }
    store::apis::update(&mut tx, &after).await?;
    let deed = deed("apis.update", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Deletes an api that nobody is subscribed to, with its versions and plans.
pub async fn delete(control: &Control, actor: &Actor, id: &ApiId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let api = open(&mut tx, actor, id, Permission::ApisPublish).await?;
    let mut live = 0;
    for plan in store::plans::list(&mut tx, id).await? {
        live += store::subscriptions::count_live(&mut tx, &plan.id).await?;
    }
    if live > 0 {
        return Err(Error::conflict(format!(
            "{live} subscriptions still use it; retire it, or cancel them first"
        )));
    }
    store::apis::delete(&mut tx, id).await?;
    tx.mark_change(Change::Api(api.id.clone()));
    audit::write(control, &mut tx, By::Actor(actor), deed("apis.delete", &api), Some(&api), NOTHING).await?;
    control.commit(tx).await
}

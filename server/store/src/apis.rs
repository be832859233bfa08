//! Catalogue entries.

use domain::apis::{Api, ApiDetail};
use domain::ids::{ApiId, TeamId};
use domain::paging::{Page, PageOf};
use domain::text::Slug;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};
use crate::{page, plans, versions};

const COLUMNS: &str = "SELECT a.id, a.team, a.slug, a.name, a.description, a.category, a.tags, a.kind,
    a.visibility, a.default_version, a.created_at, a.updated_at FROM apis a";

/// Adds an api. Conflicts on `apis_slug`.
pub async fn insert(tx: &mut Tx, api: &Api) -> Result<()> {
    let insert = sql("INSERT INTO apis (id, team, slug, name, description, category, tags, kind, visibility,
            default_version, created_at, updated_at, search)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
    .bind(&api.id)
    .bind(&api.team)
    .bind(&api.slug)
    .bind(&api.name)
    .bind(&api.description)
    .bind(&api.category)
    .bind(Value::json(&api.tags)?)
    .bind(api.kind)
    .bind(api.visibility)
    .bind(&api.default_version)
    .bind(api.created_at)
    .bind(api.updated_at)
    .bind(search_text(api));
    tx.execute(insert).await?;
    insert_tags(tx, api).await
}

/// Writes everything but id, team, slug, kind and time of creation.
pub async fn update(tx: &mut Tx, api: &Api) -> Result<()> {
    let update =
        sql("UPDATE apis SET name = $2, description = $3, category = $4, tags = $5, visibility = $6,
            default_version = $7, updated_at = $8, search = $9 WHERE id = $1")
        .bind(&api.id)
        .bind(&api.name)
        .bind(&api.description)
        .bind(&api.category)
        .bind(Value::json(&api.tags)?)
        .bind(api.visibility)
        .bind(&api.default_version)
        .bind(api.updated_at)
        .bind(search_text(api));
    tx.execute(update).await?;
    tx.execute(sql("DELETE FROM api_tags WHERE api = $1").bind(&api.id)).await?;
    insert_tags(tx, api).await
}

async fn insert_tags(tx: &mut Tx, api: &Api) -> Result<()> {
    if api.tags.is_empty() {
        return Ok(());
    }
    let rows = api.tags.iter().map(|tag| vec![Value::from(&api.id), Value::from(tag)]);
    tx.execute(sql("INSERT INTO api_tags (api, tag) VALUES ").rows(rows)).await.map(drop)
}

/// What the catalogue's search looks into.
fn search_text(api: &Api) -> String {
    let mut text = [api.slug.as_str(), &api.name, &api.category, &api.description].join("\n");
    for tag in &api.tags {
        text.push('\n');
        text.push_str(tag);
    }
    text.to_lowercase()
}

/// Removes an api with its versions, plans and subscriptions; false when there is none.
pub async fn delete(tx: &mut Tx, id: &ApiId) -> Result<bool> {
    // before the plans that they point at
    tx.execute(sql("DELETE FROM subscriptions WHERE api = $1").bind(id)).await?;
    Ok(tx.execute(sql("DELETE FROM apis WHERE id = $1").bind(id)).await? > 0)
}

pub async fn get(conn: &mut Conn, id: &ApiId) -> Result<Option<Api>> {
    conn.optional(sql(COLUMNS).filter("a.id =", id), api).await
}

pub async fn get_by_slug(conn: &mut Conn, slug: &Slug) -> Result<Option<Api>> {
    conn.optional(sql(COLUMNS).filter("a.slug =", slug), api).await
}

/// An api with its team's name, its versions and its plans.
pub async fn detail(conn: &mut Conn, id: &ApiId) -> Result<Option<ApiDetail>> {
    let Some(api) = get(conn, id).await? else { return Ok(None) };
    let team_name = sql("SELECT name FROM teams WHERE id = $1").bind(&api.team);
    Ok(Some(ApiDetail {
        team_name: conn.one(team_name, |row| row.get("name")).await?,
        versions: versions::list(conn, id).await?,
        plans: plans::list(conn, id).await?,
        api,
    }))
}

/// What a list of apis is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ApiFilter {
    /// A part of name, slug, category, description or a tag.
    pub text: Option<String>,
    /// Only those that one of these teams owns.
    pub teams: Option<Vec<TeamId>>,
}

/// Apis by name, in any state.
pub async fn list(conn: &mut Conn, filter: &ApiFilter, page: &PageOf) -> Result<Page<Api>> {
    let mut select = sql(COLUMNS).after("(a.name, a.id) >", page::place::<2>(page)?);
    if let Some(teams) = &filter.teams {
        select = select.filter_in("a.team", teams);
    }
    if let Some(text) = &filter.text {
        select = select.contains("a.search LIKE", text);
    }
    let rows = conn.all(select.page("a.name, a.id", page::one_more(page)), api).await?;
    Ok(page::cut(rows, page, |api| [api.name.clone(), api.id.to_string()]))
}

/// The names of apis, in no order; unknown ids are left out.
pub async fn names(conn: &mut Conn, ids: &[ApiId]) -> Result<Vec<(ApiId, String)>> {
    let select = sql("SELECT id, name FROM apis").filter_in("id", ids);
    conn.all(select, |row| Ok((row.get("id")?, row.get("name")?))).await
}

pub(crate) fn api(row: &Row) -> Result<Api> {
    Ok(Api {
        id: row.get("id")?,
        team: row.get("team")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        description: row.get("description")?,
        category: row.get("category")?,
        tags: row.json("tags")?,
        kind: row.get("kind")?,
        visibility: row.get("visibility")?,
        default_version: row.get("default_version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

//! The catalogue: search, page and facets over apis whose default version is more than a draft.

use std::collections::HashMap;

use domain::apis::Visibility;
use domain::catalogue::{Audience, CatalogueEntry, CatalogueFilter, FacetValue, Facets};
use domain::ids::{ApiId, TeamId};
use domain::lifecycle::VersionState;
use domain::paging::{Page, PageOf};
use domain::subscriptions::SubscriptionState;

use crate::error::Result;
use crate::exec::{Conn, Row, Sql, sql};
use crate::{apis, page};

const ENTRIES: &str = "SELECT a.id, a.team, a.slug, a.name, a.description, a.category, a.tags, a.kind,
        a.visibility, a.default_version, a.created_at, a.updated_at, t.name AS team_name, v.state,
        (SELECT count(*) FROM subscriptions s WHERE s.api = a.id AND s.state = 'active') AS subscribers
    FROM apis a
    JOIN versions v ON v.api = a.id AND v.name = a.default_version
    JOIN teams t ON t.id = a.team";

/// Entries by name. `my_teams` are the teams whose subscriptions count as the caller's access.
pub async fn search(
    conn: &mut Conn,
    filter: &CatalogueFilter,
    audience: &Audience,
    my_teams: &[TeamId],
    page: &PageOf,
) -> Result<Page<CatalogueEntry>> {
    let select = narrowed(sql(ENTRIES), filter, audience, None)
        .after("(a.name, a.id) >", page::place::<2>(page)?)
        .page("a.name, a.id", page::one_more(page));
    let rows = conn.all(select, entry).await?;
    let mut found = page::cut(rows, page, |it| [it.api.name.clone(), it.api.id.to_string()]);
    let mut access = access(conn, &found.items, my_teams).await?;
    for entry in &mut found.items {
        entry.access = access.remove(&entry.api.id);
    }
    Ok(found)
}

/// The furthest subscription of these teams to each of the entries.
async fn access(
    conn: &mut Conn,
    entries: &[CatalogueEntry],
    teams: &[TeamId],
) -> Result<HashMap<ApiId, SubscriptionState>> {
    if entries.is_empty() || teams.is_empty() {
        return Ok(HashMap::new());
    }
    let select = sql("SELECT DISTINCT s.api, s.state FROM subscriptions s
        JOIN applications p ON p.id = s.application")
    .filter_in("s.api", entries.iter().map(|entry| &entry.api.id))
    .filter_in("p.team", teams);
    let mut furthest: HashMap<ApiId, SubscriptionState> = HashMap::new();
    for (api, state) in conn.all(select, |row| Ok((row.get("api")?, row.get("state")?))).await? {
        let held = furthest.entry(api).or_insert(state);
        if rank(state) < rank(*held) {
            *held = state;
        }
    }
    Ok(furthest)
}

fn rank(state: SubscriptionState) -> u8 {
    match state {
        SubscriptionState::Active => 0,
        SubscriptionState::Paused => 1,
        SubscriptionState::Pending => 2,
        SubscriptionState::Expired => 3,
        SubscriptionState::Rejected => 4,
        SubscriptionState::Cancelled => 5,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Facet {
    Category,
    Tag,
    Team,
    State,
}

impl Facet {
    /// Value, label and count of each value, to be narrowed and then grouped.
    fn counts(self) -> &'static str {
        match self {
            Self::Category => {
                "SELECT a.category AS value, a.category AS label, count(*) AS n FROM apis a
                    JOIN versions v ON v.api = a.id AND v.name = a.default_version"
            }
            Self::Tag => {
                "SELECT g.tag AS value, g.tag AS label, count(*) AS n FROM apis a
                    JOIN versions v ON v.api = a.id AND v.name = a.default_version
                    JOIN api_tags g ON g.api = a.id"
            }
            Self::Team => {
                "SELECT t.id AS value, t.name AS label, count(*) AS n FROM apis a
                    JOIN versions v ON v.api = a.id AND v.name = a.default_version
                    JOIN teams t ON t.id = a.team"
            }
            Self::State => {
                "SELECT v.state AS value, v.state AS label, count(*) AS n FROM apis a
                    JOIN versions v ON v.api = a.id AND v.name = a.default_version"
            }
        }
    }

    fn grouped(self) -> &'static str {
        match self {
            Self::Category => " AND a.category <> '' GROUP BY a.category",
            Self::Tag => " GROUP BY g.tag",
            Self::Team => " GROUP BY t.id, t.name",
            Self::State => " GROUP BY v.state",
        }
    }
}

/// How many entries each value of a facet has, under the filters of the other facets; the 50 largest each.
pub async fn facets(conn: &mut Conn, filter: &CatalogueFilter, audience: &Audience) -> Result<Facets> {
    let total = sql("SELECT count(*) AS n FROM apis a
        JOIN versions v ON v.api = a.id AND v.name = a.default_version");
    Ok(Facets {
        total: conn.one(narrowed(total, filter, audience, None), |row| row.get("n")).await?,
        categories: facet(conn, filter, audience, Facet::Category).await?,
        tags: facet(conn, filter, audience, Facet::Tag).await?,
        teams: facet(conn, filter, audience, Facet::Team).await?,
        states: facet(conn, filter, audience, Facet::State).await?,
    })
}

async fn facet(
    conn: &mut Conn,
    filter: &CatalogueFilter,
    audience: &Audience,
    facet: Facet,
) -> Result<Vec<FacetValue>> {
    let select = narrowed(sql(facet.counts()), filter, audience, Some(facet))
        .push(facet.grouped())
        .page("3 DESC, 2, 1", 50);
    conn.all(select, |row| {
        Ok(FacetValue { value: row.get("value")?, label: row.get("label")?, count: row.get("n")? })
    })
    .await
}

/// Narrows to what the filter asks and the audience may see; the facet `but` does not narrow itself.
fn narrowed(select: Sql, filter: &CatalogueFilter, audience: &Audience, but: Option<Facet>) -> Sql {
    let given = |facet: Facet, text: &str| {
        Some(text.to_owned()).filter(|text| !text.is_empty() && but != Some(facet))
    };
    let mut select = select.filter("v.state <>", VersionState::Draft);
    select = match audience {
        Audience::Everything => select,
        Audience::Anonymous => select.filter("a.visibility =", Visibility::Public),
        Audience::Member { teams } => select
            .condition("(a.visibility <> ")
            .value(Visibility::Private)
            .push(" OR ")
            .within("a.team", teams)
            .push(")"),
    };
    for word in filter.search.split_whitespace() {
        select = select.contains("a.search LIKE", word);
    }
    if let Some(tag) = given(Facet::Tag, &filter.tag) {
        select = select.filter("a.id IN (SELECT api FROM api_tags WHERE tag =", tag).push(")");
    }
    select
        .filter_some("a.category =", given(Facet::Category, &filter.category))
        .filter_some("a.team =", given(Facet::Team, &filter.team))
        .filter_some("v.state =", filter.state.filter(|_| but != Some(Facet::State)))
}

fn entry(row: &Row) -> Result<CatalogueEntry> {
    Ok(CatalogueEntry {
        api: apis::api(row)?,
        team_name: row.get("team_name")?,
        state: row.get("state")?,
        subscribers: row.get("subscribers")?,
        access: None,
    })
}

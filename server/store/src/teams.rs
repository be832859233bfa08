//! Teams and their members.

use domain::Time;
use domain::accounts::AccountStatus;
use domain::ids::{AccountId, TeamId};
use domain::paging::{Page, PageOf};
use domain::roles::TeamRole;
use domain::teams::{Member, Team, TeamSummary};

use crate::error::Result;
use crate::exec::{Conn, Row, Sql, Tx, sql};
use crate::page;

pub async fn insert(tx: &mut Tx, team: &Team) -> Result<()> {
    let insert = sql("INSERT INTO teams (id, name, description, created_at) VALUES ($1, $2, $3, $4)")
        .bind(&team.id)
        .bind(&team.name)
        .bind(&team.description)
        .bind(team.created_at);
    tx.execute(insert).await.map(drop)
}

/// Writes name and description.
pub async fn update(tx: &mut Tx, team: &Team) -> Result<()> {
    let update = sql("UPDATE teams SET name = $2, description = $3 WHERE id = $1")
        .bind(&team.id)
        .bind(&team.name)
        .bind(&team.description);
    tx.execute(update).await.map(drop)
}

/// Removes a team with its members and invitations; false when there is none. Fails as a reference while the
/// team owns an api or an application.
pub async fn delete(tx: &mut Tx, id: &TeamId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM teams WHERE id = $1").bind(id)).await? > 0)
}

pub async fn get(conn: &mut Conn, id: &TeamId) -> Result<Option<Team>> {
    let select = sql("SELECT id, name, description, created_at FROM teams WHERE id = $1").bind(id);
    conn.optional(select, team).await
}

/// What a list of teams is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct TeamFilter {
    /// A part of the name.
    pub text: Option<String>,
    /// Only teams of which this account is a member.
    pub member: Option<AccountId>,
}

/// Teams by name, each with the role that `viewer` has in it.
pub async fn list(
    conn: &mut Conn,
    filter: &TeamFilter,
    viewer: &AccountId,
    page: &PageOf,
) -> Result<Page<TeamSummary>> {
    let mut select = summaries(viewer).after("(t.name, t.id) >", page::place::<2>(page)?);
    if let Some(account) = &filter.member {
        let member = "t.id IN (SELECT team FROM members WHERE account =";
        select = select.filter(member, account).push(")");
    }
    if let Some(text) = &filter.text {
        select = select.contains("lower(t.name) LIKE", text);
    }
    let rows = conn.all(select.page("t.name, t.id", page::one_more(page)), summary_of).await?;
    Ok(page::cut(rows, page, |it| [it.team.name.clone(), it.team.id.to_string()]))
}

pub async fn summary(conn: &mut Conn, id: &TeamId, viewer: &AccountId) -> Result<Option<TeamSummary>> {
    conn.optional(summaries(viewer).filter("t.id =", id), summary_of).await
}

/// Adds a member. Conflicts on `members_team_account`.
pub async fn add_member(
    tx: &mut Tx,
    team: &TeamId,
    account: &AccountId,
    role: TeamRole,
    joined_at: Time,
) -> Result<()> {
    let insert = sql("INSERT INTO members (team, account, role, joined_at) VALUES ($1, $2, $3, $4)")
        .bind(team)
        .bind(account)
        .bind(role)
        .bind(joined_at);
    tx.execute(insert).await.map(drop)
}

/// Gives a member another role; false when the account is no member.
pub async fn set_role(tx: &mut Tx, team: &TeamId, account: &AccountId, role: TeamRole) -> Result<bool> {
    let update = sql("UPDATE members SET role = $3 WHERE team = $1 AND account = $2");
    Ok(tx.execute(update.bind(team).bind(account).bind(role)).await? > 0)
}

/// Removes a member; false when the account is none.
pub async fn remove_member(tx: &mut Tx, team: &TeamId, account: &AccountId) -> Result<bool> {
    let delete = sql("DELETE FROM members WHERE team = $1 AND account = $2");
    Ok(tx.execute(delete.bind(team).bind(account)).await? > 0)
}

pub async fn member(conn: &mut Conn, team: &TeamId, account: &AccountId) -> Result<Option<Member>> {
    let select = sql(MEMBERS).filter("m.team =", team).filter("m.account =", account);
    conn.optional(select, member_of).await
}

/// The members of a team by name.
pub async fn members(conn: &mut Conn, team: &TeamId, page: &PageOf) -> Result<Page<Member>> {
    let select = sql(MEMBERS)
        .filter("m.team =", team)
        .after("(a.name, a.id) >", page::place::<2>(page)?)
        .page("a.name, a.id", page::one_more(page));
    let rows = conn.all(select, member_of).await?;
    Ok(page::cut(rows, page, |member| [member.name.clone(), member.account.to_string()]))
}

/// Every team of an account, with its role there.
pub async fn roles_of(conn: &mut Conn, account: &AccountId) -> Result<Vec<(TeamId, TeamRole)>> {
    let select = sql("SELECT team, role FROM members WHERE account = $1 ORDER BY team").bind(account);
    conn.all(select, |row| Ok((row.get("team")?, row.get("role")?))).await
}

/// How many owners besides this account can sign in. A team must keep one.
pub async fn count_other_owners(conn: &mut Conn, team: &TeamId, account: &AccountId) -> Result<i64> {
    let count = sql("SELECT count(*) AS n FROM members m JOIN accounts a ON a.id = m.account
        WHERE m.team = $1 AND m.account <> $2 AND m.role = $3 AND a.status = $4")
    .bind(team)
    .bind(account)
    .bind(TeamRole::Owner)
    .bind(AccountStatus::Active);
    conn.one(count, |row| row.get("n")).await
}

/// The names of teams, in no order; unknown ids are left out.
pub async fn names(conn: &mut Conn, ids: &[TeamId]) -> Result<Vec<(TeamId, String)>> {
    let select = sql("SELECT id, name FROM teams").filter_in("id", ids);
    conn.all(select, |row| Ok((row.get("id")?, row.get("name")?))).await
}

fn summaries(viewer: &AccountId) -> Sql {
    sql("SELECT t.id, t.name, t.description, t.created_at, m.role,
            (SELECT count(*) FROM members WHERE members.team = t.id) AS members,
            (SELECT count(*) FROM apis WHERE apis.team = t.id) AS apis,
            (SELECT count(*) FROM applications WHERE applications.team = t.id) AS applications
        FROM teams t LEFT JOIN members m ON m.team = t.id AND m.account = $1")
    .bind(viewer)
}

const MEMBERS: &str = "SELECT m.account, a.name, a.email, m.role, m.joined_at
    FROM members m JOIN accounts a ON a.id = m.account";

fn team(row: &Row) -> Result<Team> {
    Ok(Team {
        id: row.get("id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        created_at: row.get("created_at")?,
    })
}

fn summary_of(row: &Row) -> Result<TeamSummary> {
    Ok(TeamSummary {
        team: team(row)?,
        role: row.get("role")?,
        members: row.get("members")?,
        apis: row.get("apis")?,
        applications: row.get("applications")?,
    })
}

fn member_of(row: &Row) -> Result<Member> {
    Ok(Member {
        account: row.get("account")?,
        name: row.get("name")?,
        email: row.get("email")?,
        role: row.get("role")?,
        joined_at: row.get("joined_at")?,
    })
}

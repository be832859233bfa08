//! Accounts and their password hashes.

use domain::Time;
use domain::accounts::{Account, AccountStatus};
use domain::ids::AccountId;
use domain::paging::{Page, PageOf};
use domain::roles::PlatformRole;
use domain::text::EmailAddress;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

const COLUMNS: &str = "SELECT id, email, name, role, status, created_at, last_sign_in_at FROM accounts";

/// Adds an account. Conflicts on `accounts_email`.
pub async fn insert(tx: &mut Tx, account: &Account, password_hash: &str) -> Result<()> {
    let insert = sql("INSERT INTO accounts
        (id, email, name, role, status, created_at, last_sign_in_at, password_hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(&account.id)
    .bind(&account.email)
    .bind(&account.name)
    .bind(account.role)
    .bind(account.status)
    .bind(account.created_at)
    .bind(account.last_sign_in_at)
    .bind(password_hash);
    tx.execute(insert).await.map(drop)
}

/// Writes name, role and status; the rest has functions of its own.
pub async fn update(tx: &mut Tx, account: &Account) -> Result<()> {
    let update = sql("UPDATE accounts SET name = $2, role = $3, status = $4 WHERE id = $1")
        .bind(&account.id)
        .bind(&account.name)
        .bind(account.role)
        .bind(account.status);
    tx.execute(update).await.map(drop)
}

pub async fn set_password_hash(tx: &mut Tx, id: &AccountId, password_hash: &str) -> Result<()> {
    let update = sql("UPDATE accounts SET password_hash = $2 WHERE id = $1").bind(id).bind(password_hash);
    tx.execute(update).await.map(drop)
}

pub async fn set_signed_in(tx: &mut Tx, id: &AccountId, at: Time) -> Result<()> {
    let update = sql("UPDATE accounts SET last_sign_in_at = $2 WHERE id = $1").bind(id).bind(at);
    tx.execute(update).await.map(drop)
}

pub async fn get(conn: &mut Conn, id: &AccountId) -> Result<Option<Account>> {
    conn.optional(sql(COLUMNS).filter("id =", id), account).await
}

pub async fn get_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Account>> {
    conn.optional(sql(COLUMNS).filter("email =", email), account).await
}

/// The hash that a password is compared with, in PHC form.
pub async fn password_hash(conn: &mut Conn, id: &AccountId) -> Result<Option<String>> {
    let select = sql("SELECT password_hash FROM accounts WHERE id = $1").bind(id);
    conn.optional(select, |row| row.get("password_hash")).await
}

/// How many accounts there are: none means that the installation was not set up yet.
pub async fn count(conn: &mut Conn) -> Result<i64> {
    conn.one(sql("SELECT count(*) AS n FROM accounts"), |row| row.get("n")).await
}

/// Administrators who can sign in; one of them must always remain.
pub async fn count_active_administrators(conn: &mut Conn) -> Result<i64> {
    let count = sql("SELECT count(*) AS n FROM accounts WHERE role = $1 AND status = $2")
        .bind(PlatformRole::Administrator)
        .bind(AccountStatus::Active);
    conn.one(count, |row| row.get("n")).await
}

/// What a list of accounts is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// A part of the name or the address.
    pub text: Option<String>,
    pub role: Option<PlatformRole>,
    pub status: Option<AccountStatus>,
}

/// Accounts by address.
pub async fn list(conn: &mut Conn, filter: &AccountFilter, page: &PageOf) -> Result<Page<Account>> {
    let mut select = sql(COLUMNS)
        .filter_some("role =", filter.role)
        .filter_some("status =", filter.status)
        .after("(email) >", page::place::<1>(page)?);
    if let Some(text) = &filter.text {
        select = select.contains("lower(name) || ' ' || email LIKE", text);
    }
    let rows = conn.all(select.page("email", page::one_more(page)), account).await?;
    Ok(page::cut(rows, page, |account| [account.email.to_string()]))
}

/// The active accounts with one of these platform roles, at most 1,000: whom to notify.
pub async fn with_role(conn: &mut Conn, roles: &[PlatformRole]) -> Result<Vec<Account>> {
    let select = sql(COLUMNS)
        .filter_in("role", roles.iter().copied())
        .filter("status =", AccountStatus::Active)
        .page("id", 1_000);
    conn.all(select, account).await
}

fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: row.get("role")?,
        status: row.get("status")?,
        created_at: row.get("created_at")?,
        last_sign_in_at: row.get("last_sign_in_at")?,
    })
}

//! Whose calls and usage may be read, as ids: the database of calls knows no teams.

use domain::ids::{ApiId, ApplicationId, TeamId};
use domain::usage::Visible;

use crate::error::Result;
use crate::exec::{Conn, FromColumn, Sql, sql};

/// Calls to one of the apis, or by one of the applications.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    Everything,
    Of { apis: Vec<ApiId>, applications: Vec<ApplicationId> },
}

/// What the teams own now; from the main database.
pub async fn load(conn: &mut Conn, visible: &Visible) -> Result<Scope> {
    let teams = match visible {
        Visible::Everything => return Ok(Scope::Everything),
        Visible::Teams(teams) => teams.as_slice(),
        Visible::Nothing => &[],
    };
    Ok(Scope::Of {
        apis: owned(conn, sql("SELECT id FROM apis"), teams).await?,
        applications: owned(conn, sql("SELECT id FROM applications"), teams).await?,
    })
}

async fn owned<T: FromColumn>(conn: &mut Conn, select: Sql, teams: &[TeamId]) -> Result<Vec<T>> {
    if teams.is_empty() {
        return Ok(Vec::new());
    }
    conn.all(select.filter_in("team", teams).push(" ORDER BY id"), |row| row.get("id")).await
}

impl Scope {
    /// Narrows a statement over a table with columns `api` and `application`.
    pub(crate) fn narrow(&self, select: Sql) -> Sql {
        match self {
            Self::Everything => select,
            Self::Of { apis, applications } => select
                .condition("(")
                .within("api", apis)
                .push(" OR ")
                .within("application", applications)
                .push(")"),
        }
    }
}

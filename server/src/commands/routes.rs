//! `gatehouse routes`: every way in, with who may use it.

use super::Failure;
use serde::Serialize;
use std::io::Write as _;

/// One HTTP route or server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub method: String,
    pub path: String,
    /// A permission, `signed-in` or `anonymous`.
    pub permission: String,
    pub audited: bool,
}

/// The management API's endpoints and the portal's server functions.
#[must_use]
pub fn list() -> Vec<Listed> {
    let api = rest::endpoints().into_iter().map(|endpoint| Listed {
        method: endpoint.method.to_string(),
        path: endpoint.path,
        permission: endpoint.access.to_string(),
        audited: endpoint.audited,
    });
    let functions = app::api::TABLE.iter().map(|function| Listed {
        method: "POST".to_owned(),
        path: function.path.to_owned(),
        permission: function.access.to_string(),
        audited: function.audited,
    });
    api.chain(functions).collect()
}

pub fn run(json: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    if json {
        let text = serde_json::to_string_pretty(&list()).map_err(|error| Failure::new(error.to_string()))?;
        writeln!(out, "{text}")?;
    } else {
        for route in list() {
            let audited = if route.audited { "audited" } else { "" };
            writeln!(out, "{:7} {:70} {:24} {audited}", route.method, route.path, route.permission)?;
        }
    }
    Ok(())
}

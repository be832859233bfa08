//! `gatehouse routes`: every way in, with who may use it. What the gateway carries is not here: that is data.

use super::Failure;
use crate::site::Site;
use crate::{admin, portal};
use domain::access::Access;
use serde::Serialize;
use std::io::Write as _;

/// One HTTP route or server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub method: String,
    /// Parameters in braces: `/teams/{team}`.
    pub path: String,
    /// A permission, `signed-in` or `anonymous`.
    pub permission: String,
    pub audited: bool,
    pub listener: Listener,
}

/// Where it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listener {
    Portal,
    Admin,
}

impl Listed {
    fn read(path: impl Into<String>, access: Access, listener: Listener) -> Self {
        let (method, permission) = ("GET".to_owned(), access.to_string());
        Self { method, path: path.into(), permission, audited: false, listener }
    }
}

/// The management API's endpoints, the portal's pages, server functions, files and assets, and the admin endpoints.
#[must_use]
pub fn list(site: &Site) -> Vec<Listed> {
    let api = rest::endpoints().into_iter().map(|endpoint| Listed {
        method: endpoint.method.to_string(),
        path: endpoint.path,
        permission: endpoint.access.to_string(),
        audited: endpoint.audited,
        listener: Listener::Portal,
    });
    let functions = app::api::TABLE.iter().map(|function| Listed {
        method: "POST".to_owned(),
        path: function.path.to_owned(),
        permission: function.access.to_string(),
        audited: function.audited,
        listener: Listener::Portal,
    });
    let pages = app::routes::PAGES.iter();
    let pages = pages.map(|page| Listed::read(in_braces(page.path), page.access, Listener::Portal));
    let files = portal::FILES.iter().map(|(path, access)| Listed::read(*path, *access, Listener::Portal));
    let assets = site.paths().into_iter().map(|path| Listed::read(path, Access::Anonymous, Listener::Portal));
    let admin = admin::PATHS.into_iter().map(|path| Listed::read(path, Access::Anonymous, Listener::Admin));
    api.chain(functions).chain(pages).chain(files).chain(assets).chain(admin).collect()
}

/// `/teams/{team}` of `/teams/:team`, as the router of pages writes it.
fn in_braces(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

pub fn run(json: bool) -> Result<(), Failure> {
    let listed = list(&Site::load()?);
    let mut out = std::io::stdout();
    if json {
        let text = serde_json::to_string_pretty(&listed).map_err(|error| Failure::new(error.to_string()))?;
        writeln!(out, "{text}")?;
    } else {
        for route in listed {
            let audited = if route.audited { "audited" } else { "" };
            writeln!(out, "{:7} {:70} {:24} {audited}", route.method, route.path, route.permission)?;
        }
    }
    Ok(())
}

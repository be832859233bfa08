//! What the server gives to pages and server functions: the use cases, who is here, and the request that came in.
//! The router of the server puts an [`Incoming`] into each request; [`provide`] makes it a context.

use crate::error::{AppError, Result};
use crate::flash::Flash;
use control::{Actor, Control};
use domain::Time;
use domain::paging::PageOf;
use domain::problem::{Problem, ProblemKind};
use domain::roles::Permission;
use domain::settings::Settings;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_params_map;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use tower_sessions::Session;

/// A request of a person, with what every page needs of it. Made once, cheap to clone.
#[derive(Clone)]
pub struct Incoming(Arc<Facts>);

pub struct Facts {
    pub control: Control,
    /// Absent on pages about a request that was refused before its session was looked at.
    pub session: Option<Session>,
    /// Who is signed in.
    pub actor: Option<Actor>,
    pub settings: Settings,
    /// Whether the first administrator is still to be made.
    pub needs_setup: bool,
    /// How many requests wait for this person.
    pub pending: i64,
    /// What the gateway does not serve as it should, a line each; empty for those whom it does not concern.
    pub troubles: Vec<String>,
    pub flash: Flash,
    pub theme: Theme,
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// Of the client, as text; empty where it is not known.
    pub address: String,
    pub request_id: String,
    /// Set when the page is about this failure, whatever its address.
    pub failure: Option<Problem>,
    pub site: Arc<SiteFacts>,
}

/// What is the same for every request.
pub struct SiteFacts {
    /// Where scripts and style sheet are, `pkg/<hash>`.
    pub package: String,
    /// Whether they were built.
    pub has_assets: bool,
    /// The gateway's refusals, explained below `/problems`.
    pub refusals: Vec<Refusal>,
}

/// A kind of answer that callers of APIs get instead of what they asked for.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    pub status: u16,
    pub name: &'static str,
    pub title: &'static str,
    pub detail: &'static str,
}

/// How the portal looks to this browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }
}

impl Incoming {
    #[must_use]
    pub fn new(facts: Facts) -> Self {
        Self(Arc::new(facts))
    }

    /// The address of the page, with its query.
    #[must_use]
    pub fn here(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }
}

impl Deref for Incoming {
    type Target = Facts;
    fn deref(&self) -> &Facts {
        &self.0
    }
}

/// Makes the request's [`Incoming`] and actor known to everything below. The router calls it for every page and
/// every server function.
pub fn provide() {
    let incoming =
        with_context::<http::request::Parts, _>(|parts| parts.extensions.get::<Incoming>().cloned())
            .flatten();
    if let Some(incoming) = incoming {
        if let Some(actor) = incoming.actor.clone() {
            provide_context(actor);
        }
        provide_context(incoming);
    }
}

/// The request.
#[must_use]
pub fn incoming() -> Incoming {
    expect_context::<Incoming>()
}

/// The id of the request, where there is one.
#[must_use]
pub fn request_id() -> Option<String> {
    use_context::<Incoming>().map(|incoming| incoming.request_id.clone())
}

/// The use cases.
#[must_use]
pub fn control() -> Control {
    incoming().control.clone()
}

/// Who acts. Only below pages and server functions that are not for everybody: those are not entered without.
#[must_use]
pub fn actor() -> Actor {
    expect_context::<Actor>()
}

#[must_use]
pub fn now() -> Time {
    incoming().control.now()
}

/// Gives the page's response a status other than 200.
pub fn set_status(status: u16) {
    if let (Some(response), Ok(status)) =
        (use_context::<ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}

/// Reads what a page shows: `load(move |control, actor| async move { Ok(teams::get(&control, &actor, &id).await?) })`.
/// To be called at the top of a component; `ui::Load` shows the result or what went wrong.
pub fn load<T, F, Fut>(read: F) -> Resource<Result<T>>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: FnOnce(Control, Actor) -> Fut,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    resource(read(control(), actor()))
}

/// As [`load`], for pages that are for everybody.
pub fn load_for_all<T, F, Fut>(read: F) -> Resource<Result<T>>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: FnOnce(Control, Option<Actor>) -> Fut,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    resource(read(control(), incoming().actor.clone()))
}

/// A resource of one future. Pages are drawn once, so that it is asked for once.
fn resource<T, Fut>(future: Fut) -> Resource<Result<T>>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    let request_id = request_id();
    let slot = Arc::new(Mutex::new(Some(Box::pin(future))));
    Resource::new(
        || (),
        move |()| {
            let future = slot.lock().ok().and_then(|mut slot| slot.take());
            let request_id = request_id.clone();
            async move {
                let result = match future {
                    Some(future) => future.await,
                    None => {
                        Err(Problem::new(ProblemKind::Internal, "this part of the page was asked for twice")
                            .into())
                    }
                };
                result.map_err(|error| AppError { request_id: error.request_id.or(request_id), ..error })
            }
        },
    )
}

/// A part of the page's path, as text.
#[must_use]
pub fn param(name: &str) -> String {
    use_params_map().with_untracked(|params| params.get(name)).unwrap_or_default()
}

/// A part of the page's path as an identifier; another text is a page that is not there.
pub fn id<T: std::str::FromStr>(name: &str, what: &str) -> Result<T> {
    param(name).parse().map_err(|_| AppError::not_found(what))
}

/// A value of the page's query; empty where it is absent.
#[must_use]
pub fn query(name: &str) -> String {
    crate::link::pairs(&incoming().query)
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
        .unwrap_or_default()
}

/// Which part of its list the page shows, from `?cursor=` and `?limit=`.
pub fn page_of() -> Result<PageOf> {
    Ok(PageOf::parse(Some(&query("limit")), Some(&query("cursor")))?)
}

/// The address of the next page of the list that this page shows.
#[must_use]
pub fn next_href(next: Option<&str>) -> Option<String> {
    next.map(|cursor| crate::link::with(&incoming().here(), "cursor", cursor))
}

/// Why a control is barred: the roles that the person would need, or nothing when the person may.
#[must_use]
pub fn missing(may: bool, permission: Permission) -> Option<String> {
    (!may).then(|| needs(permission))
}

/// "Needs the role owner or publisher": who holds a permission, in words.
#[must_use]
pub fn needs(permission: Permission) -> String {
    let in_team: Vec<&str> = permission.team_roles().iter().map(|role| role.as_str()).collect();
    if !in_team.is_empty() {
        return format!("Needs the role {} in the team", in_team.join(" or "));
    }
    let on_platform: Vec<&str> = permission.platform_roles().iter().map(|role| role.as_str()).collect();
    format!("Needs the platform role {}", on_platform.join(" or "))
}

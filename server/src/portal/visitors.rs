//! Who is here: loads what every page and form needs of the session, once, before anything runs.

use super::{Portal, problems};
use app::flash::Flash;
use app::server::{Facts, Incoming, Theme};
use app::session::{FLASH, SEEN, SIGNED_IN, SignedIn};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use control::{Actor, accounts, requests, settings};
use domain::problem::{Problem, ProblemKind};
use domain::roles::Permission;
use http::{HeaderMap, Method, header};
use rest::RequestId;
use std::net::SocketAddr;
use tower_sessions::Session;

/// Puts an [`Incoming`] into the request.
pub async fn meet(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let Some(session) = request.extensions().get::<Session>().cloned() else {
        return problems::response(Problem::new(ProblemKind::Internal, "there is no session here"));
    };
    let asked = Asked::of(&request);
    match know(&portal, session, asked).await {
        Ok(facts) => {
            request.extensions_mut().insert(Incoming::new(facts));
            next.run(request).await
        }
        Err(problem) => problems::response(problem),
    }
}

/// What the request itself says.
struct Asked {
    /// Whether it is for a page.
    reads: bool,
    path: String,
    query: String,
    address: String,
    request_id: String,
    theme: Theme,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let id = request.extensions().get::<RequestId>();
        Self {
            reads: *request.method() == Method::GET,
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            address: address(request),
            request_id: id.map(ToString::to_string).unwrap_or_default(),
            theme: theme(request.headers()),
        }
    }
}

async fn know(portal: &Portal, session: Session, asked: Asked) -> Result<Facts, Problem> {
    let control = &portal.control;
    let told = |error: control::Error| error.problem();
    let actor = actor(portal, &session, &asked.address).await?;
    let flash = if asked.reads {
        take_flash(&session, &asked.path, actor.is_some()).await?
    } else {
        Flash::default()
    };
    let pending = match &actor {
        Some(actor) if asked.reads => requests::count_pending(control, actor).await.map_err(told)?,
        _ => 0,
    };
    let needs_setup = actor.is_none() && asked.reads && accounts::needs_setup(control).await.map_err(told)?;
    let concerned = actor.as_ref().is_some_and(|actor| actor.may_on_platform(Permission::SettingsRead));
    Ok(Facts {
        control: control.clone(),
        session: Some(session),
        actor,
        settings: settings::get(control).await.map_err(told)?,
        needs_setup,
        pending,
        troubles: if concerned { portal.trouble.lines() } else { Vec::new() },
        flash,
        theme: asked.theme,
        path: asked.path,
        query: asked.query,
        address: asked.address,
        request_id: asked.request_id,
        failure: None,
        site: portal.site.clone(),
    })
}

/// Who is signed in, if the account may still be. A session in use is noted once a minute, which keeps it alive.
async fn actor(portal: &Portal, session: &Session, address: &str) -> Result<Option<Actor>, Problem> {
    let Some(signed_in) = session.get::<SignedIn>(SIGNED_IN).await.map_err(failed)? else { return Ok(None) };
    let actor = accounts::actor(&portal.control, &signed_in.account, address)
        .await
        .map_err(|error| error.problem())?;
    if actor.is_none() {
        session.flush().await.map_err(failed)?;
        return Ok(None);
    }
    let minute = portal.control.now().timestamp() / 60;
    session.insert(SEEN, minute).await.map_err(failed)?;
    Ok(actor)
}

/// What the last request left for the page at this path. A session that holds nothing else ends with it.
async fn take_flash(session: &Session, path: &str, signed_in: bool) -> Result<Flash, Problem> {
    let flash = session.get::<Flash>(FLASH).await.map_err(failed)?;
    let Some(flash) = flash.filter(|flash| flash.page == path) else { return Ok(Flash::default()) };
    if signed_in {
        session.remove_value(FLASH).await.map_err(failed)?;
    } else {
        session.flush().await.map_err(failed)?;
    }
    Ok(flash)
}

fn failed(error: tower_sessions::session::Error) -> Problem {
    tracing::error!(%error, "session failed");
    let mut problem = Problem::new(ProblemKind::Unavailable, "the session could not be read, try again");
    problem.retry_after_s = Some(5);
    problem
}

fn address(request: &Request) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(address)| address.ip().to_canonical().to_string()).unwrap_or_default()
}

/// The look that this browser asked for.
pub fn theme(headers: &HeaderMap) -> Theme {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let chosen = pairs.find(|(name, _)| *name == app::api::theme::COOKIE);
    chosen.and_then(|(_, value)| Theme::parse(value)).unwrap_or_default()
}

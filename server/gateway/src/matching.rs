//! Stage 1 and 2: which version and route an address means, and what a preflight for it is told.

use crate::cors;
use crate::ctx::Ctx;
use crate::intake::request::Head;
use crate::reject::{Reject, RejectKind};
use crate::snapshot::Snapshot;
use crate::snapshot::router::Match;
use crate::snapshot::version::{Standing, Version};
use domain::routes::Method;
use http::{HeaderMap, header, request};
use std::borrow::Cow;

/// What the address led to.
pub enum Matched {
    /// `Ctx` has the version and the route.
    Route,
    /// The fields of the answer to a preflight.
    Preflight(HeaderMap),
}

pub fn find(
    ctx: &mut Ctx,
    snapshot: &Snapshot,
    request: &request::Parts,
    head: &Head,
) -> Result<Matched, Reject> {
    let host = if snapshot.has_hosts() { head.host_name(request) } else { Cow::Borrowed("") };
    let addressed = snapshot.address(&host, ctx.path()).ok_or_else(no_route)?;
    let prefix = if addressed.path == "/" && !ctx.path().ends_with('/') {
        ctx.path().len()
    } else {
        ctx.path().len().saturating_sub(addressed.path.len())
    };
    let version = addressed.version.clone();
    if !version.is_remembered(ctx.at_ms) {
        return Err(no_route());
    }
    ctx.prefix = prefix;
    ctx.cors_origin = version.cors.as_ref().and_then(|cors| cors.allow_origin(&request.headers));
    ctx.version = Some(version.clone());
    check_standing(&version, ctx.at_ms)?;
    let below = if ctx.path_below().is_empty() { "/" } else { ctx.path_below() };
    if let (Some(policy), Some(asked)) = (&version.cors, cors::asked_method(request)) {
        let method = asked.to_str().ok().and_then(|asked| asked.parse::<Method>().ok());
        found(version.router.find(method, below))?;
        return policy.preflight(&request.headers, version.router.methods(below)).map(Matched::Preflight);
    }
    let method = request.method.as_str().parse::<Method>().ok();
    ctx.route = Some(found(version.router.find(method, below))?);
    Ok(Matched::Route)
}

fn no_route() -> Reject {
    Reject::new(RejectKind::NoRoute, "no api, version or route has this address")
}

fn found(matched: Match) -> Result<u32, Reject> {
    match matched {
        Match::Route(route) => Ok(route),
        Match::Nothing => Err(no_route()),
        Match::WrongMethod(methods) => {
            let reject =
                Reject::new(RejectKind::MethodNotAllowed, "no route takes this method at this address");
            Err(reject.header(header::ALLOW, methods.header()))
        }
    }
}

fn check_standing(version: &Version, now_ms: u64) -> Result<(), Reject> {
    match &version.standing {
        Standing::Served => Ok(()),
        Standing::Blocked { reason, until_ms } => {
            let detail = format!("the api's owner has blocked this version: {reason}");
            let reject = Reject::new(RejectKind::ApiBlocked, detail);
            Err(match until_ms {
                Some(until) => reject.retry_after(until.saturating_sub(now_ms).div_ceil(1_000)),
                None => reject,
            })
        }
        Standing::Retired { .. } => {
            let reject = Reject::new(RejectKind::ApiRetired, "this version of the api has been retired");
            Err(match &version.successor {
                Some(link) => reject.header(header::LINK, link.clone()),
                None => reject,
            })
        }
    }
}

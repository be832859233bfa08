//! The running gateway as people see it. What it tells is of this process: of several nodes, the one that was asked.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::services::Control;
use crate::versions;
use domain::budgets::{Budget, Spending};
use domain::check::Invalid;
use domain::gateway_status::{GatewayStatus, NodeStatus};
use domain::ids::{ApiId, ProviderId};
use domain::paging::{Page, PageOf};
use domain::problem::{Problem, ProblemKind};
use domain::prompts::trial::{PromptCall, Trial};
use domain::providers::KeyHealth;
use domain::roles::Permission;
use domain::text::VersionName;
use futures_util::future::BoxFuture;
use std::future::ready;
use std::sync::Arc;

/// What use cases see of the gateway. The server has it.
pub trait Gateway: Send + Sync {
    fn status(&self) -> GatewayStatus;
    /// The nodes of all upstreams, by api, version and number.
    fn nodes(&self) -> Vec<NodeStatus>;
    /// The keys that calls to a provider go out with; none of one that is not served.
    fn keys(&self, provider: &ProviderId) -> Vec<KeyHealth>;
    /// What is spent and set aside of a budget; `None` where calls are not counted here.
    fn spending(&self, _budget: &Budget) -> Option<Spending> {
        None
    }
    /// Runs a prompt once. Dropped, it gives the call up.
    fn try_prompt(&self, _call: PromptCall) -> Trying {
        Box::pin(ready(Err(none())))
    }
}

/// A prompt that is being run; what a vendor does wrong is told in the trial.
pub type Trying = BoxFuture<'static, Result<Trial, Problem>>;

/// Where the gateway listens, what it serves and how it is.
pub async fn status(control: &Control, actor: &Actor) -> Result<GatewayStatus> {
    actor.require(Permission::SettingsRead)?;
    Ok(running(control)?.status())
}

/// The nodes of all upstreams; only those that calls do not go to as a matter of course, if `troubled`.
pub async fn nodes(
    control: &Control,
    actor: &Actor,
    troubled: bool,
    page: &PageOf,
) -> Result<Page<NodeStatus>> {
    actor.require(Permission::SettingsRead)?;
    let mut nodes = running(control)?.nodes();
    nodes.retain(|node| !(troubled && node.is_well()));
    part(nodes, page)
}

/// The nodes of the version's live revision; none while nothing is live.
pub async fn nodes_of(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    version: &VersionName,
    page: &PageOf,
) -> Result<Page<NodeStatus>> {
    let mut conn = control.store().read().await?;
    let (api, version) = versions::open(&mut conn, actor, api, version, Permission::ApisRead).await?;
    let mut nodes = running(control)?.nodes();
    nodes.retain(|node| node.api == api.slug.as_str() && node.version == version.name.as_str());
    part(nodes, page)
}

pub(crate) fn running(control: &Control) -> Result<&Arc<dyn Gateway>> {
    control.gateway().ok_or_else(|| Error::Refused(none()))
}

fn none() -> Problem {
    Problem::new(ProblemKind::Unavailable, "this process has no gateway")
}

/// The part of the nodes, which are in the order of their keys, that is asked for.
fn part(mut nodes: Vec<NodeStatus>, page: &PageOf) -> Result<Page<NodeStatus>> {
    if let Some(cursor) = &page.cursor {
        let after = place(cursor)?;
        nodes.retain(|node| key(node) > after);
    }
    let limit = page.limit as usize;
    let more = nodes.len() > limit;
    nodes.truncate(limit);
    let next = nodes.last().filter(|_| more);
    let next = next.map(|last| format!("{} {} {}", last.api, last.version, last.number));
    Ok(Page { items: nodes, next })
}

fn key(node: &NodeStatus) -> (&str, &str, usize) {
    (&node.api, &node.version, node.number)
}

/// The place in the list that a cursor stands for.
fn place(cursor: &str) -> Result<(&str, &str, usize)> {
    let mut parts = cursor.splitn(3, ' ');
    let place = (|| Some((parts.next()?, parts.next()?, parts.next()?.parse().ok()?)))();
    place.ok_or_else(|| Invalid::one("cursor", "expected the next of an earlier page").into())
}

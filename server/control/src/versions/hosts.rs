//! Host names of a version's own: none of the installation's, and each with one version.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::services::Control;
use domain::check::Check;
use domain::ids::VersionId;
use domain::problem::{FieldError, Problem, ProblemKind};
use domain::text::HostName;
use store::Tx;

/// Refuses the names under which people reach the gateway and the portal: who had one would have the calls to every
/// other api.
pub(super) fn check_own(control: &Control, hosts: &[HostName]) -> Result<()> {
    let mut check = Check::new();
    for (address, whose) in [(control.gateway_url(), "gateway"), (control.portal_url(), "portal")] {
        let own = HostName::of_address(address);
        for host in hosts.iter().filter(|host| Some(*host) == own.as_ref()) {
            check.error("hosts", format!("{host} is the {whose}'s own name"));
        }
    }
    Ok(check.finish()?)
}

/// Refuses hosts at which another version answers, and names it to those who may know of it.
pub(super) async fn check_free(
    tx: &mut Tx,
    actor: &Actor,
    version: &VersionId,
    hosts: &[HostName],
) -> Result<()> {
    if hosts.is_empty() {
        return Ok(());
    }
    let mut fields = Vec::new();
    for other in store::versions::live_on_hosts(tx, hosts, version).await? {
        let owner = store::apis::get(tx, &other.api).await?;
        let visible = owner.is_some_and(|api| actor.audience().sees(api.visibility, &api.team));
        let whose =
            if visible { format!("{} {}", other.api_name, other.version) } else { "another api".to_owned() };
        fields.push(FieldError {
            field: "hosts".to_owned(),
            message: format!("{} belongs to {whose}; a host leads to one version", other.host),
        });
    }
    if fields.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::new(ProblemKind::Conflict, "another version answers at one of these hosts");
    problem.fields = fields;
    Err(Error::Refused(problem))
}

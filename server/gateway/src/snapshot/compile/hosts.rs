//! Which version answers at which host of its own. A host belongs to one version, and never to the gateway itself.

use super::{Compiler, LeftOut};
use crate::snapshot::version::{Api, Standing, Version};
use domain::text::HostName;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// A version that wants to answer at a host. `label` is `{slug}/{version}`.
#[derive(Clone, Debug)]
pub struct Claim {
    host: HostName,
    label: String,
    version: Arc<Version>,
}

impl Api {
    /// A version that is gone asks for none: its hosts are free for others.
    pub(super) fn claim(&mut self, label: &str, hosts: &[HostName], version: &Arc<Version>) {
        if matches!(version.standing, Standing::Retired { .. }) {
            return;
        }
        let claims = hosts.iter().map(|host| Claim {
            host: host.clone(),
            label: label.to_owned(),
            version: Arc::clone(version),
        });
        self.claims.extend(claims);
    }
}

impl Compiler<'_> {
    /// The hosts that the version answers at in the last snapshot: its new configuration is not known, so it goes on
    /// answering where nobody else does.
    pub(super) fn keep_hosts(&self, api: &mut Api, version: &Arc<Version>) {
        if matches!(version.standing, Standing::Retired { .. }) {
            return;
        }
        let held = self.last.hosts.iter().filter(|(_, holder)| is_same(holder, version));
        api.kept_hosts.extend(held.map(|(host, _)| (host.clone(), Arc::clone(version))));
    }

    /// Gives each host to one version: to whoever has it already, else to whoever comes first.
    pub(super) fn assign_hosts(&mut self) {
        self.next.left_out.retain(|left_out| !matches!(left_out, LeftOut::Host { .. }));
        let mut claims: Vec<&Claim> = self.next.apis.values().flat_map(|api| &api.claims).collect();
        claims.sort_by(|one, other| one.label.cmp(&other.label));
        let mut given: HashMap<&str, &Claim> = HashMap::new();
        let mut left_out = Vec::new();
        for claim in claims {
            if claim.host.is_reserved() || self.installation.hosts.contains(&claim.host) {
                left_out.push(claim.left_out("the name is the installation's own".to_owned()));
                continue;
            }
            let host = claim.host.as_str();
            let had_it = self.last.hosts.get(host).is_some_and(|holder| is_same(holder, &claim.version));
            match given.entry(host) {
                Entry::Vacant(slot) => drop(slot.insert(claim)),
                Entry::Occupied(slot) if is_same(&slot.get().version, &claim.version) => {}
                Entry::Occupied(mut slot) => {
                    let loser = if had_it { slot.insert(claim) } else { claim };
                    left_out.push(loser.left_out(format!("it belongs to {}", slot.get().label)));
                }
            }
        }
        let given = given.into_iter().map(|(host, claim)| (Box::from(host), Arc::clone(&claim.version)));
        let mut hosts: HashMap<Box<str>, Arc<Version>> = given.collect();
        for (host, version) in self.next.apis.values().flat_map(|api| &api.kept_hosts) {
            // once another version has answered there, it is lost
            if self.last.hosts.get(host).is_some_and(|holder| is_same(holder, version)) {
                hosts.entry(host.clone()).or_insert_with(|| Arc::clone(version));
            }
        }
        self.next.hosts = Arc::new(hosts);
        self.next.left_out.extend(left_out);
    }
}

impl Claim {
    fn left_out(&self, reason: String) -> LeftOut {
        LeftOut::Host { host: self.host.to_string(), version: self.label.clone(), reason }
    }
}

/// Whether both are the same version, perhaps of two snapshots.
fn is_same(one: &Version, other: &Version) -> bool {
    one.api == other.api && one.name == other.name
}

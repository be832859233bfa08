//! Which version answers at which host of its own. A host belongs to one version, and never to the gateway itself.

use super::{Installation, LeftOut};
use crate::snapshot::Snapshot;
use crate::snapshot::version::{Standing, Version};
use domain::text::HostName;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// A version that wants to answer at a host. `label` is `{slug}/{version}`.
struct Claim {
    host: HostName,
    label: String,
    version: Arc<Version>,
}

/// The hosts that versions ask for, and those that they had.
pub struct Hosts<'a> {
    last: &'a Snapshot,
    installation: &'a Installation,
    claims: Vec<Claim>,
    /// Of versions whose new configuration is not known: they go on answering where nobody else does.
    kept: Vec<(Box<str>, Arc<Version>)>,
}

impl<'a> Hosts<'a> {
    pub fn new(last: &'a Snapshot, installation: &'a Installation) -> Self {
        Self { last, installation, claims: Vec::new(), kept: Vec::new() }
    }

    /// A version that is gone asks for none: its hosts are free for others.
    pub fn claim(&mut self, label: &str, hosts: &[HostName], version: &Arc<Version>) {
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

    /// The hosts that the version answers at in the last snapshot.
    pub fn keep(&mut self, version: &Arc<Version>) {
        if matches!(version.standing, Standing::Retired { .. }) {
            return;
        }
        let held = self.last.hosts.iter().filter(|(_, holder)| is_same(holder, version));
        self.kept.extend(held.map(|(host, _)| (host.clone(), Arc::clone(version))));
    }

    /// Gives each host to one version: to whoever has it already, else to whoever comes first.
    pub fn assign(self, left_out: &mut Vec<LeftOut>) -> HashMap<Box<str>, Arc<Version>> {
        let mut given: HashMap<HostName, (String, Arc<Version>)> = HashMap::new();
        for Claim { host, label, version } in self.claims {
            if host.is_reserved() || self.installation.hosts.contains(&host) {
                let reason = "the name is the installation's own".to_owned();
                left_out.push(LeftOut::Host { host: host.to_string(), version: label, reason });
                continue;
            }
            let had_it = self.last.hosts.get(host.as_str()).is_some_and(|holder| is_same(holder, &version));
            match given.entry(host) {
                Entry::Vacant(slot) => drop(slot.insert((label, version))),
                Entry::Occupied(slot) if is_same(&slot.get().1, &version) => {}
                Entry::Occupied(mut slot) => {
                    let host = slot.key().to_string();
                    let mut loser = label;
                    if had_it {
                        (loser, _) = slot.insert((loser, version));
                    }
                    let reason = format!("it belongs to {}", slot.get().0);
                    left_out.push(LeftOut::Host { host, version: loser, reason });
                }
            }
        }
        let mut hosts: HashMap<Box<str>, Arc<Version>> =
            given.into_iter().map(|(host, (_, version))| (host.as_str().into(), version)).collect();
        for (host, version) in self.kept {
            hosts.entry(host).or_insert(version);
        }
        hosts
    }
}

/// Whether both are the same version, perhaps of two snapshots.
fn is_same(one: &Version, other: &Version) -> bool {
    one.api == other.api && one.name == other.name
}

//! What the policies of a version make of calls to models, in every caller's dialect and with every vendor's.

mod caching;
mod guarding;
mod masking;

use super::{KINDS, alias, config, provider, start, target};
use crate::lab::Lab;
use domain::policies::Policies;
use faultlab::vendor::Vendor;

/// One alias for each kind of vendor, named like it, with these policies.
fn lab(vendor: &Vendor, policies: Policies) -> Lab {
    let numbered = || (1..).zip(KINDS);
    let providers = numbered()
        .map(|(number, (kind, path))| provider(number, kind, format!("{}{path}", vendor.url()), &["good"]));
    let aliases = numbered().map(|(number, (kind, _))| alias(kind, vec![target(number, "sim-large", 0)]));
    let mut config = config(providers.collect(), aliases.collect());
    config.apis[0].versions[0].config.policies = policies.check().unwrap();
    start(config)
}

//! Choices of the form that one word does not say whole: how calls are spread, and what a backend is told in `Host`.

use domain::check::Check;
use domain::upstream::{Balance, HashKey, HostMode};

/// The word that stands for it in the form.
#[must_use]
pub fn balance_word(balance: &Balance) -> &'static str {
    match balance {
        Balance::RoundRobin => "round_robin",
        Balance::LeastRequests => "least_requests",
        Balance::P2cEwma => "p2c_ewma",
        Balance::Hash(HashKey::Address) => "hash_address",
        Balance::Hash(HashKey::Credential) => "hash_credential",
        Balance::Hash(HashKey::Header { .. }) => "hash_header",
    }
}

/// The balance of that word, by the header of that name if it goes by one; as it is, if there is no word.
pub(super) fn balance(check: &mut Check, word: &str, header: &str, stored: Balance) -> Option<Balance> {
    let balance = match word {
        "" => stored,
        "round_robin" => Balance::RoundRobin,
        "least_requests" => Balance::LeastRequests,
        "p2c_ewma" => Balance::P2cEwma,
        "hash_address" => Balance::Hash(HashKey::Address),
        "hash_credential" => Balance::Hash(HashKey::Credential),
        "hash_header" => Balance::Hash(HashKey::Header { name: header.trim().to_owned() }),
        _ => {
            check.error("upstream.balance", "expected one of those in the list");
            return None;
        }
    };
    check.part("upstream.balance", balance.check())?;
    Some(balance)
}

/// The word that stands for it in the form.
#[must_use]
pub fn host_word(host: &HostMode) -> &'static str {
    match host {
        HostMode::Upstream => "upstream",
        HostMode::Preserve => "preserve",
        HostMode::Fixed(_) => "fixed",
    }
}

/// The host of that word, of that name if it is always the same; as it is, if there is no word.
pub(super) fn host(check: &mut Check, word: &str, name: &str, stored: HostMode) -> Option<HostMode> {
    Some(match word {
        "" => stored,
        "upstream" => HostMode::Upstream,
        "preserve" => HostMode::Preserve,
        "fixed" => HostMode::Fixed(check.parse("upstream.host.fixed", name)?),
        _ => {
            check.error("upstream.host", "expected one of those in the list");
            return None;
        }
    })
}

//! How many files and connections the system lets this process have open.

use crate::config::Config;
use crate::listen;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is open besides connections: databases, the journal's segments, listeners.
const OTHERS: u64 = 500;

/// Raises the limit to the highest that may be had, and warns when the configured connections do not fit.
pub fn raise(config: &Config) {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
        if let Err(error) = raised {
            tracing::warn!(%error, "the limit of open files could not be raised");
        }
    }
    if let Some(warning) = shortage(config.intake.max_connections, getrlimit(Resource::Nofile).current) {
        tracing::warn!("{warning}");
    }
}

/// What to say when connections, with one to an upstream for each, need more than the limit.
fn shortage(max_connections: usize, limit: Option<u64>) -> Option<String> {
    let rest = listen::Limits::default().connections as u64 * 2 + OTHERS;
    let needed = max_connections as u64 * 2 + rest;
    let limit = limit.filter(|limit| *limit < needed)?;
    let fitting = (limit.saturating_sub(rest) / 2).max(1);
    Some(format!(
        "max_connections: {max_connections} connections and those to upstreams need {needed} open files, the limit is \
         {limit}; raise it (ulimit -n, LimitNOFILE=) or set GATEHOUSE_MAX_CONNECTIONS={fitting}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_that_do_not_fit_are_told_of_with_those_that_would() {
        assert_eq!((shortage(10_000, None), shortage(10_000, Some(524_288))), (None, None));
        let warning = shortage(10_000, Some(10_240)).unwrap_or_default();
        assert!(warning.ends_with("GATEHOUSE_MAX_CONNECTIONS=2870"), "{warning}");
        assert_eq!(shortage(2_870, Some(10_240)), None);
    }
}

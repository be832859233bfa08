//! The states of a version and what moves it from one to the next.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// What a version is to the catalogue and the gateway.
    VersionState {
        /// Seen by its editors only; 404 at the gateway.
        Draft = "draft",
        /// Listed and served.
        Published = "published",
        /// Served with a warning; takes no new subscriptions.
        Deprecated = "deprecated",
        /// Listed, answers 503 until it is unblocked.
        Blocked = "blocked",
        /// Gone: 410 for 30 days, then 404.
        Retired = "retired",
    }
}

wire_enum! {
    /// What can happen to a version.
    VersionEvent {
        Publish = "publish",
        Deprecate = "deprecate",
        /// Takes a deprecation back.
        Restore = "restore",
        Block = "block",
        Unblock = "unblock",
        Retire = "retire",
    }
}

/// The event does not apply in the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {event} a version that is {state}")]
pub struct NotAllowed {
    pub state: VersionState,
    pub event: VersionEvent,
}

impl VersionState {
    /// The state after the event. Unblocking gives `published`: whoever unblocks a version that was deprecated
    /// before deprecates it again.
    pub fn next(self, event: VersionEvent) -> Result<Self, NotAllowed> {
        use VersionEvent as E;
        use VersionState as S;
        match (self, event) {
            (S::Draft | S::Published, E::Publish) => Ok(S::Published),
            // a correction of a deprecated version does not take the deprecation back
            (S::Deprecated, E::Publish) => Ok(S::Deprecated),
            (S::Published, E::Deprecate) => Ok(S::Deprecated),
            (S::Deprecated, E::Restore) => Ok(S::Published),
            (S::Published | S::Deprecated, E::Block) => Ok(S::Blocked),
            (S::Blocked, E::Unblock) => Ok(S::Published),
            (S::Published | S::Deprecated | S::Blocked, E::Retire) => Ok(S::Retired),
            (state, event) => Err(NotAllowed { state, event }),
        }
    }

    /// Whether the gateway forwards calls.
    #[must_use]
    pub const fn is_served(self) -> bool {
        matches!(self, Self::Published | Self::Deprecated)
    }

    /// Whether people other than its editors see it.
    #[must_use]
    pub const fn is_listed(self) -> bool {
        !matches!(self, Self::Draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row a state, one column an event, in the order of `ALL`; `-` is refused.
    const TABLE: &str = "
        draft       published  -           -          -        -          -
        published   published  deprecated  -          blocked  -          retired
        deprecated  deprecated -           published  blocked  -          retired
        blocked     -          -           -          -        published  retired
        retired     -          -           -          -        -          -
    ";

    #[test]
    fn versions_move_as_in_the_table() {
        let mut cells = 0;
        for line in TABLE.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let state: VersionState = words[0].parse().unwrap();
            for (event, expected) in VersionEvent::ALL.iter().zip(&words[1..]) {
                let got = state.next(*event).map_or("-", VersionState::as_str);
                assert_eq!(got, *expected, "{state} {event}");
                cells += 1;
            }
        }
        assert_eq!(cells, VersionState::ALL.len() * VersionEvent::ALL.len());
    }
}

//! What took how long, told in the answer where the version's policy says so (W3C Server Timing). What the backend
//! tells stays beside it.

use crate::ctx::Ctx;
use http::header::{HeaderMap, HeaderName, HeaderValue};

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Up to now: of an answer that is streamed, until its head.
pub fn write(ctx: &Ctx, headers: &mut HeaderMap) {
    if !ctx.version.as_ref().is_some_and(|version| version.server_timing) {
        return;
    }
    let now_us = ctx.worker.clock.monotonic_us();
    let all_us = now_us.saturating_sub(ctx.started_us);
    let upstream_us =
        ctx.upstream_us.or_else(|| ctx.upstream_started_us.map(|started| now_us.saturating_sub(started)));
    let gateway = ms(all_us.saturating_sub(upstream_us.unwrap_or(0)));
    let text = match upstream_us {
        Some(us) => format!("upstream;dur={}, gateway;dur={gateway}", ms(us)),
        None => format!("gateway;dur={gateway}"),
    };
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.append(SERVER_TIMING, value);
    }
}

/// Milliseconds with one place after the point.
fn ms(us: u64) -> String {
    format!("{}.{}", us / 1_000, us % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_milliseconds() {
        for (us, text) in [(0, "0.0"), (99, "0.0"), (100, "0.1"), (12_345, "12.3"), (1_000_000, "1000.0")] {
            assert_eq!(ms(us), text);
        }
    }
}

//! What is known of the calls of earlier processes that rates have to go on from.

use chrono::Duration;
use domain::Time;
use domain::usage::Grain;
use domain::usage::recent::{RatedApi, Recent};
use store::Conn;
use store::calls::RecentCalls;

/// As long ago as this, each call is known by its millisecond; from before that, by its minute, which takes no longer
/// however many calls there were.
const SINGLY: Duration = Duration::minutes(10);
/// Read in a second or two.
const MOST_CALLS: usize = 1_000_000;
const MOST_MINUTES: u32 = 500_000;

/// The calls to look back at, in the order of time. Addresses are not rolled up: where a rate goes by them, calls are
/// looked at one by one, however long ago they were.
pub async fn recent(conn: &mut Conn, rated: &[RatedApi], now: Time) -> store::Result<Recent> {
    let (by_address, others): (Vec<&RatedApi>, Vec<_>) = rated.iter().partition(|api| api.by_address);
    let mut recent = recent_of(conn, &others, minute(now - SINGLY), now).await?;
    recent.append(recent_of(conn, &by_address, Time::UNIX_EPOCH, now).await?);
    Ok(recent.sorted())
}

/// Each by its millisecond from the time `singly` on.
async fn recent_of(conn: &mut Conn, rated: &[&RatedApi], singly: Time, now: Time) -> store::Result<Recent> {
    let Some(longest) = rated.iter().map(|api| since(api, now)).min() else { return Ok(Recent::default()) };
    let ids: Vec<String> = rated.iter().map(|api| api.id.clone()).collect();
    let by_address = rated.iter().any(|api| api.by_address);
    let wanted = RecentCalls { apis: &ids, from: longest.max(singly), by_address, most: MOST_CALLS };
    let (mut recent, all_from) = store::calls::recent(conn, &wanted).await?;
    if by_address && all_from > longest {
        tracing::warn!(since = %all_from, "rates by address go on from the calls of late: there were many");
    }
    if all_from > longest {
        let before = minute(all_from + Duration::minutes(1) - Duration::milliseconds(1)).timestamp_millis();
        recent.keep_from(u64::try_from(before).unwrap_or_default());
        let longer = rated.iter().filter(|api| since(api, now) < all_from);
        let ids: Vec<String> = longer.map(|api| api.id.clone()).collect();
        let longest = longest.timestamp_millis();
        store::usage::recent(conn, &ids, longest, before, MOST_MINUTES, &mut recent).await?;
    }
    Ok(recent)
}

/// Twice the time in which the slowest rate comes back.
fn since(api: &RatedApi, now: Time) -> Time {
    now - Duration::seconds(2 * i64::from(api.longest_s))
}

/// The minute that the time is in.
fn minute(at: Time) -> Time {
    Time::from_timestamp_millis(Grain::Minute.start(at.timestamp_millis())).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calls::record::CallRecord;
    use std::net::{IpAddr, Ipv4Addr};

    const NOW_MS: u64 = 1_800_000_030_500;

    /// A call to an api so many milliseconds ago.
    fn record(api: &'static str, ago_ms: u64) -> CallRecord<'static> {
        let at_ms = NOW_MS - ago_ms;
        let id = (u128::from(at_ms) << 80) | (7 << 76) | (2 << 62) | u128::from(api.len() as u64);
        CallRecord {
            id: id.to_be_bytes(),
            at_ms,
            api: Some(api),
            version: Some("v1"),
            route: Some("GET /pets"),
            application: Some("app"),
            credential: None,
            subscription: None,
            plan: None,
            method: "GET",
            path: "/pets",
            status: 200,
            outcome: "ok",
            duration_us: 1_000,
            upstream_us: None,
            request_bytes: 0,
            response_bytes: 0,
            client: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: "",
            attempts: 1,
            ai: None,
            tried: Vec::new(),
        }
    }

    #[tokio::test]
    async fn what_is_long_ago_is_known_by_the_minute_unless_addresses_count() {
        const HOUR: u64 = 3_600_000;
        let store = store::testing::sqlite().await;
        let mut tx = store.calls_begin().await.unwrap();
        for api in ["short", "a day", "by address"] {
            for ago_ms in [1_000, 61_000, 30 * 60_000, 30 * HOUR, 49 * HOUR] {
                let records = [record(api, ago_ms)];
                store::calls::add(&mut tx, &records).await.unwrap();
                store::usage::add(&mut tx, &records).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        let rated = |id: &str, longest_s, by_address| RatedApi { id: id.to_owned(), longest_s, by_address };
        let rated =
            [rated("short", 60, false), rated("a day", 86_400, false), rated("by address", 86_400, true)];
        let now = Time::from_timestamp_millis(i64::try_from(NOW_MS).unwrap()).unwrap();
        let mut conn = store.calls_snapshot().await.unwrap();
        let recent = recent(&mut conn, &rated, now).await.unwrap();
        let of = |api: &str| -> Vec<u64> {
            let flows = recent.flows().filter(|(flow, _)| flow.api == api);
            let known = flows.map(|(flow, number)| (number, flow.client.is_some()));
            let known: Vec<(u32, bool)> = known.collect();
            assert!(known.iter().all(|(_, client)| *client == (api == "by address")), "{api}");
            let sent = recent.sent.iter().filter(|sent| known.iter().any(|(flow, _)| *flow == sent.flow));
            sent.map(|sent| NOW_MS - sent.at_ms).collect()
        };
        // what ended 30 minutes ago did so in the 31st second of its minute
        let ended = 29_499;
        assert_eq!(of("a day"), [30 * HOUR - ended, 30 * 60_000 - ended, 61_000, 1_000]);
        assert_eq!(of("by address"), [30 * HOUR, 30 * 60_000, 61_000, 1_000]);
        // what rates of a minute do not ask for does no harm
        assert_eq!(of("short"), [61_000, 1_000]);
    }
}

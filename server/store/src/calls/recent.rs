//! Calls of late, one by one, as rates go on from them.

use std::collections::HashSet;

use domain::Time;
use domain::calls::record::{CallRecord, whole};
use domain::calls::{ID_SKEW, least_id};
use domain::usage::recent::{Flow, Recent};

use super::blocks::{Blocks, Span};
use crate::error::Result;
use crate::exec::Conn;

/// Which calls: those to these apis that were sent on from a time on.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub apis: &'a [String],
    pub from: Time,
    /// Whether calls from different addresses are to be told apart.
    pub by_address: bool,
    /// When so many were read, no more are, but those of the same time.
    pub most: usize,
}

/// Those calls, and from which time on they are all there. The latest are read first.
pub async fn recent(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<(Recent, Time)> {
    let apis: HashSet<&str> = wanted.apis.iter().map(String::as_str).collect();
    let about = match wanted.apis {
        [only] => Some(only.clone()),
        _ => None,
    };
    let from = Some(least_id(wanted.from - ID_SKEW));
    let mut blocks = Blocks::new(Span { about, from, ..Span::default() });
    let (mut all_from, mut read) = (wanted.from, 0_usize);
    let mut recent = Recent::default();
    while let Some(block) = blocks.next(conn).await? {
        // the blocks to come hold no later id than the last of this one
        let mut last = wanted.from;
        for record in block.records() {
            let record = record?;
            let Some(at) = Time::from_timestamp_millis(whole(record.at_ms)) else { continue };
            last = last.max(at);
            read += 1;
            let is_wanted = at >= wanted.from && record.ending().was_sent();
            if let (true, Some(flow)) = (is_wanted, flow(&record, &apis, wanted.by_address)) {
                recent.add(flow, record.at_ms, 1);
            }
        }
        if read >= wanted.most {
            all_from = (last + ID_SKEW + ID_SKEW).max(wanted.from);
            break;
        }
    }
    recent.keep_from(u64::try_from(all_from.timestamp_millis()).unwrap_or_default());
    Ok((recent, all_from))
}

fn flow(record: &CallRecord<'_>, apis: &HashSet<&str>, by_address: bool) -> Option<Flow> {
    let api = record.api.filter(|api| apis.contains(api))?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some(Flow {
        api: api.to_owned(),
        version: text(record.version),
        route: text(record.route),
        application: text(record.application),
        client: by_address.then_some(record.client),
    })
}

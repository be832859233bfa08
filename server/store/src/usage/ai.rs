//! What models read, wrote and cost, rolled up beside the calls that asked them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::calls::record::{AiRecord, CallRecord, whole};
use domain::usage::{AiFigures, Figures, Grain};

use super::answer::Rolled;
use crate::error::Result;
use crate::exec::{Row, Rows, Tx, Value};

const KEY: &str = "grain, at, api, version, route, application, status, provider, model";
const COUNTS: [&str; 10] = [
    "calls",
    "errors",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "cost_nano",
    "unpriced",
    "estimated",
];

/// Where a call to a model is added up: by all that calls are told apart by, so that every question has an answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    calls: super::Key<'a>,
    provider: &'a str,
    model: &'a str,
}

/// The counts of one roll-up, or of several added up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AiSums {
    calls: i64,
    errors: i64,
    ai: AiFigures,
}

/// Adds those of the calls that asked a model to the roll-ups of every grain.
pub(super) async fn add(tx: &mut Tx, records: &[(&CallRecord<'_>, &AiRecord<'_>)]) -> Result<()> {
    let mut rows: BTreeMap<Key<'_>, AiSums> = BTreeMap::new();
    for (record, ai) in records {
        let minute = super::Key { subscription: "", ..super::key(record) };
        for grain in Grain::ALL {
            let calls = super::Key { grain: *grain, at: grain.start(minute.at), ..minute };
            let key = Key { calls, provider: ai.provider, model: ai.model };
            rows.entry(key).or_default().record(record, ai);
        }
    }
    let texts: &'static Texts = &TEXTS;
    for (upsert, _) in texts.add.statements(rows.into_iter(), |(key, sums)| values(&key, &sums)) {
        tx.execute(upsert).await?;
    }
    Ok(())
}

fn values(key: &Key<'_>, sums: &AiSums) -> Vec<Value> {
    let calls = &key.calls;
    let mut values = vec![
        calls.grain.into(),
        calls.at.into(),
        calls.api.into(),
        calls.version.into(),
        calls.route.into(),
        calls.application.into(),
        super::class(calls.status).into(),
        key.provider.into(),
        key.model.into(),
    ];
    values.extend(sums.counts().map(Value::from));
    values
}

impl AiSums {
    fn record(&mut self, record: &CallRecord<'_>, ai: &AiRecord<'_>) {
        self.calls += 1;
        self.errors += i64::from(record.ending().is_error());
        self.ai.input_tokens += whole(ai.input_tokens);
        self.ai.output_tokens += whole(ai.output_tokens);
        self.ai.cache_read_tokens += whole(ai.cache_read_tokens);
        self.ai.cache_write_tokens += whole(ai.cache_write_tokens);
        self.ai.reasoning_tokens += whole(ai.reasoning_tokens);
        self.ai.cost_nano += whole(ai.cost_nano.unwrap_or_default());
        self.ai.unpriced += i64::from(ai.cost_nano.is_none());
        self.ai.estimated += i64::from(ai.estimated);
    }

    /// In the order of [`COUNTS`].
    fn counts(&self) -> [i64; COUNTS.len()] {
        [
            self.calls,
            self.errors,
            self.ai.input_tokens,
            self.ai.output_tokens,
            self.ai.cache_read_tokens,
            self.ai.cache_write_tokens,
            self.ai.reasoning_tokens,
            self.ai.cost_nano,
            self.ai.unpriced,
            self.ai.estimated,
        ]
    }
}

impl Rolled for AiSums {
    const FROM: &'static str = " FROM ai_usage";
    const LARGEST: &'static str = "sum(cost_nano) DESC, sum(input_tokens + output_tokens) DESC, sum(calls)";

    fn sums() -> &'static str {
        &TEXTS.sums
    }

    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            calls: row.get("calls")?,
            errors: row.get("errors")?,
            ai: AiFigures {
                input_tokens: row.get("input_tokens")?,
                output_tokens: row.get("output_tokens")?,
                cache_read_tokens: row.get("cache_read_tokens")?,
                cache_write_tokens: row.get("cache_write_tokens")?,
                reasoning_tokens: row.get("reasoning_tokens")?,
                cost_nano: row.get("cost_nano")?,
                unpriced: row.get("unpriced")?,
                estimated: row.get("estimated")?,
            },
        })
    }

    fn figures(&self) -> Figures {
        Figures { calls: self.calls, errors: self.errors, ai: self.ai, ..Figures::default() }
    }
}

/// Statement texts over all columns, written once.
struct Texts {
    add: Rows,
    /// Every count added up, none as 0. `sum` alone would be NUMERIC on PostgreSQL.
    sums: String,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let each = |text: fn(&str) -> String| COUNTS.map(text).join(", ");
    let add = each(|column| format!("{column} = ai_usage.{column} + excluded.{column}"));
    Texts {
        add: Rows::new(
            format!("INSERT INTO ai_usage ({KEY}, {}) VALUES ", COUNTS.join(", ")).into(),
            KEY.split(',').count() + COUNTS.len(),
            format!(" ON CONFLICT ({KEY}) DO UPDATE SET {add}").into(),
        ),
        sums: each(|column| format!("coalesce(CAST(sum({column}) AS BIGINT), 0) AS {column}")),
    }
});

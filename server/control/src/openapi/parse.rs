//! Text to value: JSON or YAML, within the limits.

use serde::de::DeserializeSeed;
use serde_json::Value;
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Options, UserMessageFormatter};

use super::Limits;
use super::finding::{Finding, clip};
use super::tree::{Allowance, too_deep, twice};

/// The value that `text` is, always an object.
pub(super) fn value(text: &str, limits: &Limits) -> Result<Value, Finding> {
    if text.len() > limits.bytes {
        let (size, max) = (text.len(), limits.bytes);
        return Err(Finding::refusal(format!("the document has {size} bytes; at most {max} bytes are read")));
    }
    let text = without_mark(text);
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Finding::refusal("the document is empty"));
    }
    if start.starts_with('<') {
        let message = "this is HTML or XML; an OpenAPI document is JSON or YAML (a documentation page often links to it)";
        return Err(Finding::refusal(message));
    }
    let allowance = Allowance::new(limits);
    let value = if is_json(text) { json(text, &allowance)? } else { yaml(text, limits, &allowance)? };
    if value.is_object() {
        Ok(value)
    } else {
        Err(Finding::refusal("an OpenAPI document is an object with named fields"))
    }
}

/// `text` without a byte order mark.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Whether `text` is read as JSON: such a document starts with a brace or a bracket.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn json(text: &str, allowance: &Allowance) -> Result<Value, Finding> {
    let mut source = serde_json::Deserializer::from_str(text);
    let value = allowance.seed().deserialize(&mut source);
    value.and_then(|value| source.end().map(|()| value)).map_err(|error| {
        let words = error.to_string();
        let message = match error.classify() {
            serde_json::error::Category::Data => without_place(&words).to_owned(),
            _ => format!("this is not JSON: {}", without_place(&words)),
        };
        placed(message, error.line() as u64, error.column() as u64)
    })
}

fn yaml(text: &str, limits: &Limits, allowance: &Allowance) -> Result<Value, Finding> {
    serde_saphyr::with_deserializer_from_str_with_options(text, yaml_options(limits), |source| {
        allowance.seed().deserialize(source)
    })
    .map_err(|error| {
        let place = error.location();
        let message = yaml_message(&error, limits);
        placed(message, place.map_or(0, |place| place.line()), place.map_or(0, |place| place.column()))
    })
}

/// Words for what the YAML reader says.
fn yaml_message(error: &serde_saphyr::Error, limits: &Limits) -> String {
    use serde_saphyr::Error as E;
    use serde_saphyr::budget::BudgetBreach;
    match error.without_snippet() {
        E::Message { msg, .. } => msg.clone(),
        E::DuplicateMappingKey { key: Some(key), .. } => twice(key),
        E::MultipleDocuments { .. } => "the text holds more than one YAML document".to_owned(),
        E::Budget { breach: BudgetBreach::Depth { .. }, .. } => too_deep(limits.depth),
        E::AliasError { error, .. } => yaml_message(error, limits),
        E::Budget { .. }
        | E::AliasReplayLimitExceeded { .. }
        | E::AliasExpansionLimitExceeded { .. }
        | E::AliasReplayStackDepthExceeded { .. } => {
            "the document, with its aliases expanded, holds more than is read".to_owned()
        }
        other => {
            let words = other.render_with_formatter(&UserMessageFormatter);
            format!("this is not YAML that can be read: {}", clip(without_place(&words), 500))
        }
    }
}

/// How YAML is read: 1.2 words for booleans, no number that JSON lacks, and budgets for aliases and levels.
fn yaml_options(limits: &Limits) -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: limits.depth,
            // Above what one look ahead can hold (1,024 characters), so that `max_depth` speaks first.
            flow_nesting_limit: 2_048,
            // Here keys are counted too, and the ends of collections.
            max_nodes: limits.nodes.saturating_mul(2),
            max_events: limits.nodes.saturating_mul(3),
            max_documents: 2,
            // The ratio refuses documents that use one anchor often; expansion itself is what is bounded.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: limits.nodes },
        duplicate_keys: DuplicateKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::Reject,
        strict_booleans: true,
        underscored_numbers_as_strings: true,
        ignore_binary_tag_for_string: true,
        emit_comments: false,
        with_snippet: false,
    }
}

/// The words of a reader without the place at their end, which is a field of its own in a finding.
fn without_place(words: &str) -> &str {
    words.rsplit_once(" at line ").map_or(words, |(words, _)| words)
}

fn placed(message: String, line: u64, column: u64) -> Finding {
    let number = |n: u64| u32::try_from(n).ok().filter(|n| *n > 0);
    Finding { line: number(line), column: number(column), ..Finding::refusal(message) }
}

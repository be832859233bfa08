//! What a model read, wrote and cost in a call.

use domain::calls::AiUse;
use leptos::prelude::*;
use ui::{Card, DefinitionList, KeyValue, format};

#[component]
pub fn Model(ai: AiUse) -> AnyView {
    let (read, written, finish, cost) = (read(&ai), written(&ai), finish(&ai), cost(&ai));
    let price = aside(ai.price);
    let alias = aside(if ai.asked == ai.model { String::new() } else { ai.asked });
    let alias = alias.map(|alias| view! { " asked for as" {alias} });
    let counted = ai.estimated.then(|| aside("counted by the gateway: the vendor did not say".to_owned()));
    let provider = aside(ai.provider);
    let first = ai.first_token_us.map(|us| {
        view! { <KeyValue label="First token after">{format::millis(us as f64 / 1_000.0)}</KeyValue> }
    });
    let dropped = Some(ai.dropped).filter(|names| !names.is_empty());
    let dropped = dropped.map(|names| {
        view! { <KeyValue label="Not passed on"><code class="break">{names}</code></KeyValue> }
    });
    view! {
        <Card title="Model">
            <DefinitionList>
                <KeyValue label="Model"><code class="break">{ai.model}</code>{alias}</KeyValue>
                <KeyValue label="Vendor">{ai.vendor}{provider}</KeyValue>
                <KeyValue label="Tokens read">{read}{counted}</KeyValue>
                <KeyValue label="Tokens written">{written}</KeyValue>
                <KeyValue label="Cost">{cost}{price}</KeyValue>
                <KeyValue label="Ended">{finish}</KeyValue>
                {first}
                {dropped}
            </DefinitionList>
        </Card>
    }
    .into_any()
}

/// What is said beside a fact, if anything.
fn aside(text: String) -> Option<AnyView> {
    (!text.is_empty()).then(|| view! { " " <span class="faint break">{text}</span> }.into_any())
}

const PRICE_UNKNOWN: &str = "price unknown";

/// In a row of a list: `gpt-4o · 1,234 tokens · $0.0123`.
pub fn line(ai: &AiUse) -> String {
    format!("{} · {} tokens · {}", ai.model, whole(ai.tokens()), cost(ai))
}

/// `$0.0123`
pub fn cost(ai: &AiUse) -> String {
    ai.cost_nano.map_or_else(|| PRICE_UNKNOWN.to_owned(), dollars)
}

fn whole(count: i64) -> String {
    format::whole(u64::try_from(count).unwrap_or_default())
}

/// Tokens that the model read.
pub fn read(ai: &AiUse) -> String {
    let parts = [("from the cache", ai.cache_read_tokens), ("into the cache", ai.cache_write_tokens)];
    with_parts(ai.input_tokens, &parts)
}

/// Tokens that the model wrote.
pub fn written(ai: &AiUse) -> String {
    with_parts(ai.output_tokens, &[("thinking", ai.reasoning_tokens)])
}

/// `1,200, of these 1,000 from the cache`
fn with_parts(total: i64, parts: &[(&str, i64)]) -> String {
    let some = parts.iter().filter(|(_, count)| *count > 0);
    let parts: Vec<String> = some.map(|(what, count)| format!("{} {what}", whole(*count))).collect();
    if parts.is_empty() {
        whole(total)
    } else {
        format!("{}, of these {}", whole(total), parts.join(" and "))
    }
}

/// Why the model ended.
pub fn finish(ai: &AiUse) -> String {
    if ai.finish.is_empty() { "–".to_owned() } else { ai.finish.replace('_', " ") }
}

/// Dollars with as many digits as one call needs: what costs less than a ten-thousandth is no rarity.
fn dollars(nano: i64) -> String {
    if !(1..10_000_000).contains(&nano) {
        return format::money(nano);
    }
    let text = format!("{:.9}", nano as f64 / 1e9);
    format!("${}", text.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_sums_keep_their_digits() {
        for (nano, text) in [
            (0, "$0"),
            (1, "$0.000000001"),
            (42_500, "$0.0000425"),
            (1_250_000, "$0.00125"),
            (12_345_678, "$0.0123"),
            (3_400_000_000, "$3.40"),
        ] {
            assert_eq!(dollars(nano), text, "{nano}");
        }
    }

    #[test]
    fn a_line_says_model_tokens_and_cost() {
        let ai = AiUse {
            model: "gpt-4o".to_owned(),
            input_tokens: 1_200,
            output_tokens: 34,
            cache_read_tokens: 1_000,
            cost_nano: Some(1_250_000),
            ..AiUse::default()
        };
        assert_eq!(line(&ai), "gpt-4o · 1,234 tokens · $0.00125");
        assert_eq!(line(&AiUse { cost_nano: None, ..ai.clone() }), "gpt-4o · 1,234 tokens · price unknown");
        assert_eq!(
            (read(&ai).as_str(), written(&ai).as_str()),
            ("1,200, of these 1,000 from the cache", "34")
        );
    }
}

use super::*;
use crate::catalogue::{Catalogue, Origin};
use std::collections::BTreeMap;

/// Prices of the autumn of 2025, written here so that the sums below hold whatever the catalogue says.
const PRICES: &str = "\
vendor,model,service,above,mode,input,output,cache_read,cache_write,cache_write_1h,input_audio,search,image,second
openai,gpt-5,,,chat,1.25,10,0.125,,,,10,,
openai,gpt-5,flex,,,0.625,5,0.0625,,,,,,
openai,gpt-5,priority,,,2.5,20,0.25,,,,,,
anthropic,sonnet,,,chat,3,15,0.3,3.75,6,,10,,
anthropic,sonnet,,200000,,6,22.5,0.6,7.5,12,,,,
anthropic,sonnet,batch,,,1.5,7.5,,,,,,,
gemini,pro,,,chat,1.25,10,0.125,,,,35,,
gemini,pro,,200000,,2.5,15,0.25,,,,,,
gemini,flash,,,chat,0.3,2.5,0.03,,,1,,,
openai,embed,,,embedding,0.02,,,,,,,,
openai,picture,,,image,,,,,,,,0.04,
openai,whisper,,,transcription,,,,,,,,,0.0001
";

fn price(vendor: &str, model: &str) -> Price {
    let catalogue = Catalogue::parse(PRICES, Origin::Imported).unwrap();
    catalogue.price(vendor, model, None).unwrap().clone()
}

fn lines(cost: &Cost) -> Vec<(&str, u64, i64)> {
    cost.lines.iter().map(|line| (line.what, line.count, line.nano)).collect()
}

#[test]
fn openai_with_cached_tokens_and_thoughts() {
    let usage = Usage { input: 976, cache_read: 1024, output: 300, reasoning: 200, ..Usage::default() };
    let cost = cost(&usage, &price("openai", "gpt-5"));
    // 976 x $1.25/M = $0.00122; 1,024 x $0.125/M = $0.000128; 500 x $10/M = $0.005
    let expected = [
        ("input", 976, 1_220_000),
        ("cache_read", 1024, 128_000),
        ("output", 300, 3_000_000),
        ("reasoning", 200, 2_000_000),
    ];
    assert_eq!(lines(&cost), expected);
    assert_eq!((cost.nano, cost.unknown), (6_348_000, vec![]));
    assert_eq!(cost.lines[1].nano_per_million, 125_000_000);
}

#[test]
fn anthropic_with_both_caches_and_searches() {
    let usage = Usage {
        input: 21,
        cache_read: 188_086,
        cache_write: 456,
        cache_write_1h: 100,
        output: 393,
        server_tools: BTreeMap::from([
            ("web_fetch_requests".to_owned(), 3),
            ("web_search_requests".to_owned(), 2),
        ]),
        ..Usage::default()
    };
    let cost = cost(&usage, &price("anthropic", "sonnet"));
    let expected = [
        ("input", 21, 63_000),
        ("cache_read", 188_086, 56_425_800),
        ("cache_write", 456, 1_710_000),
        ("cache_write_1h", 100, 600_000),
        ("output", 393, 5_895_000),
        // $10 for a thousand
        ("search", 2, 20_000_000),
    ];
    assert_eq!(lines(&cost), expected);
    assert_eq!((cost.nano, cost.unknown), (84_693_800, vec![]));
}

#[test]
fn a_long_input_makes_the_whole_call_dearer() {
    let usage = |input, cache_read| Usage { input, cache_read, output: 1000, ..Usage::default() };
    let price = price("gemini", "pro");
    // 150,000 x $1.25/M + 50,000 x $0.125/M + 1,000 x $10/M: exactly 200,000 is not above it
    assert_eq!(cost(&usage(150_000, 50_000), &price).nano, 187_500_000 + 6_250_000 + 10_000_000);
    // 150,001 x $2.50/M + 50,000 x $0.25/M + 1,000 x $15/M: what came from the cache counts for the length
    assert_eq!(cost(&usage(150_001, 50_000), &price).nano, 375_002_500 + 12_500_000 + 15_000_000);
    // a search costs what it costs, however long the input
    let searching =
        Usage { server_tools: BTreeMap::from([("web_search".to_owned(), 1)]), ..usage(300_000, 0) };
    assert_eq!(cost(&searching, &price).nano, 750_000_000 + 15_000_000 + 35_000_000);
}

#[test]
fn an_unknown_price_is_said_and_the_rest_is_counted() {
    let usage = Usage { input: 1_000_000, input_audio: 10, cache_write: 5, output: 2, ..Usage::default() };
    let counted = cost(&usage, &price("openai", "gpt-5"));
    assert_eq!(counted.nano, 1_250_000_000 + 20_000);
    assert_eq!(counted.unknown, ["input_audio", "cache_write"]);
    let counted = cost(&usage, &Price::default());
    assert_eq!((counted.nano, counted.lines.len()), (0, 0));
    assert_eq!(counted.unknown, ["input", "input_audio", "cache_write", "output"]);
    let tools = BTreeMap::from([("code_execution".to_owned(), 1), ("file_search_calls".to_owned(), 1)]);
    let counted = cost(&Usage { server_tools: tools, ..Usage::default() }, &price("openai", "gpt-5"));
    assert_eq!(counted.unknown, ["server_tools"]);
    assert_eq!(cost(&Usage::default(), &Price::default()), Cost::default(), "nothing used, nothing unknown");
}

#[test]
fn what_has_no_price_of_its_own_is_billed_as_what_it_is() {
    let usage =
        Usage { input_image: 258, tool_prompt: 100, input_audio: 100, reasoning: 40, ..Usage::default() };
    let cost = cost(&usage, &price("gemini", "flash"));
    let expected = [
        ("input_audio", 100, 100_000),
        ("input_image", 258, 77_400),
        ("tool_prompt", 100, 30_000),
        ("reasoning", 40, 100_000),
    ];
    assert_eq!(lines(&cost), expected);
    assert_eq!(cost.unknown, [""; 0]);
}

#[test]
fn services_have_their_prices() {
    let usage = |tier: &str| Usage { input: 1_000_000, tier: Some(tier.to_owned()), ..Usage::default() };
    for (tier, nano, unknown) in [
        ("default", 1_250_000_000, None),
        ("auto", 1_250_000_000, None),
        ("ON_DEMAND", 1_250_000_000, None),
        ("flex", 625_000_000, None),
        ("ON_DEMAND_PRIORITY", 2_500_000_000, None),
        ("scale", 1_250_000_000, Some("service_tier")),
    ] {
        let cost = cost(&usage(tier), &price("openai", "gpt-5"));
        assert_eq!((cost.nano, cost.unknown.first().copied()), (nano, unknown), "{tier}");
    }
    // the price of batches is only known for short inputs, and not for the cache
    let sonnet = price("anthropic", "sonnet");
    let cost_of = |input, cache_read| cost(&Usage { input, cache_read, ..usage("batch") }, &sonnet);
    assert_eq!((cost_of(200_000, 0).nano, cost_of(200_000, 0).unknown), (300_000_000, vec![]));
    assert_eq!(cost_of(300_000, 0).nano, 450_000_000);
    assert_eq!(cost_of(300_000, 0).unknown, ["service_tier"]);
    assert_eq!(cost_of(10, 10).unknown, ["cache_read"]);
}

#[test]
fn each_line_is_rounded_half_up_once() {
    let rate = |nano| Price::flat([(Figure::Input, nano), (Figure::Output, nano)].into_iter().collect());
    let usage = |input, output| Usage { input, output, ..Usage::default() };
    assert_eq!(cost(&usage(1, 0), &rate(499_999)).nano, 0);
    assert_eq!(cost(&usage(1, 0), &rate(500_000)).nano, 1);
    assert_eq!(cost(&usage(1, 1), &rate(500_000)).nano, 2);
    assert_eq!(cost(&usage(3, 0), &rate(500_000)).nano, 2);
}

#[test]
fn sums_stop_at_the_largest() {
    let dearest = Price::flat([(Figure::Input, u64::MAX), (Figure::Output, u64::MAX)].into_iter().collect());
    let usage = Usage { input: u64::MAX, output: u64::MAX, ..Usage::default() };
    let cost = cost(&usage, &dearest);
    assert_eq!((cost.nano, cost.lines[0].nano), (i64::MAX, i64::MAX));
    assert_eq!(maximum(u64::MAX, u64::MAX, None, &dearest), Some(i64::MAX));
}

#[test]
fn the_maximum_is_never_below_the_cost() {
    let sonnet = price("anthropic", "sonnet");
    // an hour in the cache is the dearest: 1,000 x $6/M + 500 x $15/M
    assert_eq!(maximum(1000, 500, None, &sonnet), Some(6_000_000 + 7_500_000));
    assert_eq!(maximum(200_001, 0, None, &sonnet), Some(2_400_012_000));
    assert_eq!(maximum(1000, 0, None, &price("gemini", "flash")), Some(1_000_000), "all of it sound");
    assert_eq!(maximum(1000, 500, Some("priority"), &price("openai", "gpt-5")), Some(2_500_000 + 10_000_000));
    assert_eq!(maximum(1000, 0, None, &price("openai", "embed")), Some(20_000));
    assert_eq!(maximum(1000, 1, None, &price("openai", "embed")), None, "no price for output");
    assert_eq!(maximum(1, 0, None, &Price::default()), None);
    let whole = Usage { cache_write_1h: 200_001, output: 7, ..Usage::default() };
    assert_eq!(maximum(200_001, 7, None, &sonnet), Some(cost(&whole, &sonnet).nano));
}

#[test]
fn not_all_is_counted_in_tokens() {
    let cost = cost_of(Figure::Image, 3, &price("openai", "picture"));
    assert_eq!(lines(&cost), [("image", 3, 120_000_000)]);
    assert_eq!(cost_of(Figure::Second, 61, &price("openai", "whisper")).nano, 6_100_000);
    assert_eq!(cost_of(Figure::Character, 1, &price("openai", "whisper")).unknown, ["character"]);
}

use super::*;
use crate::models::words::{Feature, Mode};

fn now() -> Time {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn price(service: &str, above: Option<u64>, dollars: &[(&str, &str)]) -> PriceInput {
    let dollars = dollars.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    PriceInput { service: service.to_owned(), above, dollars }
}

fn set(prices: Vec<PriceInput>) -> SetPrice {
    SetPrice { prices, ..SetPrice::default() }
}

fn fields<T: std::fmt::Debug>(result: Result<T, Invalid>) -> Vec<String> {
    result.unwrap_err().0.into_iter().map(|error| error.field).collect()
}

#[test]
fn prices_are_kept_to_the_nano_dollar() {
    let input = set(vec![
        price("", None, &[("input", "0.000000001"), ("output", "10"), ("cache_read", " 0.125 ")]),
        price("batch", Some(200_000), &[("input", "1.25"), ("search", "10")]),
    ]);
    let new = input.check(now()).unwrap();
    assert_eq!(new.starts_at, now());
    let [standard, batch] = new.prices.as_slice() else { panic!("{new:?}") };
    assert_eq!(
        standard.nano,
        [(Figure::Input, 1), (Figure::Output, 10_000_000_000), (Figure::CacheRead, 125_000_000)].into()
    );
    assert_eq!((batch.service.as_str(), batch.above), ("batch", 200_000));
    assert_eq!(batch.nano[&Figure::Search], 10_000_000_000_000);
}

#[test]
fn what_is_wrong_with_a_price_stands_at_its_field() {
    let plain = || price("", None, &[("input", "1")]);
    for (input, expected) in [
        (set(Vec::new()), "prices"),
        (set(vec![price("batch", None, &[("input", "1")])]), "prices"),
        (set(vec![plain(), plain()]), "prices[1]"),
        (set(vec![plain(), price("Batch", None, &[("input", "1")])]), "prices[1].service"),
        (set(vec![price("", None, &[])]), "prices[0].dollars"),
        (set(vec![price("", None, &[("inputs", "1")])]), "prices[0].dollars.inputs"),
        (set(vec![price("", None, &[("input", "-1")])]), "prices[0].dollars.input"),
        (set(vec![price("", None, &[("input", "0.0000000001")])]), "prices[0].dollars.input"),
        (set(vec![price("", Some(u64::MAX), &[("input", "1")])]), "prices[0].above"),
        (
            SetPrice { starts_at: Some(now() - chrono::Duration::seconds(1)), ..set(vec![plain()]) },
            "starts_at",
        ),
        (SetPrice { note: "x".repeat(201), ..set(vec![plain()]) }, "note"),
    ] {
        assert!(fields(input.check(now())).contains(&expected.to_owned()), "{expected}: {input:?}");
    }
}

#[test]
fn a_model_is_read_with_its_words() {
    let input = CreateModel {
        id: "house-7b".to_owned(),
        mode: "chat".to_owned(),
        context: Some(32_000),
        reads: vec!["text".to_owned(), "image".to_owned()],
        features: vec!["tools".to_owned()],
        prices: vec![price("", None, &[("input", "1")])],
        ..CreateModel::default()
    };
    let new = input.check("openai").unwrap();
    assert_eq!((new.facts.vendor.as_str(), new.facts.mode), ("openai", Mode::Chat));
    assert!(new.facts.features.contains(&Feature::Tools) && new.facts.prices.is_empty());
    assert_eq!(new.prices.len(), 1);
    let bad = CreateModel {
        id: "a b".to_owned(),
        aliases: vec!["x".to_owned(), "x".to_owned()],
        mode: "talk".to_owned(),
        context: Some(0),
        writes: vec!["smell".to_owned()],
        features: vec!["flight".to_owned()],
        ..CreateModel::default()
    };
    assert_eq!(
        fields(bad.check("openai")),
        ["id", "aliases[1]", "mode", "context", "writes[0]", "features[0]"]
    );
}

#[test]
fn a_price_is_typed_in_a_line() {
    for (line, service, above, dollars) in [
        (
            "batch above=200000 input=1.25 output=5",
            "batch",
            Some(200_000),
            &[("input", "1.25"), ("output", "5")][..],
        ),
        ("above=1 input=1", "", Some(1), &[("input", "1")]),
        ("flex input=1", "flex", None, &[("input", "1")]),
    ] {
        assert_eq!(PriceInput::line(line), Ok(price(service, above, dollars)), "{line}");
    }
    for line in ["input=1 batch", "batch above=many input=1"] {
        assert!(PriceInput::line(line).unwrap_err().starts_with("expected"), "{line}");
    }
}

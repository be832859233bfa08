use super::*;
use crate::price::{Figure, Rates, cost};
use crate::usage::Usage;
use std::collections::BTreeSet;

fn parse(text: &str) -> Result<Catalogue, CatalogueError> {
    Catalogue::parse(text, Origin::Imported)
}

fn input(price: Option<&Price>) -> Option<u64> {
    let (_, _, rates) = price?.all().next()?;
    rates.own(Figure::Input)
}

#[test]
fn the_built_in_catalogue_is_plausible() {
    let catalogue = Catalogue::built_in().unwrap();
    let models: Vec<_> = catalogue.models().collect();
    assert!(models.len() >= 1500, "{}", models.len());
    let vendors: BTreeSet<_> = models.iter().map(|model| &model.vendor).collect();
    assert!(vendors.len() >= 35, "{vendors:?}");
    for model in &models {
        let name = format!("{} {}", model.vendor, model.id);
        assert_eq!(model.origin, Origin::BuiltIn);
        assert!(model.as_of.is_some() && model.source.is_some(), "{name}");
        assert!(model.deprecated.as_deref().is_none_or(|day| day >= "2026-11-27"), "{name}");
        assert!(model.context.is_some() || model.prices.values().any(|price| !price.is_empty()), "{name}");
        assert!(catalogue.find(&model.vendor, &model.id) == Some(model), "{name}");
        for price in model.prices.values() {
            for (_, _, rates) in price.all() {
                plausible(&name, rates);
            }
        }
    }
    for mode in [Mode::Chat, Mode::Embedding, Mode::Image, Mode::Speech, Mode::Transcription, Mode::Rerank] {
        assert!(models.iter().filter(|model| model.mode == mode).count() >= 20, "{mode:?}");
    }
}

/// Above 0 and below $1,000 for as many as vendors name the price for.
fn plausible(name: &str, rates: &Rates) {
    for figure in Figure::ALL.iter().copied() {
        let dearest = 1_000_000_000_000 * (1_000_000 / figure.per());
        let nano = rates.own(figure);
        assert!(nano.is_none_or(|nano| 0 < nano && nano < dearest), "{name}: {} {nano:?}", figure.name());
    }
    let (read, input) = (rates.own(Figure::CacheRead), rates.own(Figure::Input));
    if let (Some(read), Some(input)) = (read, input) {
        assert!(read <= input, "{name}: from the cache {read}, else {input}");
    }
    if let (Some(short), Some(long)) = (rates.own(Figure::CacheWrite), rates.own(Figure::CacheWrite1h)) {
        assert!(short <= long, "{name}: minutes {short}, an hour {long}");
    }
}

/// What the vendors' price pages say, looked at by hand.
#[test]
fn prices_are_those_of_the_vendors() {
    let catalogue = Catalogue::built_in().unwrap();
    let usage = Usage { input: 1_000_000, output: 1_000_000, ..Usage::default() };
    for (vendor, model, region, dollars) in [
        ("openai", "gpt-4o", None, 12.5),
        ("openai", "gpt-4o-2024-08-06", None, 12.5),
        ("openai", "gpt-4.1", None, 10.0),
        ("anthropic", "claude-opus-4-5", None, 30.0),
        ("anthropic", "claude-opus-4-5-20251101", None, 30.0),
        ("anthropic", "claude-haiku-4-5-latest", None, 6.0),
        // more than 200,000 tokens
        ("gemini", "models/gemini-2.5-pro", None, 17.5),
        ("bedrock", "anthropic.claude-opus-4-5-20251101-v1:0", Some("us-east-1"), 30.0),
        ("bedrock", "us.anthropic.claude-opus-4-5-20251101-v1:0", Some("us-east-1"), 33.0),
        ("bedrock", "global.anthropic.claude-opus-4-5-20251101-v1:0", Some("us-east-1"), 30.0),
        ("vertex", "claude-opus-4-6@default", Some("global"), 30.0),
        ("vertex", "claude-opus-4-6", Some("europe-west4"), 33.0),
    ] {
        let price = catalogue.price(vendor, model, region).unwrap_or_else(|| panic!("{vendor} {model}"));
        let cost = cost(&usage, price);
        assert_eq!((cost.nano as f64 / 1e9, cost.unknown), (dollars, vec![]), "{vendor} {model} {region:?}");
    }
}

#[test]
fn a_model_has_all_that_its_rows_say() {
    let text = "\
model,vendor,mode,region,service,above,percent,aliases,context,max_output,reads,writes,features,deprecated,source,as_of,input,output
m,v,chat,,,,,m1 m2,200000,8192,text image,text,tools vision,2027-01-31,https://v.example,2026-11-01,1.5,
m,v,,,batch,,,,,,,,,,,,0.75,3
m,v,,eu,,,110,,,,,,,,,,,
m,v,,,,200000,,,,,,,,,,,3,
m,v,,us,,,,,,,,,,,,,,2
";
    let catalogue = parse(text).unwrap();
    let model = catalogue.find("v", "m").unwrap();
    assert_eq!((model.id.as_str(), model.vendor.as_str(), model.mode), ("m", "v", Mode::Chat));
    assert_eq!((model.context, model.max_output, model.dimensions), (Some(200_000), Some(8192), None));
    assert_eq!(model.aliases, ["m1", "m2"]);
    assert_eq!(model.reads, BTreeSet::from([Modality::Text, Modality::Image]));
    assert_eq!(model.writes, BTreeSet::from([Modality::Text]));
    assert!(model.has(Feature::Tools) && model.has(Feature::Vision) && !model.has(Feature::Reasoning));
    assert_eq!(
        (model.deprecated.as_deref(), model.as_of.as_deref()),
        (Some("2027-01-31"), Some("2026-11-01"))
    );
    assert_eq!((model.source.as_deref(), model.origin), (Some("https://v.example"), Origin::Imported));
    let rates = |nano: &[(Figure, u64)]| nano.iter().copied().collect::<Rates>();
    let all = |region| {
        model
            .price(Some(region))
            .unwrap()
            .all()
            .map(|(service, above, rates)| (service, above, rates.clone()))
    };
    let (input, output) = (Figure::Input, Figure::Output);
    let everywhere = [
        ("", 0, rates(&[(input, 1_500_000_000)])),
        ("", 200_000, rates(&[(input, 3_000_000_000)])),
        ("batch", 0, rates(&[(input, 750_000_000), (output, 3_000_000_000)])),
    ];
    assert_eq!(all("jp").collect::<Vec<_>>(), everywhere);
    let europe = [
        ("", 0, rates(&[(input, 1_650_000_000)])),
        ("", 200_000, rates(&[(input, 3_300_000_000)])),
        ("batch", 0, rates(&[(input, 825_000_000), (output, 3_300_000_000)])),
    ];
    assert_eq!(all("eu").collect::<Vec<_>>(), europe, "rows after the percentage count too");
    assert_eq!(all("us").collect::<Vec<_>>(), [("", 0, rates(&[(output, 2_000_000_000)]))]);
}

#[test]
fn names_are_found() {
    let text = "\
vendor,model,mode,region,aliases,input
v,m,chat,,other,1
v,m-2024-08-06,chat,,,2
v,n-latest,chat,,,3
bedrock,a.m,chat,,,4
bedrock,a.m,,eu,,5
bedrock,a.m,,eu-west-1,,6
";
    let catalogue = parse(text).unwrap();
    for (vendor, name, region, dollars) in [
        ("v", "m", None, 1),
        ("v", "other", None, 1),
        ("v", "m-2024-08-06", None, 2),
        ("v", "m-2025-01-01", None, 1),
        ("v", "other-20250101", None, 1),
        ("v", "m-latest", None, 1),
        ("v", "n-latest", None, 3),
        ("bedrock", "a.m", None, 4),
        ("bedrock", "a.m", Some("us-east-1"), 4),
        ("bedrock", "a.m", Some("eu-west-1"), 6),
        ("bedrock", "eu.a.m", Some("eu-west-1"), 5),
        ("bedrock", "global.a.m", Some("eu-west-1"), 4),
    ] {
        let price = catalogue.price(vendor, name, region);
        assert_eq!(input(price), Some(dollars * 1_000_000_000), "{vendor} {name} {region:?}");
    }
    for (vendor, name) in [("v", "n"), ("v", "M"), ("v", "m-2025"), ("v", ""), ("w", "m"), ("v", "us.m")] {
        assert_eq!(catalogue.find(vendor, name), None, "{vendor} {name}");
    }
}

/// Line, column, how what was expected begins, and what came.
type Wrong<'a> = (u64, &'a str, &'a str, &'a str);

fn assert_wrong(text: &str, (line, column, expected, got): Wrong<'_>) {
    let error = parse(text).unwrap_err();
    assert_eq!((error.line, error.column.as_str(), error.got.as_str()), (line, column, got), "{text}");
    assert!(error.expected.starts_with(expected), "{text}: {error}");
}

fn rows(rows: &str) -> String {
    format!("vendor,model,region,service,above,percent,aliases,mode,context,as_of,input\n{rows}")
}

#[test]
fn wrong_columns_and_cells_are_named() {
    for (text, wrong) in [
        ("vendor,model,mode,price\n", (1, "price", "expected a column out of vendor", "price")),
        ("vendor,model,mode,mode\n", (1, "mode", "expected each column once", "mode")),
        ("vendor,model\n", (1, "", "expected a column mode", "")),
        ("", (1, "", "expected a column vendor", "")),
    ] {
        assert_wrong(text, wrong);
    }
    for (row, wrong) in [
        ("v,m", (2, "", "expected 11 cells", "2 cells")),
        ("\nv,m", (3, "", "expected 11 cells", "2 cells")),
        (",m,,,,,,chat,,,", (2, "vendor", "expected a name without spaces", "")),
        ("v,a b,,,,,,chat,,,", (2, "model", "expected a name without spaces", "a b")),
        ("v,m,,,,,,talk,,,", (2, "mode", "expected one of chat, completion", "talk")),
        ("v,m,,,,,,chat,-1,,", (2, "context", "expected a whole number above 0", "-1")),
        ("v,m,,,,,,chat,,2026-11-31,", (2, "as_of", "expected a day such as 2026-11-27", "2026-11-31")),
        ("v,m,,,,,,chat,,,free", (2, "input", "expected dollars such as 0.075", "free")),
        ("v,m,,,,,,chat,,,0.0000000001", (2, "input", "expected at most 9 decimals", "0.0000000001")),
        ("\r\n\nv,m,,,,,,chat,,,1e3", (4, "input", "expected dollars such as 0.075", "1e3")),
    ] {
        assert_wrong(&rows(row), wrong);
    }
    let error = parse(&rows("v,m,,,,,,chat,,,free")).unwrap_err();
    assert_eq!(error.to_string(), "line 2, column \"input\": expected dollars such as 0.075, got \"free\"");
}

#[test]
fn rows_that_do_not_fit_together_are_refused() {
    let ok = rows("v,m,,,,,,chat,1,2026-11-27,1\n");
    assert!(parse(&ok).is_ok());
    assert_wrong(&rows("v,m,eu,,,,,,,,1"), (2, "model", "expected a model that has a row before", "m"));
    for (more, wrong) in [
        ("v,m,,,,,,chat,,,", (3, "model", "expected names of one model only, not \"m\"", "m")),
        ("v,n,,,,,m,chat,,,", (3, "model", "expected names of one model only, not \"m\"", "n")),
        ("v,n,,,,,n,chat,,,", (3, "model", "expected names of one model only, not \"n\"", "n")),
        ("v,n,,,,,o o,chat,,,", (3, "model", "expected names of one model only, not \"o\"", "n")),
        ("v,m,eu,,,,,chat,,,1", (3, "mode", "expected nothing in a row that is only", "chat")),
        ("v,m,eu,,,,,,,,", (3, "", "expected a price", "")),
        ("v,m,,batch,,,,,,,1\nv,m,,batch,,,,,,,1", (4, "region", "expected one row", "")),
        ("v,m,eu,,,110,,,,,\nv,m,eu,,,,,,,,1", (4, "region", "expected one row", "eu")),
        ("v,m,eu,,,,,,,,1\nv,m,eu,,,110,,,,,", (4, "region", "expected a region that has no other", "eu")),
        ("v,m,,,,110,,,,,", (3, "region", "expected a region that has no other", "")),
        ("v,m,eu,,,110,,,,,1", (3, "input", "expected nothing beside a percentage", "1")),
        ("v,m,eu,batch,,110,,,,,", (3, "service", "expected nothing beside a percentage", "batch")),
        ("v,m,eu,,,99999999999999999,,,,,", (3, "percent", "expected a percentage", "99999999999999999")),
    ] {
        assert_wrong(&format!("{ok}{more}\n"), wrong);
    }
}

#[test]
fn operators_have_the_last_word() {
    let built_in =
        parse("vendor,model,mode,aliases,context,input\nv,m,chat,m1 m2,1000,1\nv,n,chat,,,2\n").unwrap();
    let imported = parse("vendor,model,mode,aliases,input\nv,m,chat,m3,4\nw,x,chat,,5\n").unwrap();
    let mut model = built_in.find("v", "n").unwrap().clone();
    (model.id, model.origin, model.aliases) = ("m2".to_owned(), Origin::Operator, vec!["m3".to_owned()]);
    let operator = Catalogue::of([model.clone()]).unwrap();
    assert_eq!(Catalogue::of([model.clone(), model]), Err(1));
    let merged = built_in.merged(&imported).merged(&operator);
    for (vendor, name, id, dollars, origin) in [
        ("v", "m", "m", 4, Origin::Imported),
        ("v", "m1", "m", 4, Origin::Imported),
        ("v", "n", "n", 2, Origin::Imported),
        // a name of its own, and one that it takes
        ("v", "m2", "m2", 2, Origin::Operator),
        ("v", "m3", "m2", 2, Origin::Operator),
        ("w", "x", "x", 5, Origin::Imported),
    ] {
        let found = merged.find(vendor, name).unwrap();
        let nano = input(merged.price(vendor, name, None));
        assert_eq!(
            (found.id.as_str(), nano, found.origin),
            (id, Some(dollars * 1_000_000_000), origin),
            "{name}"
        );
    }
    assert_eq!(merged.find("v", "m").unwrap().context, None, "what an entry does not say is unknown");
    assert_eq!(merged.find("v", "m").unwrap().aliases, ["m1"]);
    assert_eq!(merged.models().count(), 4);
    assert_eq!(built_in.models().count(), 2);
}

//! What operators say of models, and what catalogues say that were imported: in effect without a restart.

use super::{alias, config, post, provider, said, start, target};
use crate::lab::Lab;
use domain::calls::AiUse;
use domain::gateway_config::{GatewayConfig, GatewayProvider, GatewayUpdate, Part};
use domain::models::entries::{ModelFacts, PriceOverride, PriceRow};
use domain::models::words::{Figure, Mode};
use faultlab::vendor::Vendor;

/// Nano-dollars for a million tokens, whichever way they go.
fn prices(nano: u64) -> Vec<PriceRow> {
    let all = [Figure::Input, Figure::Output, Figure::CacheRead].map(|figure| (figure, nano));
    vec![PriceRow { nano: all.into(), ..PriceRow::default() }]
}

/// In milliseconds since 1970; the lab's clock is that of the wall.
fn set(model: &str, starts_ms: i64, nano: u64) -> PriceOverride {
    let at = chrono::DateTime::from_timestamp_millis(starts_ms).unwrap();
    PriceOverride {
        model: model.to_owned(),
        starts_at: at,
        prices: prices(nano),
        note: String::new(),
        set_by: "Ada".to_owned(),
        set_at: at,
    }
}

fn facts(id: &str, nano: u64) -> ModelFacts {
    ModelFacts {
        vendor: "openai".to_owned(),
        id: id.to_owned(),
        aliases: Vec::new(),
        mode: Mode::Chat,
        context: None,
        max_output: None,
        dimensions: None,
        reads: Default::default(),
        writes: Default::default(),
        features: Default::default(),
        prices: prices(nano),
        deprecated: None,
        source: Some("a page".to_owned()),
        as_of: Some("2026-12-01".to_owned()),
    }
}

/// A lab in which `m` is gpt-4o, and how its provider is configured.
fn lab(vendor: &Vendor) -> (Lab, GatewayProvider) {
    let provider = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    let aliases = vec![alias("m", vec![target(1, "gpt-4o", 0)]), alias("h", vec![target(1, "house", 0)])];
    (start(config(vec![provider.clone()], aliases)), provider)
}

fn update(lab: &Lab, sequence: i64, provider: GatewayProvider) {
    let update = GatewayUpdate { sequence, parts: vec![Part::Provider(provider)] };
    assert_eq!(lab.snapshots.update(&update), []);
}

fn called(lab: &Lab, name: &str) -> AiUse {
    let (_, path, body) = &said(name, "a b c", false)[0];
    assert_eq!(post(lab, path, body).status, 200);
    lab.record_of("ok").ai.unwrap()
}

fn tokens(ai: &AiUse) -> i64 {
    ai.input_tokens + ai.output_tokens
}

#[test]
fn a_price_that_was_set_holds_from_its_start_on() {
    let vendor = Vendor::start().unwrap();
    let (lab, provider) = lab(&vendor);
    let ai = called(&lab, "m");
    assert_eq!(ai.cost_nano, Some(ai.input_tokens * 2_500 + ai.output_tokens * 10_000));
    assert!(ai.price.starts_with("2026-"), "{}", ai.price);

    let mut dearer = provider.clone();
    // the year 2100 is far enough away
    dearer.models.overrides =
        vec![set("gpt-4o", 1_000, 7_000_000), set("gpt-4o", 4_102_444_800_000, 9_000_000)];
    update(&lab, 2, dearer);
    let ai = called(&lab, "m");
    assert_eq!(ai.cost_nano, Some(tokens(&ai) * 7));
    assert!(ai.price.contains("1970-01-01T00:00:01.000Z") && ai.price.contains("Ada"), "{}", ai.price);

    update(&lab, 3, provider);
    let ai = called(&lab, "m");
    assert_eq!(ai.cost_nano, Some(ai.input_tokens * 2_500 + ai.output_tokens * 10_000));
}

#[test]
fn own_models_have_prices_and_imported_catalogues_replace_the_built_in_one() {
    let vendor = Vendor::start().unwrap();
    let (lab, provider) = lab(&vendor);
    assert_eq!(called(&lab, "h").cost_nano, None, "nobody knows what it costs");

    let mut own = provider.clone();
    own.models.own = vec![ModelFacts { prices: Vec::new(), ..facts("house", 1) }];
    own.models.overrides = vec![set("house", 0, 3_000_000)];
    update(&lab, 2, own);
    let ai = called(&lab, "h");
    assert_eq!(ai.cost_nano, Some(tokens(&ai) * 3));

    let mut imported = provider.clone();
    imported.catalogue = Some(vec![facts("house", 5_000_000)]);
    update(&lab, 3, imported);
    let ai = called(&lab, "h");
    assert_eq!(ai.cost_nano, Some(tokens(&ai) * 5));
    assert!(ai.price.contains("2026-12-01"), "{}", ai.price);
    assert_eq!(called(&lab, "m").cost_nano, None, "the new catalogue does not have it");
}

#[test]
fn a_model_that_is_switched_off_is_passed_over() {
    let vendor = Vendor::start().unwrap();
    let mut provider = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    provider.models.disabled = ["gpt-4o".to_owned()].into();
    let aliases = vec![
        alias("off", vec![target(1, "gpt-4o", 0)]),
        alias("other", vec![target(1, "gpt-4o", 0), target(1, "gpt-4.1", 1)]),
    ];
    let config: GatewayConfig = config(vec![provider], aliases);
    let lab = start(config);
    assert_eq!(called(&lab, "other").model, "gpt-4.1");
    let asked = vendor.calls();
    for (caller, path, body) in said("off", "hi", false) {
        let answer = post(&lab, &path, &body);
        assert!(answer.status >= 500, "{caller}: {}", answer.status);
        assert!(
            answer.text().contains("no provider of the model can be called"),
            "{caller}: {}",
            answer.text()
        );
    }
    assert_eq!(vendor.calls(), asked, "nobody was asked");
}

#[test]
fn a_catalogue_with_a_name_twice_leaves_the_provider_out() {
    let vendor = Vendor::start().unwrap();
    let (lab, mut provider) = lab(&vendor);
    provider.catalogue = Some(vec![facts("a", 1), facts("a", 1)]);
    let left_out =
        lab.snapshots.update(&GatewayUpdate { sequence: 2, parts: vec![Part::Provider(provider)] });
    assert_eq!(left_out.len(), 1);
    assert!(left_out[0].to_string().contains("\"a\""), "{}", left_out[0]);
}

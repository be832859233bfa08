//! `/usage` and `/calls` of calls to models.

use crate::support::{World, calls_to, spent};
use domain::calls::AiUse;
use serde_json::json;

/// Three calls to two models, one of which has no known price, and a plain one, which the world came with.
async fn world() -> World {
    let world = World::new().await;
    let mini = || spent("gpt-4o-mini", 100, 10, Some(21_000));
    let uses = [mini(), mini(), AiUse { provider: String::new(), ..spent("house-7b", 50, 5, None) }];
    calls_to(&world, &world.named["api"], &world.named["application"], uses).await;
    world
}

#[tokio::test]
async fn a_call_to_a_model_says_what_it_read_wrote_and_cost() {
    let world = world().await;
    let list = world.get("owner", "/calls").await.expect(200);
    let items = list.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 4, "{}", list.text);
    let told: Vec<_> = items.iter().filter(|item| item["model"] == "gpt-4o-mini").collect();
    assert_eq!(told.len(), 2);
    let call = told[0];
    assert_eq!(
        (&call["input_tokens"], &call["output_tokens"], &call["cost_nano"], &call["asked"]),
        (&json!(100), &json!(10), &json!(21_000), &json!("smart"))
    );
    let unpriced = items.iter().find(|item| item["model"] == "house-7b").unwrap();
    assert!(unpriced.get("cost_nano").is_none(), "{unpriced}");
    let plain = items.iter().find(|item| item.get("model").is_none()).unwrap();
    assert!(plain.get("input_tokens").is_none() && plain.get("finish").is_none(), "{plain}");
    let id = call["id"].as_str().unwrap();
    let one = world.get("owner", &format!("/calls/{id}")).await.expect(200);
    assert_eq!(one.json["finish"], "stop");
    world.get("foreign", &format!("/calls/{id}")).await.expect(404);
    let foreign = world.get("foreign", "/calls?model=gpt-4o-mini").await.expect(200);
    assert_eq!(foreign.json["items"], json!([]));
}

#[tokio::test]
async fn calls_are_found_by_model_and_provider() {
    let world = world().await;
    let provider =
        world.get("owner", "/calls?model=gpt-4o-mini").await.expect(200).text_at("/items/0/provider");
    for (query, found) in [
        ("model=gpt-4o-mini".to_owned(), 2),
        ("model=house-7b&status=2xx".to_owned(), 1),
        ("model=smart".to_owned(), 0),
        (format!("provider={provider}"), 2),
        (format!("provider={provider}&model=house-7b"), 0),
    ] {
        let list = world.get("owner", &format!("/calls?{query}")).await.expect(200);
        assert_eq!(list.json["items"].as_array().unwrap().len(), found, "{query}: {}", list.text);
    }
}

#[tokio::test]
async fn tokens_and_cost_are_told_beside_calls() {
    let world = world().await;
    let usage = world.get("viewer", "/usage?measure=calls,tokens,cost&group_by=api").await.expect(200);
    let sums = json!({
        "calls": 4,
        "tokens": 275,
        "input_tokens": 250,
        "output_tokens": 25,
        "cost": 42_000,
        "unpriced": 1,
    });
    assert_eq!(usage.json["totals"], sums);
    assert_eq!(usage.json["series"][0]["totals"], sums);
    let points = usage.json["series"][0]["points"].as_array().unwrap();
    let tokens: i64 = points.iter().map(|point| point["tokens"].as_i64().unwrap()).sum();
    assert_eq!(tokens, 275);
}

#[tokio::test]
async fn usage_is_told_apart_by_model() {
    let world = world().await;
    let usage = world.get("viewer", "/usage?group_by=model").await.expect(200);
    let series = usage.json["series"].as_array().unwrap();
    let labels: Vec<_> = series.iter().map(|series| series["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["gpt-4o-mini", "house-7b"]);
    assert_eq!(series[0]["group"], json!({ "model": "gpt-4o-mini" }));
    let members: Vec<_> = usage.json["totals"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["calls", "errors", "tokens", "input_tokens", "output_tokens", "cost", "unpriced"]);
    assert_eq!(usage.json["totals"]["calls"], 3, "calls to models alone");

    let usage = world.get("viewer", "/usage?group_by=provider,api&measure=cost").await.expect(200);
    let labels: Vec<_> =
        usage.json["series"].as_array().unwrap().iter().map(|series| series["label"].clone()).collect();
    assert_eq!(labels.len(), 2);
    assert_eq!(labels[1], "no provider · Petstore");
    let wrong = world.get("viewer", "/usage?group_by=model&measure=calls,p95").await.expect(422);
    assert_eq!(wrong.fields(), ["measure"]);
}

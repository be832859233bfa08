//! `/usage` and `/calls`

use crate::support::{World, calls_now};
use serde_json::json;

#[tokio::test]
async fn usage_answers_the_measures_that_were_asked_for() {
    let world = World::new().await;
    let usage = world.get("viewer", "/usage?measure=calls,p95").await.expect(200);
    let members: Vec<_> = usage.json["totals"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["calls", "p95"]);
    let usage = world.get("viewer", "/usage?measure=bytes&group_by=application").await.expect(200);
    assert_eq!(usage.json["totals"], json!({ "bytes": 100, "request_bytes": 10, "response_bytes": 90 }));
    assert_eq!(usage.json["series"][0]["group"], json!({ "application": world.named["application"] }));
    assert_eq!(usage.json["series"][0]["label"], "Weather");
}

#[tokio::test]
async fn what_no_model_answered_has_no_tokens_and_costs_nothing() {
    let world = World::new().await;
    let usage = world.get("viewer", "/usage?measure=tokens,cost&group_by=api").await.expect(200);
    let nothing = json!({ "tokens": 0, "input_tokens": 0, "output_tokens": 0, "cost": 0, "unpriced": 0 });
    assert_eq!(usage.json, json!({ "series": [], "totals": nothing }));
    let usage = world.get("viewer", "/usage?measure=errors,tokens,cost&group_by=api").await.expect(200);
    assert_eq!(usage.json["series"][0]["totals"]["tokens"], 0);
    let point = &usage.json["series"][0]["points"][0];
    assert_eq!((&point["tokens"], &point["cost"]), (&json!(0), &json!(0)), "{point}");
    assert!(point["at"].is_string() && point.get("calls").is_none(), "{point}");
    let all = world.get("viewer", "/usage").await.expect(200);
    assert_eq!((&all.json["totals"]["tokens"], &all.json["totals"]["cost"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn calls_are_found_by_each_filter() {
    let world = World::new().await;
    let (api, application) = (&world.named["api"], &world.named["application"]);
    calls_now(&world, api, application, &[404, 500, 200]).await;
    for (query, found) in [
        ("status=4xx".to_owned(), 1),
        ("status=500".to_owned(), 1),
        (format!("api={api}&application={application}"), 3),
        ("path=pets".to_owned(), 3),
        ("path=cats".to_owned(), 0),
        ("route=GET%20/pets".to_owned(), 3),
        ("outcome=rate-limited".to_owned(), 0),
        ("slower_than_ms=2".to_owned(), 0),
        ("since=2026-03-01T11:58:30Z&until=2026-03-01T12:00:00Z".to_owned(), 1),
        ("id=019ca9".to_owned(), 3),
        ("client_address=127.0.0.1".to_owned(), 3),
    ] {
        let list = world.get("owner", &format!("/calls?{query}")).await.expect(200);
        assert_eq!(list.json["items"].as_array().unwrap().len(), found, "{query}: {}", list.text);
    }
    let call = world.get("owner", &world.at("/calls/{call}")).await.expect(200);
    assert_eq!(
        (&call.json["api_name"], &call.json["application_name"]),
        (&json!("Petstore"), &json!("Weather"))
    );
    world.get("owner", "/calls/019ca9d7-7c00-7000-8000-00000000ffff").await.expect(404);
}

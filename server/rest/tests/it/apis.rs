//! `/teams/{team}/apis`, `/apis` with their versions and plans

mod ai;
mod prompts;
pub mod runs;
mod trials;

use crate::support::{PETSTORE, World};
use serde_json::json;

#[tokio::test]
async fn create_tells_all_that_is_wrong() {
    let world = World::new().await;
    let path = world.at("/teams/{team}/apis");
    let reply = world.post("owner", &path, json!({ "slug": "Bad Slug", "kind": "soap" })).await.expect(422);
    assert_eq!(reply.fields(), ["name", "slug", "kind", "upstream.url"]);
    let taken = json!({ "name": "Again", "slug": "petstore", "upstream": { "url": "http://127.0.0.1:9" } });
    assert_eq!(world.post("owner", &path, taken).await.expect(409).fields(), ["slug"]);
    for (document, what) in [
        ("not: [closed", "not YAML"),
        ("{}", "no OpenAPI"),
        (
            r#"{"openapi":"3.0.0","info":{"title":"t","version":"1"},"servers":[{"url":"ftp://x"}],"paths":{}}"#,
            "no address",
        ),
    ] {
        let body = json!({ "name": "Doc", "slug": "doc", "openapi": document });
        let reply = world.post("owner", &path, body).await;
        assert_eq!(reply.status, 422, "{what}: {}", reply.text);
        assert!(!reply.fields().is_empty(), "{what}: {}", reply.text);
    }
    assert_eq!(world.get("owner", "/apis?search=doc").await.expect(200).json["items"], json!([]));
}

/// A document of so many bytes, most of them quotes.
fn document_of(bytes: usize) -> String {
    let (head, tail) = PETSTORE.split_once("\"Petstore\"").unwrap();
    let around = format!("{head}\"Petstore\", \"description\": \"\"{tail}").len();
    let (quotes, odd) = ((bytes - around) / 2, (bytes - around) % 2);
    let said = "\\\"".repeat(quotes) + &"x".repeat(odd);
    let document = format!("{head}\"Petstore\", \"description\": \"{said}\"{tail}");
    assert_eq!(document.len(), bytes);
    document
}

/// A body in which every character of the document is escaped.
fn escaped(document: &str) -> String {
    let letters: String = document.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    format!(r#"{{"name":"Escaped","slug":"escaped","openapi":"{letters}"}}"#)
}

#[tokio::test]
async fn create_from_a_document_of_five_megabytes_however_it_is_escaped() {
    let world = World::new().await;
    let path = world.at("/teams/{team}/apis");
    let document = document_of(5 * 1024 * 1024);
    let body = escaped(&document);
    assert!(body.len() > 30 * 1024 * 1024);
    let request = world.request("owner", "POST", &path, None);
    let (mut parts, _) = request.into_parts();
    parts.headers.insert("content-type", "application/json".parse().unwrap());
    world.send(http::Request::from_parts(parts, body.into())).await.expect(201);
    let body = json!({ "name": "Quotes", "slug": "quotes", "openapi": document });
    let created = world.post("owner", &path, body).await.expect(201);
    let draft = format!("/apis/{}/versions/v1", created.text_at("/id"));
    world.patch("owner", &draft, json!({ "openapi": document })).await.expect(200);
    for bytes in [5 * 1024 * 1024 + 1, 6_000_000] {
        let body = json!({ "name": "Large", "slug": "large", "openapi": document_of(bytes) });
        let refused = world.post("owner", &path, body).await.expect(422);
        assert_eq!(refused.fields(), ["openapi"], "{bytes}");
        assert!(refused.text.contains("5242880") || refused.text.contains("5 MiB"), "{}", refused.text);
    }
}

#[tokio::test]
async fn update_keeps_what_is_absent() {
    let world = World::new().await;
    let path = world.at("/apis/{api}");
    let changed =
        world.patch("developer", &path, json!({ "tags": ["Animals", "animals"] })).await.expect(200);
    assert_eq!((&changed.json["tags"], &changed.json["name"]), (&json!(["animals"]), &json!("Petstore")));
    let wrong = world.patch("owner", &path, json!({ "default_version": "latest" })).await.expect(422);
    assert_eq!(wrong.fields(), ["default_version"]);
}

#[tokio::test]
async fn limits_of_a_plan_are_patched_inside() {
    let world = World::new().await;
    let path = world.at("/apis/{api}/plans/{plan}");
    let both = json!({ "limits": { "rate": { "requests": 5, "seconds": 1 }, "quota": { "requests": 9, "period": "day" } } });
    world.patch("owner", &path, both).await.expect(200);
    let rate =
        world.patch("owner", &path, json!({ "limits": { "rate": { "requests": 7 } } })).await.expect(200);
    let expected =
        json!({ "rate": { "requests": 7, "seconds": 1 }, "quota": { "requests": 9, "period": "day" } });
    assert_eq!(rate.json["limits"], expected);
    let none =
        world.patch("owner", &path, json!({ "limits": { "rate": null, "quota": null } })).await.expect(200);
    assert_eq!(none.json["limits"], json!({}));
    let wrong = json!({ "limits": { "rate": { "requests": 0, "seconds": 0 }, "tokens": { "tokens": 1, "period": "day" } } });
    let wrong = world.patch("owner", &path, wrong).await.expect(422);
    assert_eq!(wrong.fields(), ["limits.rate.requests", "limits.rate.seconds", "limits.tokens"]);
}

#[tokio::test]
async fn a_plan_is_created_listed_and_deleted_unless_it_is_used() {
    let world = World::new().await;
    let plans = world.at("/apis/{api}/plans");
    let gold = world.post("publisher", &plans, json!({ "name": "Gold" })).await.expect(201);
    assert_eq!(gold.json["approval"], "manual");
    let gold = format!("{plans}/{}", gold.text_at("/id"));
    assert_eq!(world.get("viewer", &plans).await.expect(200).json["items"].as_array().unwrap().len(), 2);
    world.get("foreign", &gold).await.expect(404);
    world.delete("owner", &gold).await.expect(204);
    world.get("owner", &gold).await.expect(404);
    world.delete("owner", &world.at("/apis/{api}/plans/{plan}")).await.expect(409);
}

#[tokio::test]
async fn a_draft_is_changed_compared_and_published() {
    let world = World::new().await;
    let version = world.at("/apis/{api}/versions/v1");
    let timeouts = json!({ "upstream": { "timeouts": { "connect_ms": 500 } } });
    let draft = world.patch("developer", &version, timeouts).await.expect(200);
    assert_eq!(draft.json["draft"]["upstream"]["url"], "http://127.0.0.1:9/base");
    assert_eq!(draft.json["draft"]["upstream"]["timeouts"]["connect_ms"], 500);
    assert_eq!(draft.json["draft"]["upstream"]["timeouts"]["total_ms"], 300_000);
    let changes = world.get("viewer", &format!("{version}/changes")).await.expect(200);
    assert!(changes.json["count"].as_i64().unwrap() > 0);
    world.post("publisher", &format!("{version}/publish"), json!({ "note": "faster" })).await.expect(200);
    let revisions = world.get("viewer", &format!("{version}/revisions")).await.expect(200);
    assert_eq!(
        (&revisions.json["items"][0]["number"], &revisions.json["items"][0]["note"]),
        (&json!(2), &json!("faster"))
    );
    world.get("viewer", &format!("{version}/changes?from=1&to=2")).await.expect(200);
    assert_eq!(world.get("viewer", &format!("{version}/changes?from=1")).await.expect(422).fields(), ["to"]);
    let fixed = world.get("viewer", &format!("{version}/revisions/1")).await.expect(200);
    assert_eq!(fixed.json["config"]["upstream"]["timeouts"]["connect_ms"], 2_000);
    world.get("viewer", &format!("{version}/revisions/7")).await.expect(404);
    assert_eq!(
        world.get("viewer", &format!("{version}/document")).await.expect(200).json["openapi"],
        "3.1.0"
    );
    let gone =
        world.post("owner", &format!("{version}/rollback"), json!({ "revision": 9 })).await.expect(422);
    assert_eq!(gone.fields(), ["revision"]);
}

#[tokio::test]
async fn an_upstream_is_taken_whole_and_patched_in_parts() {
    let world = World::new().await;
    let (a, b) = ("http://127.0.0.1:9/a", "http://127.0.0.1:9/b");
    let whole = json!({
        "nodes": [{ "url": a, "weight": 3 }, { "url": b }],
        "balance": { "hash": { "by": "header", "name": "X-Tenant" } },
        "retries": { "attempts": 2, "on": ["connect", "503"] },
        "health": { "path": "/up" },
        "breaker": {},
        "host": "preserve",
    });
    let input = json!({ "name": "Spread", "slug": "spread", "upstream": whole });
    let created = world.post("owner", &world.at("/teams/{team}/apis"), input).await.expect(201);
    let draft = format!("/apis/{}/versions/v1", created.text_at("/id"));
    let shown = world.get("owner", &draft).await.expect(200).json["draft"]["upstream"].clone();
    assert_eq!(shown["nodes"], json!([{ "url": a, "weight": 3 }, { "url": b, "weight": 1 }]));
    assert_eq!((&shown["health"]["path"], &shown["health"]["interval_ms"]), (&json!("/up"), &json!(10_000)));
    assert_eq!((&shown["host"], &shown["balance"]["hash"]["name"]), (&json!("preserve"), &json!("X-Tenant")));
    let change = async |upstream| {
        world.patch("owner", &draft, json!({ "upstream": upstream })).await.expect(200).json["draft"]["upstream"]
            .clone()
    };
    let one = change(json!({ "url": b, "health": null })).await;
    assert_eq!((&one["url"], one.get("nodes"), one.get("health")), (&json!(b), None, None));
    assert_eq!(one["retries"]["attempts"], 2, "what is absent stays");
    let two = change(json!({ "nodes": [{ "url": a }, { "url": b }], "balance": "least_requests" })).await;
    assert_eq!((two.get("url"), &two["balance"]), (None, &json!("least_requests")));
    for (wrong, field) in [
        (json!({ "url": a, "nodes": [{ "url": b }] }), "upstream.url"),
        (json!({ "nodes": [{ "url": a }, { "url": "http://169.254.169.254" }] }), "upstream.nodes[1].url"),
        (json!({ "nodes": [{ "url": a, "weight": 0 }] }), "upstream.nodes[0].weight"),
        (json!({ "breaker": { "probes": 0 } }), "upstream.breaker.probes"),
        (json!({ "balance": "chance" }), "upstream.balance"),
        (json!({ "retries": { "attempts": 9 } }), "upstream.retries.attempts"),
    ] {
        let refused = world.patch("owner", &draft, json!({ "upstream": wrong })).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
}

#[tokio::test]
async fn a_version_goes_through_its_states() {
    let world = World::new().await;
    let versions = world.at("/apis/{api}/versions");
    let second = world.post("owner", &versions, json!({ "name": "v2", "from": "v1" })).await.expect(201);
    assert_eq!(second.header("location"), format!("/api/v1{versions}/v2"));
    assert_eq!(world.post("owner", &versions, json!({ "name": "2" })).await.expect(422).fields(), ["name"]);
    world.post("owner", &versions, json!({ "name": "v2" })).await.expect(409);
    assert_eq!(world.get("viewer", &versions).await.expect(200).json["items"].as_array().unwrap().len(), 2);
    let then = json!({ "sunset_at": "2027-01-01T00:00:00Z", "successor": "petstore/v2" });
    for (verb, body, state) in [
        ("deprecate", then, "deprecated"),
        ("restore", json!({}), "published"),
        ("block", json!({ "reason": "a leak" }), "blocked"),
        ("unblock", json!({}), "published"),
        ("retire", json!({}), "retired"),
    ] {
        let moved = world.post("owner", &format!("{versions}/v1/{verb}"), body).await.expect(200);
        assert_eq!(moved.json["state"], state);
    }
    world.post("owner", &format!("{versions}/v1/publish"), json!({})).await.expect(409);
}

#[tokio::test]
async fn delete_of_an_api_with_subscribers_is_refused() {
    let world = World::new().await;
    world.delete("owner", &world.at("/apis/{api}")).await.expect(409);
    world.post("owner", &world.at("/subscriptions/{subscription}/cancel"), json!({})).await.expect(200);
    world.delete("owner", &world.at("/apis/{api}")).await.expect(204);
    world.get("owner", &world.at("/apis/{api}")).await.expect(404);
}

#[tokio::test]
async fn limits_of_a_version_are_patched_beside_its_other_policies() {
    let world = World::new().await;
    let version = world.at("/apis/{api}/versions/v1");
    let limits = json!([
        { "name": "all", "by": "api", "rate": { "requests": 100, "seconds": 1 } },
        { "name": "each", "by": "address", "quota": { "requests": 9, "period": "day" }, "routes": ["GET /pets"] },
    ]);
    let cors = json!({ "policies": { "cors": { "origins": ["https://app.example.com"] } } });
    world.patch("developer", &version, json!({ "policies": { "limits": limits } })).await.expect(200);
    let both = world.patch("developer", &version, cors).await.expect(200);
    assert_eq!(both.json["draft"]["policies"]["limits"], limits);
    assert_eq!(both.json["draft"]["policies"]["cors"]["origins"], json!(["https://app.example.com"]));
    let timing = json!({ "policies": { "server_timing": true } });
    let timing = world.patch("developer", &version, timing).await.expect(200);
    assert_eq!(timing.json["draft"]["policies"]["server_timing"], json!(true));
    assert_eq!(timing.json["draft"]["policies"]["limits"], limits);
    let changes = world.get("viewer", &format!("{version}/changes")).await.expect(200);
    assert!(changes.text.contains("limit {") && changes.text.contains("address"), "{}", changes.text);
    let wrong = json!({ "policies": { "limits": [
        { "name": "all", "by": "api", "rate": { "requests": 0, "seconds": 1 } },
        { "name": "all", "by": "route" },
    ] } });
    let wrong = world.patch("developer", &version, wrong).await.expect(422);
    let fields = ["0.rate.requests", "1.rate", "1.name"].map(|field| format!("policies.limits.{field}"));
    assert_eq!(wrong.fields(), fields);
    let elsewhere = json!([{ "name": "pets", "by": "route", "rate": { "requests": 1, "seconds": 1 }, "routes": ["GET /dogs"] }]);
    let elsewhere = json!({ "policies": { "limits": elsewhere } });
    let elsewhere = world.patch("developer", &version, elsewhere).await.expect(422);
    assert_eq!(elsewhere.fields(), ["policies.limits.0.routes"]);
    let unknown = json!({ "policies": { "limits": [{ "name": "all", "by": "moon", "rate": { "requests": 1, "seconds": 1 } }] } });
    world.patch("developer", &version, unknown).await.expect(422);
    let none =
        world.patch("developer", &version, json!({ "policies": { "limits": null } })).await.expect(200);
    assert_eq!(none.json["draft"]["policies"].get("limits"), None);
}

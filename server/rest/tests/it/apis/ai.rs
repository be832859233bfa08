//! Apis of kind `ai`

use crate::support::{Reply, World};
use serde_json::{Value, json};

const NOBODY: &str = "prov_00000000000000000000000000";

fn models(provider: &str, weight: i64) -> Value {
    let target = json!({ "provider": provider, "model": "large" });
    let heavy = json!({ "provider": provider, "model": "small", "weight": weight, "priority": 2 });
    json!([{ "alias": "fast", "targets": [target, heavy] }])
}

fn body(models: Value) -> Value {
    json!({ "name": "Chat", "slug": "chat", "kind": "ai", "models": models })
}

async fn create(world: &World, body: Value) -> Reply {
    world.post("developer", &world.at("/teams/{team}/apis"), body).await
}

#[tokio::test]
async fn an_ai_api_is_created_shown_changed_published_and_rolled_back() {
    let world = World::new().await;
    let provider = &world.named["provider"];
    let api = create(&world, body(models(provider, 3))).await.expect(201);
    assert_eq!((&api.json["kind"], &api.json["versions"][0]["state"]), (&json!("ai"), &json!("draft")));
    assert_eq!(api.json["plans"][0]["approval"], "manual");
    let version = format!("/apis/{}/versions/v1", api.text_at("/id"));
    let shown = world.get("auditor", &version).await.expect(200);
    let target = json!({ "provider": provider, "model": "large", "weight": 1, "priority": 0 });
    assert_eq!(shown.json["draft"]["models"][0]["targets"][0], target);
    assert_eq!(shown.json["draft"]["strict_models"], false);
    assert_eq!(
        (shown.json["draft"].get("upstream"), shown.text_at("/draft/routes/0/path").as_str()),
        (None, "/chat/completions")
    );
    world.post("publisher", &format!("{version}/publish"), json!({})).await.expect(200);

    let other = json!([{ "alias": "slow", "targets": [{ "provider": provider, "model": "large" }] }]);
    let patch = json!({ "models": other, "strict_models": true });
    let changed = world.patch("developer", &version, patch).await.expect(200);
    assert_eq!(changed.text_at("/draft/models/0/alias"), "slow");
    let changed = world.patch("developer", &version, json!({ "docs": "# Chat" })).await.expect(200);
    assert_eq!(changed.json["draft"]["strict_models"], true, "what is absent stays");
    let patch = json!({ "model_retries": { "attempts": 2, "within_s": 30 } });
    let changed = world.patch("developer", &version, patch.clone()).await.expect(200);
    assert_eq!(changed.json["draft"]["model_retries"], patch["model_retries"]);
    world.patch("foreign", &version, patch).await.expect(404);
    let changes = world.get("developer", &format!("{version}/changes")).await.expect(200);
    assert!(changes.text.contains(&format!("model slow at {provider} as large")), "{}", changes.text);
    let published = world.post("publisher", &format!("{version}/publish"), json!({})).await.expect(200);
    assert_eq!(published.json["revision"], 2);
    let first = world.get("viewer", &format!("{version}/revisions/1")).await.expect(200);
    assert_eq!(first.text_at("/config/models/0/alias"), "fast");
    let back = json!({ "revision": 1 });
    world.post("publisher", &format!("{version}/rollback"), back).await.expect(200);

    let path = world.at("/providers/{provider}");
    let refused = world.delete("administrator", &path).await.expect(409);
    assert!(refused.text_at("/detail").contains("Chat"), "{}", refused.text);
    world.delete("publisher", &format!("/apis/{}", api.text_at("/id"))).await.expect(204);
    world.delete("administrator", &path).await.expect(204);
}

#[tokio::test]
async fn what_is_wrong_with_models_is_told_at_its_field() {
    let world = World::new().await;
    let provider = world.named["provider"].as_str();
    let targets = json!([{ "provider": provider, "model": "large" }]);
    let twice = json!([{ "alias": "a", "targets": targets }, { "alias": "a", "targets": targets }]);
    let openapi = json!({ "openapi": "{}" });
    let mut cases = vec![
        (json!({ "models": null }), "models"),
        (json!({ "models": [] }), "models"),
        (json!({ "models": [{ "alias": "a b", "targets": targets }] }), "models[0].alias"),
        (json!({ "models": [{ "alias": "a", "targets": [] }] }), "models[0].targets"),
        (json!({ "models": twice }), "models[1].alias"),
        (json!({ "models": models(provider, 0) }), "models[0].targets[1].weight"),
        (json!({ "models": models(provider, -1) }), "models[0].targets[1].weight"),
        (json!({ "models": models("x", 1) }), "models[0].targets[0].provider"),
        (json!({ "upstream": { "url": "http://127.0.0.1:9" } }), "upstream"),
        (openapi.clone(), "openapi"),
        (json!({ "openapi_url": "http://127.0.0.1:9" }), "openapi_url"),
        (json!({ "kind": "rest", "upstream": { "url": "http://127.0.0.1:9" } }), "models"),
    ];
    let absent = json!({ "models": [{ "alias": "a", "targets": [{ "provider": NOBODY, "model": "m" }] }] });
    cases.push((absent.clone(), "models[0].targets[0].provider"));
    for (change, field) in cases {
        let mut input = body(models(provider, 1));
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = create(&world, input).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
    }

    let api = create(&world, body(models(provider, 1))).await.expect(201);
    let version = format!("/apis/{}/versions/v1", api.text_at("/id"));
    for (patch, field) in [
        (json!({ "models": [] }), "models"),
        (absent, "models[0].targets[0].provider"),
        (json!({ "upstream": { "url": "http://127.0.0.1:9" } }), "upstream"),
        (json!({ "routes": [{ "path": "/*" }] }), "routes"),
        (json!({ "model_retries": { "attempts": 9 } }), "model_retries.attempts"),
        (json!({ "model_retries": { "within_s": 0 } }), "model_retries.within_s"),
        (openapi, "openapi"),
    ] {
        let reply = world.patch("developer", &version, patch).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
    }
    let rest = world.at("/apis/{api}/versions/v1");
    let reply = world.patch("developer", &rest, json!({ "models": models(provider, 1) })).await.expect(422);
    assert_eq!(reply.fields(), ["models"]);

    let off = world.at("/providers/{provider}");
    world.patch("administrator", &off, json!({ "enabled": false })).await.expect(200);
    let reply = world.post("publisher", &format!("{version}/publish"), json!({})).await.expect(422);
    assert_eq!(reply.fields(), ["models[0].targets[0].provider", "models[0].targets[1].provider"]);
}

#[tokio::test]
async fn strangers_neither_make_nor_see_an_ai_api() {
    let world = World::new().await;
    let provider = world.named["provider"].as_str();
    let path = world.at("/teams/{team}/apis");
    for (who, status) in [("anonymous", 401), ("foreign", 404), ("member", 404), ("viewer", 403)] {
        world.post(who, &path, body(models(provider, 1))).await.expect(status);
    }
    let api = create(&world, body(models(provider, 1))).await.expect(201);
    let version = format!("/apis/{}/versions/v1", api.text_at("/id"));
    for (who, status) in [("anonymous", 401), ("foreign", 404)] {
        world.get(who, &version).await.expect(status);
        world.patch(who, &version, json!({ "models": [] })).await.expect(status);
        world.post(who, &format!("{version}/publish"), json!({})).await.expect(status);
    }
}

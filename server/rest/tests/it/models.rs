//! `/models`, what is below it, and `/providers/{provider}/models`

use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn models_are_listed_narrowed_and_shown() {
    let world = World::new().await;
    let all = world.get("viewer", "/models").await.expect(200);
    let first = &all.json["items"][0];
    assert_eq!((first["provider"].as_str(), first["mode"].as_str()), (Some("openai"), Some("chat")));
    assert_eq!((&first["context"], &first["prices"]), (&json!(128_000), &json!([])), "unknown is no price");
    assert_eq!(first["price_origin"]["from"], "unknown");
    let ids = |reply: &crate::support::Reply| {
        let items = reply.json["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("?q=large", &["gpt-large"][..]),
        ("?priced=false", &["gpt-free"]),
        ("?feature=tools&mode=chat", &["gpt-large"]),
        ("?mode=embedding", &[]),
        ("?provider=openai&limit=2", &["gpt-free", "gpt-large"]),
    ] {
        assert_eq!(
            ids(&world.get("viewer", &format!("/models{query}")).await.expect(200)),
            expected,
            "{query}"
        );
    }
    for (query, field) in [
        ("?mode=talk", "mode"),
        ("?feature=x", "feature"),
        ("?priced=x", "priced"),
        ("?provider=ollama", "provider"),
    ] {
        let wrong = world.get("viewer", &format!("/models{query}")).await.expect(422);
        assert_eq!(wrong.fields(), [field], "{query}");
    }
    let one = world.get("viewer", &world.at("/models/{provider}/{model}")).await.expect(200);
    assert_eq!(one.json["prices"], json!([{ "above": 0, "dollars": { "input": "2.5" } }]));
    assert_eq!(one.json["catalogue_origin"]["from"], "built_in");
    assert_eq!(one.json["catalogue_origin"]["as_of"], "2026-11-27");
    assert!(!one.text.contains("sk-of-the-world"));
    world.get("viewer", "/models/openai/nothing").await.expect(404);
    world.get("viewer", "/models/ollama/llama").await.expect(404);
    world.get("auditor", "/models/ollama/llama").await.expect(200);
}

#[tokio::test]
async fn prices_are_set_and_forgotten() {
    let world = World::new().await;
    let path = world.at("/models/{provider}/{model}");
    let price = format!("{path}/price");
    let put =
        async |who: &str, path: &str, body| world.send(world.request(who, "PUT", path, Some(body))).await;
    let body = json!({
        "prices": [
            { "dollars": { "input": "0.000000001", "cache_read": "0.5" } },
            { "service": "batch", "above": 200_000, "dollars": { "output": "1" } },
        ],
        "note": "our contract",
    });
    let set = put("administrator", &price, body.clone()).await.expect(200);
    assert_eq!(set.json["prices"][0]["dollars"]["input"], "0.000000001");
    assert_eq!(set.json["price_origin"]["source"], "our contract");
    assert!(set.json["price_origin"]["set_by"].is_string());
    assert_eq!(set.json["overrides"][0]["current"], true);
    let seen = world.get("viewer", &path).await.expect(200);
    assert!(seen.json["price_origin"].get("set_by").is_none());
    put("owner", &price, body.clone()).await.expect(403);
    put("administrator", "/models/openai/gpt-large/price", body).await.expect(422);
    for (wrong, field) in [
        (json!({}), "prices"),
        (json!({ "prices": [{ "dollars": { "inputs": "1" } }] }), "prices[0].dollars.inputs"),
        (json!({ "prices": [{ "dollars": { "input": 1 } }] }), "prices[0].dollars.input"),
        (
            json!({ "prices": [{ "dollars": { "input": "1" } }], "starts_at": "2020-01-01T00:00:00Z" }),
            "starts_at",
        ),
        (json!({ "price": [] }), "price"),
    ] {
        let refused = put("administrator", &price, wrong.clone()).await.expect(422);
        assert_eq!(refused.fields(), [field], "{wrong}");
    }
    let request = world.request("administrator", "DELETE", &price, None);
    world.send(request).await.expect(204);
    let request = world.request("administrator", "DELETE", &price, None);
    world.send(request).await.expect(404);
}

#[tokio::test]
async fn models_are_added_switched_and_deleted() {
    let world = World::new().await;
    let body = json!({ "id": "house/large:7b", "mode": "chat", "context": 32_000, "features": ["tools"] });
    let path = world.at("/providers/{provider}/models");
    world.post("owner", &path, body.clone()).await.expect(403);
    let made = world.post("administrator", &path, body.clone()).await.expect(201);
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert!(at.ends_with("/house%2Flarge:7b"), "{at}");
    assert_eq!(world.get("viewer", &at).await.expect(200).json["own"], true);
    let again = world.post("administrator", &path, body).await.expect(409);
    assert_eq!(again.fields(), ["id"]);
    let off = world.patch("administrator", &at, json!({ "enabled": false })).await.expect(200);
    assert_eq!(off.json["enabled"], false);
    world.patch("owner", &at, json!({ "enabled": true })).await.expect(403);
    let wrong = world.post("administrator", &path, json!({ "id": "a b", "mode": "talk" })).await.expect(422);
    assert_eq!(wrong.fields(), ["id", "mode"]);
    world.send(world.request("administrator", "DELETE", &at, None)).await.expect(204);
    world.get("viewer", &at).await.expect(404);
    let listed = world.at("/models/{provider}/{model}");
    world.send(world.request("administrator", "DELETE", &listed, None)).await.expect(409);
}

#[tokio::test]
async fn a_catalogue_is_checked_imported_and_undone() {
    let world = World::new().await;
    let file = json!({ "file": "openai,gpt-large,2\nopenai,gpt-next,1" });
    for path in ["/models/import/check", "/models/import", "/models/import/undo"] {
        world.post("auditor", path, file.clone()).await.expect(403);
        world.post("owner", path, file.clone()).await.expect(403);
    }
    let checked = world.post("administrator", "/models/import/check", file.clone()).await.expect(200);
    let counts = |reply: &crate::support::Reply| {
        ["new", "changed", "gone"].map(|name| reply.json[name].as_u64().unwrap())
    };
    assert_eq!(counts(&checked), [1, 1, 2]);
    let changed = &checked.json["changes"][1];
    assert_eq!((changed["id"].as_str(), changed["became"].as_str()), (Some("gpt-large"), Some("changed")));
    assert_eq!(changed["facts"], json!([{ "field": "input", "before": "2.5", "after": "2" }]));
    assert_eq!(world.get("auditor", "/models/imports").await.expect(200).json["items"], json!([]));
    let wrong = json!({ "file": "openai,gpt-large,x" });
    let refused = world.post("administrator", "/models/import", wrong).await.expect(422);
    assert!(refused.text.contains("line 1, column") && refused.fields() == ["file"], "{}", refused.text);
    let done = world.post("administrator", "/models/import", file).await.expect(200);
    assert_eq!(counts(&done), [1, 1, 2]);
    let listed = world.get("auditor", "/models/imports").await.expect(200);
    assert_eq!(listed.json["items"][0]["id"], done.json["import"]);
    world.get("owner", "/models/imports").await.expect(403);
    world.get("viewer", "/models/openai/gpt-next").await.expect(200);
    world.post("administrator", "/models/import/undo", json!({})).await.expect(200);
    world.get("viewer", "/models/openai/gpt-next").await.expect(404);
    world.post("administrator", "/models/import/undo", json!({})).await.expect(409);
}

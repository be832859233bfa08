//! `/providers`, their keys, and `/vendors`

use crate::support::{House, Reply, World};
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use store::both;

const SECRET: &str = "sk-canary-0123456789";

async fn connect(house: &House, base_url: &str) -> Reply {
    let keys = json!([{ "name": "first", "secret": SECRET, "weight": 3 }]);
    let body = json!({ "name": "Mine", "kind": "openai", "base_url": base_url, "keys": keys });
    house.post("administrator", "/providers", body).await.expect(201)
}

fn names(reply: &Reply) -> Vec<&str> {
    reply.json["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect()
}

both!(a_provider_is_connected_changed_and_deleted_and_shows_no_secret, |store| {
    let house = House::on(store).await;
    let made = connect(&house, "http://127.0.0.1:9/v1").await;
    let path = format!("/providers/{}", made.text_at("/id"));
    assert_eq!(made.header("location"), format!("/api/v1{path}"));
    let key = &made.json["keys"][0];
    assert_eq!((&key["weight"], &key["position"], &key["hint"]), (&json!(3), &json!(1), &json!("6789")));
    let shown = house.get("auditor", &path).await.expect(200);
    for (member, value) in made.json.as_object().unwrap() {
        assert_eq!(shown.json[member], *value, "{member}");
    }
    assert_eq!(shown.json.get("last_test"), None);

    let patch = json!({ "enabled": false, "settings": { "project": "proj_1" } });
    let changed = house.patch("administrator", &path, patch).await.expect(200);
    assert_eq!((&changed.json["name"], &changed.json["enabled"]), (&json!("Mine"), &json!(false)));
    assert_eq!(changed.json["base_url"], "http://127.0.0.1:9/v1", "what is absent stays");
    let patch = json!({ "settings": { "project": null } });
    let changed = house.patch("administrator", &path, patch).await.expect(200);
    assert_eq!(changed.json["settings"], json!({}), "what is null goes");
    let moved = house.patch("administrator", &path, json!({ "base_url": null })).await.expect(409);
    assert_eq!(moved.fields(), ["base_url"]);

    let new = json!({ "name": "second", "secret": SECRET, "expires_at": "2030-01-01T00:00:00Z" });
    let added = house.post("administrator", &format!("{path}/keys"), new).await.expect(201);
    let second = format!("{path}/keys/{}", added.text_at("/id"));
    let first = house.patch("administrator", &second, json!({ "position": 1 })).await.expect(200);
    assert_eq!((&first.json["position"], &first.json["weight"]), (&json!(1), &json!(1)));
    let now = house.get("auditor", &path).await.expect(200);
    assert_eq!(names(&now), ["second", "first"]);
    let patch = json!({ "expires_at": null, "enabled": false });
    let patched = house.patch("administrator", &second, patch).await.expect(200);
    assert_eq!((&patched.json["expires_at"], &patched.json["enabled"]), (&Value::Null, &json!(false)));
    let other = json!({ "secret": "another-0123456789-wxyz" });
    let replaced = house.post("administrator", &format!("{second}/replace"), other).await.expect(200);
    assert_eq!((replaced.text_at("/hint").as_str(), replaced.text_at("/name").as_str()), ("wxyz", "second"));
    house.delete("administrator", &second).await.expect(204);
    house.delete("administrator", &second).await.expect(404);

    let list = house.get("auditor", "/providers").await.expect(200);
    let trail = house.get("auditor", "/audit?object_kind=provider&limit=500").await.expect(200);
    for reply in [&made, &shown, &changed, &added, &now, &replaced, &list, &trail] {
        assert!(!reply.text.contains("canary") && !reply.text.contains("another-0123"), "{}", reply.text);
        assert!(!reply.text.contains("\"secret\""), "{}", reply.text);
    }
    house.delete("administrator", &path).await.expect(204);
    house.get("administrator", &path).await.expect(404);
});

#[tokio::test]
async fn a_test_really_calls_and_says_what_came_of_it() {
    let house = House::new().await;
    let echo = Echo::start().unwrap();
    let made = connect(&house, &format!("{}/v1", echo.url())).await;
    let path = format!("/providers/{}", made.text_at("/id"));
    let tried = house.post("administrator", &format!("{path}/test"), json!({})).await.expect(200);
    assert_eq!((&tried.json["ok"], tried.json.get("error")), (&json!(true), None));
    assert!(tried.json["latency_ms"].is_u64(), "{}", tried.text);
    assert_eq!(echo.calls(), 1);
    house.delete("administrator", &path).await.expect(204);

    let body = format!("{{\"error\":{{\"message\":\"Incorrect API key: {SECRET}\"}}}}");
    let answer = format!("HTTP/1.1 401 No\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let vendor = RawUpstream::answering(answer.into_bytes()).unwrap();
    let made = connect(&house, &vendor.url()).await;
    let path = format!("/providers/{}/test", made.text_at("/id"));
    let key = json!({ "key": made.text_at("/keys/0/id") });
    let tried = house.post("administrator", &path, key).await.expect(200);
    assert_eq!(tried.json["status"], 401);
    assert_eq!(tried.json["error"], "answered with status 401: Incorrect API key: [secret]");
    house.post("administrator", &path, json!({ "key": "x" })).await.expect(422);
    house.post("administrator", &path, json!({ "key": "pkey_00000000000000000000000000" })).await.expect(404);
    house.post("auditor", &path, json!({})).await.expect(403);
}

#[tokio::test]
async fn a_provider_is_shown_with_what_the_gateway_sees_and_its_last_test() {
    let house = House::new().await;
    let echo = Echo::start().unwrap();
    let made = connect(&house, &format!("{}/v1", echo.url())).await;
    let path = format!("/providers/{}", made.text_at("/id"));
    house.post("administrator", &format!("{path}/test"), json!({})).await.expect(200);
    let broken = json!({ "base_url": format!("{}/v2", echo.url()), "enabled": false });
    house.patch("administrator", &path, broken).await.expect(200);
    house.post("administrator", &format!("{path}/test"), json!({})).await.expect(200);
    let shown = house.get("auditor", &path).await.expect(200);
    let listed = house.get("auditor", "/providers").await.expect(200);
    for json in [&shown.json, &listed.json["items"][0]] {
        let health = &json["health"][0];
        assert_eq!((&health["state"], &health["last_failure"]["status"]), (&json!("cooling"), &json!(429)));
        assert_eq!(health["until"], "2026-11-23T12:01:30Z");
        assert_eq!((&json["last_test"]["ok"], &json["last_test"]["status"]), (&json!(true), &json!(200)));
        assert_eq!(json["last_test"]["key"], made.json["keys"][0]["id"]);
        assert!(json["last_test"]["at"].is_string(), "{json}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_named_at_its_field_and_repeats_no_secret() {
    let house = House::new().await;
    for (change, field) in [
        (json!({ "kind": "opanai" }), "kind"),
        (json!({ "kind": "bedrock" }), "settings.region"),
        (json!({ "kind": "openai-compatible" }), "base_url"),
        (json!({ "settings": { "zone": "eu" } }), "settings.zone"),
        (json!({ "base_url": "http://169.254.169.254/" }), "base_url"),
        (json!({ "keys": [{ "name": "", "secret": SECRET }] }), "keys[0].name"),
        (json!({ "keys": [{ "name": "a", "secret": format!("{SECRET}\n{SECRET}") }] }), "keys[0].secret"),
        (json!({ "keys": [{ "name": "a", "secret": [SECRET] }] }), "keys[0].secret"),
        (json!({ "keys": [{ "name": "a", "secret": SECRET, "weight": 101 }] }), "keys[0].weight"),
    ] {
        let mut body = json!({ "name": "Mine", "kind": "openai" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = house.post("administrator", "/providers", body).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
        assert!(!reply.text.contains("canary"), "{}", reply.text);
    }
}

#[tokio::test]
async fn vendors_say_what_they_ask() {
    let house = House::new().await;
    let list = house.get("auditor", "/vendors").await.expect(200);
    let bedrock = &list.json["items"][1];
    assert_eq!((&bedrock["id"], &bedrock["key"]), (&json!("bedrock"), &json!("sigv4")));
    assert_eq!(bedrock["fields"][0]["name"], "region");
    house.get("owner", "/vendors").await.expect(403);
}

#[tokio::test]
async fn a_change_of_what_was_not_seen_is_refused() {
    let world = World::new().await;
    let path = world.at("/providers/{provider}");
    let tag = world.get("administrator", &path).await.expect(200).header("etag").to_owned();
    let new = json!({ "name": "second", "secret": SECRET });
    let patch = |tag: &str, body: Value| {
        let request = Request::patch(format!("/api/v1{path}")).header("if-match", tag);
        let request = request.header(AUTHORIZATION, format!("Bearer {}", world.token("administrator")));
        request.header(CONTENT_TYPE, "application/json").body(body.to_string().into()).unwrap()
    };
    world.send(patch(&tag, json!({ "name": "Seen" }))).await.expect(200);
    world.send(patch(&tag, json!({ "name": "Late" }))).await.expect(412);
    // a key is a part of what was seen
    let tag = world.get("administrator", &path).await.expect(200).header("etag").to_owned();
    world.post("administrator", &format!("{path}/keys"), new).await.expect(201);
    world.send(patch(&tag, json!({ "name": "Late" }))).await.expect(412);
}

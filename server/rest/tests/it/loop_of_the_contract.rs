//! The core loop, with exactly the fields and statuses that scripts rely on, on both databases.

use crate::support::{House, Reply, calls_now};
use serde_json::{Value, json};
use store::both;

/// The members that an answer must have.
#[track_caller]
fn has(reply: &Reply, pointer: &str, members: &[&str]) {
    let object = reply.json.pointer(pointer).unwrap_or(&Value::Null);
    for member in members {
        assert!(object.get(member).is_some(), "no {member} at {pointer:?} in {}", reply.text);
    }
}

both!(the_whole_loop, |store| {
    let house = House::on(store).await;
    let team = house.post("owner", "/teams", json!({ "name": "Pets" })).await.expect(201);
    has(&team, "", &["id", "name"]);
    let team = team.text_at("/id");

    // an api from a backend's address
    let body = json!({
        "name": "Petstore", "slug": "petstore", "kind": "rest", "description": "Pets.", "visibility": "public",
        "upstream": { "url": "http://127.0.0.1:9" },
    });
    let api = house.post("owner", &format!("/teams/{team}/apis"), body).await.expect(201);
    has(&api, "", &["id", "slug", "versions", "plans"]);
    assert_eq!(api.json["versions"][0]["name"], "v1");
    assert_eq!(api.json["versions"][0]["state"], "draft");
    has(&api, "/plans/0", &["id", "name", "approval"]);
    let (api, plan) = (api.text_at("/id"), api.text_at("/plans/0/id"));

    // one from a document
    let body =
        json!({ "name": "Other", "slug": "other", "kind": "rest", "openapi": crate::support::PETSTORE });
    let other = house.post("owner", &format!("/teams/{team}/apis"), body).await.expect(201);
    let version =
        house.get("owner", &format!("/apis/{}/versions/v1", other.text_at("/id"))).await.expect(200);
    assert_eq!(version.json["draft"]["routes"].as_array().unwrap().len(), 2);
    assert_eq!(version.json["draft"]["upstream"]["url"], "http://127.0.0.1:9/base");

    let limits = json!({ "approval": "manual", "limits": {
        "rate": { "requests": 5, "seconds": 60 }, "quota": { "requests": 1000, "period": "day" },
    } });
    let changed = house.patch("owner", &format!("/apis/{api}/plans/{plan}"), limits).await.expect(200);
    assert_eq!(changed.json["approval"], "manual");
    assert_eq!(changed.json["limits"]["quota"], json!({ "requests": 1000, "period": "day" }));

    let publish = format!("/apis/{api}/versions/v1/publish");
    let published = house.post("owner", &publish, json!({ "note": "first" })).await.expect(200);
    assert_eq!(published.json, json!({ "revision": 1, "state": "published" }));
    assert_eq!(house.post("owner", &publish, json!({})).await.expect(200).json["revision"], 2);
    let rollback = format!("/apis/{api}/versions/v1/rollback");
    house.post("owner", &rollback, json!({ "revision": 1 })).await.expect(200);

    // the other side
    let theirs =
        house.post("foreign", "/teams", json!({ "name": "Weather" })).await.expect(201).text_at("/id");
    let body = json!({ "name": "Weather app" });
    let application = house.post("foreign", &format!("/teams/{theirs}/applications"), body).await.expect(201);
    let application = application.text_at("/id");
    let credentials = format!("/applications/{application}/credentials");
    let body = json!({ "name": "first", "expires_at": "2030-01-01T00:00:00Z" });
    let credential = house.post("foreign", &credentials, body).await.expect(201);
    assert!(credential.text_at("/key").starts_with("ghk_"));
    let listed = house.get("foreign", &credentials).await.expect(200);
    assert!(!listed.text.contains(&credential.text_at("/key")), "a key is shown once");

    let body = json!({ "plan": plan, "reason": "to see pets" });
    let path = format!("/applications/{application}/subscriptions");
    let subscription = house.post("foreign", &path, body).await.expect(201);
    assert_eq!(subscription.json["state"], "pending");
    let subscription = subscription.text_at("/id");

    let requests = house.get("owner", "/requests?state=pending").await.expect(200);
    has(&requests, "/items/0", &["id", "kind", "subscription"]);
    assert_eq!(requests.json["items"][0]["subscription"], json!(subscription));
    for (who, verb, state) in [
        ("owner", "approve", "active"),
        ("owner", "pause", "paused"),
        ("owner", "resume", "active"),
        ("foreign", "cancel", "cancelled"),
    ] {
        let path = format!("/subscriptions/{subscription}/{verb}");
        let moved = house.post(who, &path, json!({ "reason": "as agreed" })).await.expect(200);
        assert_eq!(moved.json["id"], json!(subscription));
        assert_eq!(moved.json["state"], state);
    }
    assert_eq!(house.get("owner", "/requests?state=pending").await.expect(200).json["items"], json!([]));

    let calls = calls_now(&house, &api, &application, &[200, 200, 503]).await;
    let listed =
        house.get("foreign", "/calls?api=&application=&status=&since=&until=&cursor=").await.expect(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), calls.len());
    let fields = [
        "id",
        "at",
        "api",
        "version",
        "route",
        "application",
        "method",
        "path",
        "status",
        "duration_us",
        "upstream_us",
        "request_bytes",
        "response_bytes",
    ];
    has(&listed, "/items/0", &fields);
    let failed = house.get("owner", &format!("/calls?api={api}&status=5xx")).await.expect(200);
    assert_eq!(failed.json["items"].as_array().unwrap().len(), 1);

    let usage = "/usage?group_by=api,status&measure=calls,errors,p50,p95,p99,bytes,tokens,cost&step=hour";
    let usage = house.get("owner", usage).await.expect(200);
    assert_eq!(usage.json["totals"]["calls"], 3);
    assert_eq!(usage.json["totals"]["errors"], 1);
    assert_eq!(usage.json["series"][0]["group"], json!({ "api": api, "status": "2xx" }));
    has(
        &usage,
        "/series/0/points/0",
        &["at", "calls", "errors", "p50", "p95", "p99", "bytes", "tokens", "cost"],
    );

    let old = credential.text_at("/id");
    let rotate = format!("/credentials/{old}/rotate");
    let new = house.post("foreign", &rotate, json!({ "overlap_seconds": 60 })).await.expect(201);
    assert_ne!(new.text_at("/id"), old);
    assert!(new.text_at("/key").starts_with("ghk_"));
    house.delete("foreign", &format!("/credentials/{}", new.text_at("/id"))).await.expect(204);
    let trail = house.get("auditor", "/audit?action=credentials.revoke").await.expect(200);
    assert_eq!(trail.json["items"].as_array().unwrap().len(), 1);
});

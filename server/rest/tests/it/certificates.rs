//! `/teams/{team}/certificates`, `/certificates`, and the upstream that uses one

use crate::support::{Reply, World, signed};
use serde_json::{Value, json};

async fn use_it(world: &World, tls: Value) -> Reply {
    let change = json!({ "upstream": { "url": "https://127.0.0.1:9", "tls": tls } });
    world.patch("developer", &world.at("/apis/{api}/versions/{version}"), change).await
}

#[tokio::test]
async fn a_certificate_is_kept_renamed_replaced_and_deleted() {
    let world = World::new().await;
    let one = signed();
    let body = json!({ "name": "Orders", "chain": one.chain, "private_key": one.private_key });
    let made = world.post("publisher", &world.at("/teams/{team}/certificates"), body).await.expect(201);
    let path = made.header("location").trim_start_matches("/api/v1").to_owned();
    assert_eq!(path, format!("/certificates/{}", made.text_at("/id")));
    let shown = world.get("viewer", &path).await.expect(200);
    assert_eq!((&shown.json["subject"], &shown.json["uses"]), (&"CN=gateway".into(), &json!([])));
    assert_eq!(shown.json["fingerprint"].as_str().unwrap().len(), 64);
    let renamed = world.patch("publisher", &path, json!({ "name": "Payments" })).await.expect(200);
    assert_eq!(renamed.json["name"], "Payments");
    let other = signed();
    let pair = json!({ "chain": other.chain, "private_key": other.private_key });
    let replaced = world.post("publisher", &format!("{path}/replace"), pair).await.expect(200);
    assert_ne!(replaced.json["fingerprint"], made.json["fingerprint"]);
    let list = world.get("viewer", &world.at("/teams/{team}/certificates")).await.expect(200);
    let names: Vec<&Value> =
        list.json["items"].as_array().unwrap().iter().map(|item| &item["name"]).collect();
    assert_eq!(names, ["Payments", "client"]);
    let trail = world.get("auditor", "/audit?object_kind=certificate&limit=500").await.expect(200);
    for reply in [&made, &shown, &renamed, &replaced, &list, &trail] {
        let secret = other.private_key.lines().nth(1).unwrap();
        assert!(!reply.text.contains(secret) && !reply.text.contains("PRIVATE KEY"), "{}", reply.text);
        assert!(!reply.text.contains("private_key"), "{}", reply.text);
    }
    world.delete("publisher", &path).await.expect(204);
    world.get("publisher", &path).await.expect(404);
}

#[tokio::test]
async fn a_pair_that_does_not_fit_is_refused_at_its_field() {
    let world = World::new().await;
    let (one, other) = (signed(), signed());
    let body = json!({ "name": "x", "chain": one.chain, "private_key": other.private_key });
    let reply = world.post("owner", &world.at("/teams/{team}/certificates"), body).await.expect(422);
    assert!(reply.text.contains("\"private_key\"") && reply.text.contains("is not the key of the first"));
    assert!(!reply.text.contains(other.private_key.lines().nth(1).unwrap()));
}

#[tokio::test]
async fn a_draft_uses_a_certificate_of_its_team_and_keeps_it_from_being_deleted() {
    let world = World::new().await;
    let ca = signed().chain;
    let certificate = world.named["certificate"].clone();
    let tls = json!({ "ca": ca, "client_certificate": certificate, "server_name": "orders.internal" });
    let saved = use_it(&world, tls).await.expect(200);
    assert_eq!(saved.json["draft"]["upstream"]["tls"]["server_name"], "orders.internal");
    let refused = world.delete("owner", &world.at("/certificates/{certificate}")).await.expect(409);
    assert!(refused.text.contains("it is used by Petstore v1 (draft)"), "{}", refused.text);
    let shown = world.get("owner", &world.at("/certificates/{certificate}")).await.expect(200);
    assert_eq!(shown.json["uses"][0]["version"], "v1");
    // what is absent stays, what is null goes
    let saved = use_it(&world, json!({ "client_certificate": null })).await.expect(200);
    let tls = &saved.json["draft"]["upstream"]["tls"];
    assert_eq!((&tls["ca"], tls.get("client_certificate")), (&ca.trim().into(), None));
    world.delete("owner", &world.at("/certificates/{certificate}")).await.expect(204);
    let gone = use_it(&world, json!({ "client_certificate": certificate })).await.expect(422);
    assert!(gone.text.contains("upstream.tls.client_certificate"), "{}", gone.text);
}

#[tokio::test]
async fn what_tls_expects_is_said_at_its_field() {
    let world = World::new().await;
    for (tls, field) in [
        (json!({ "ca": "abc" }), "upstream.tls.ca"),
        (json!({ "ca": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }), "upstream.tls.ca"),
        (json!({ "server_name": "no host" }), "upstream.tls.server_name"),
        (json!({ "verify": false }), "upstream.tls"),
    ] {
        let reply = use_it(&world, tls).await;
        assert!([400, 422].contains(&reply.status), "{}", reply.text);
        assert!(reply.text.contains(field), "{field}: {}", reply.text);
    }
    let plain = json!({ "upstream": { "url": "http://127.0.0.1:9", "tls": { "server_name": "a.test" } } });
    let reply = world.patch("owner", &world.at("/apis/{api}/versions/{version}"), plain).await.expect(422);
    assert!(reply.text.contains("expected an https address"), "{}", reply.text);
}

//! `/teams/{team}/applications`, `/applications` and `/credentials`

use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn update_is_a_merge_patch_and_delete_takes_the_keys_along() {
    let world = World::new().await;
    let path = world.at("/applications/{application}");
    world.patch("consumer", &path, json!({ "description": "Reads pets." })).await.expect(200);
    let named = world.patch("consumer", &path, json!({ "name": "Weather 2" })).await.expect(200);
    assert_eq!(named.json["description"], "Reads pets.");
    assert_eq!(
        world.get("viewer", "/applications?search=weather").await.expect(200).json["items"][0]["name"],
        "Weather 2"
    );
    world.delete("consumer", &path).await.expect(204);
    world.get("owner", &path).await.expect(404);
    world.delete("owner", &world.at("/credentials/{credential}")).await.expect(404);
}

#[tokio::test]
async fn a_key_is_made_rotated_and_revoked() {
    let world = World::new().await;
    let keys = world.at("/applications/{application}/credentials");
    let past = json!({ "name": "old", "expires_at": "2020-01-01T00:00:00Z" });
    assert_eq!(world.post("consumer", &keys, past).await.expect(422).fields(), ["expires_at"]);
    let bad = json!({ "name": "old", "expires_at": "tomorrow" });
    assert_eq!(world.post("consumer", &keys, bad).await.expect(422).fields(), ["expires_at"]);
    let rotate = world.at("/credentials/{credential}/rotate");
    let long = json!({ "overlap_seconds": 2_592_001 });
    assert_eq!(world.post("consumer", &rotate, long).await.expect(422).fields(), ["overlap_seconds"]);
    let new = world.post("consumer", &rotate, json!({ "overlap_seconds": 3600 })).await.expect(201);
    let list = world.get("viewer", &keys).await.expect(200);
    let old = list.json["items"].as_array().unwrap().iter().find(|key| key["id"] != new.json["id"]).unwrap();
    assert_eq!(old["expires_at"], "2026-03-01T13:00:00Z");
    let path = format!("/credentials/{}", new.text_at("/id"));
    world.delete("viewer", &path).await.expect(403);
    world.delete("consumer", &path).await.expect(204);
}

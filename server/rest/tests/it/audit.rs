//! `/audit`

use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn the_trail_is_read_and_verified_by_auditors() {
    let world = World::new().await;
    let rows = world.get("auditor", &world.at("/audit?team={team}&object_kind=api")).await.expect(200);
    assert_eq!(rows.json["items"].as_array().unwrap().last().unwrap()["action"], "apis.create");
    let verified = world.get("auditor", "/audit/verification").await.expect(200);
    assert_eq!(verified.json, json!({ "rows": world.audited().await, "broken_at": null }));
    world.get("owner", "/audit").await.expect(403);
    world.get("owner", "/audit/verification").await.expect(403);
}

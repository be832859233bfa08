//! `/settings`

use crate::support::House;
use serde_json::json;

#[tokio::test]
async fn update_leaves_what_is_absent() {
    let house = House::new().await;
    house.patch("administrator", "/settings", json!({ "name": "House" })).await.expect(200);
    let patch = json!({ "members_create_teams": false });
    let settings = house.patch("administrator", "/settings", patch).await.expect(200);
    assert_eq!(settings.json["name"], "House");
    assert_eq!(house.get("auditor", "/settings").await.expect(200).json, settings.json);
    house.post("member", "/teams", json!({ "name": "Mine" })).await.expect(403);
    let wrong = house.patch("administrator", "/settings", json!({ "keep_calls_days": 0 })).await.expect(422);
    assert_eq!(wrong.fields(), ["keep_calls_days"]);
}

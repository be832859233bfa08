//! `/applications/{application}/subscriptions`, `/subscriptions` and `/requests`

use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn request_for_a_plan_that_is_not_there_or_taken_is_refused() {
    let world = World::new().await;
    let path = world.at("/applications/{application}/subscriptions");
    assert_eq!(world.post("owner", &path, json!({})).await.expect(422).fields(), ["plan"]);
    assert_eq!(world.post("owner", &path, json!({ "plan": "gold" })).await.expect(422).fields(), ["plan"]);
    world.post("owner", &path, json!({ "plan": world.named["plan"] })).await.expect(409);
}

#[tokio::test]
async fn a_decision_is_made_at_the_request_as_well() {
    let world = World::new().await;
    let path = world.at("/requests/{request}");
    assert_eq!(world.get("publisher", &path).await.expect(200).json["state"], "pending");
    world.post("viewer", &format!("{path}/approve"), json!({})).await.expect(404);
    let decided =
        world.post("publisher", &format!("{path}/reject"), json!({ "reason": "no" })).await.expect(200);
    assert_eq!((&decided.json["state"], &decided.json["decision"]), (&json!("rejected"), &json!("no")));
    let subscription = world.get("owner", &world.at("/subscriptions/{subscription}")).await.expect(200);
    assert_eq!(subscription.json["state"], "rejected");
    world.post("publisher", &format!("{path}/approve"), json!({})).await.expect(409);
    assert_eq!(
        world.get("owner", "/requests?state=rejected").await.expect(200).json["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn access_ends_on_a_day_and_is_renewed() {
    let world = World::new().await;
    let path = world.at("/subscriptions/{subscription}");
    let past = json!({ "expires_at": "2020-01-01T00:00:00Z" });
    let refused = world.post("publisher", &format!("{path}/approve"), past).await.expect(422);
    assert_eq!(refused.fields(), ["expires_at"]);
    let end = json!({ "reason": "a trial", "expires_at": "2099-01-01T00:00:00Z" });
    let given = world.post("publisher", &format!("{path}/approve"), end).await.expect(200);
    assert_eq!(given.json["expires_at"], "2099-01-01T00:00:00Z");
    let renewed = world.post("publisher", &format!("{path}/renew"), json!({})).await.expect(200);
    assert_eq!((renewed.json["state"].as_str(), renewed.json.get("expires_at")), (Some("active"), None));
    let typo = json!({ "until": "2099-01-01T00:00:00Z" });
    world.post("publisher", &format!("{path}/renew"), typo).await.expect(422);
}

#[tokio::test]
async fn list_narrows_by_side_and_state() {
    let world = World::new().await;
    let team = &world.named["team"];
    for (query, found) in [
        ("state=pending".to_owned(), 1),
        ("state=active".to_owned(), 0),
        (format!("team={team}&side=consumer"), 1),
        (format!("team={team}&side=provider"), 1),
        (format!("team={team}"), 1),
        (format!("plan={}", world.named["plan"]), 1),
        (format!("api={}&application={}", world.named["api"], world.named["application"]), 1),
    ] {
        let list = world.get("viewer", &format!("/subscriptions?{query}")).await.expect(200);
        assert_eq!(list.json["items"].as_array().unwrap().len(), found, "{query}");
    }
}

#[tokio::test]
async fn a_decision_needs_no_body() {
    let world = World::new().await;
    let path = world.at("/subscriptions/{subscription}/approve");
    let approved = world.send(world.request("publisher", "POST", &path, None)).await.expect(200);
    assert_eq!(approved.json["state"], "active");
    world.send(world.request("publisher", "POST", &path, None)).await.expect(409);
}

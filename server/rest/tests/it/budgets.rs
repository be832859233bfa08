//! `/budgets`

use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn a_budget_says_what_is_spent_set_aside_and_left() {
    let world = World::new().await;
    let body = json!({ "subject": world.named["api"], "unit": "nano", "amount": 5_000_000_000_u64, "period": "day" });
    let set = world.post("owner", "/budgets", body.clone()).await.expect(201);
    assert_eq!((&set.json["spent"], &set.json["reserved"]), (&json!(0), &json!(0)));
    assert_eq!((&set.json["left"], &set.json["name"]), (&json!(5_000_000_000_u64), &json!("Petstore")));
    assert!(set.text_at("/resets_at").ends_with("T00:00:00Z"), "{}", set.text);
    let path = format!("/budgets/{}", set.text_at("/id"));
    let less = world.patch("owner", &path, json!({ "amount": 7 })).await.expect(200);
    assert_eq!(less.json["left"], 7);
    let of_apis = world.get("viewer", "/budgets?scope=api").await.expect(200);
    assert_eq!(of_apis.json["items"].as_array().map(Vec::len), Some(1));
    let of_one = format!("/budgets?subject={}", world.named["application"]);
    let of_one = world.get("viewer", &of_one).await.expect(200);
    assert_eq!(of_one.json["items"][0]["id"], json!(world.named["budget"]));
    world.post("owner", "/budgets", body).await.expect(409);
}

#[tokio::test]
async fn what_is_wrong_with_a_budget_is_named() {
    let world = World::new().await;
    let body = json!({ "subject": "acc_1", "unit": "euro", "amount": 0, "period": "year" });
    let refused = world.post("owner", "/budgets", body).await.expect(422);
    assert_eq!(refused.fields(), ["subject", "unit", "period", "amount"]);
    let refused = world.get("owner", "/budgets?scope=planet").await.expect(422);
    assert_eq!(refused.fields(), ["scope"]);
}

//! `/tokens`

use crate::support::House;
use serde_json::json;

#[tokio::test]
async fn create_by_a_token_is_refused_with_the_reason() {
    let house = House::new().await;
    let refused = house.post("owner", "/tokens", json!({ "name": "more" })).await.expect(403);
    assert!(refused.text_at("/detail").contains("a token cannot make further tokens"));
}

#[tokio::test]
async fn delete_of_ones_own_token_ends_it_at_once() {
    let house = House::new().await;
    let list = house.get("owner", "/tokens").await.expect(200);
    assert!(!list.text.contains(house.token("owner")), "a secret is shown once");
    let path = format!("/tokens/{}", list.text_at("/items/0/id"));
    house.delete("foreign", &path).await.expect(404);
    house.delete("owner", &path).await.expect(204);
    house.get("owner", "/tokens").await.expect(401);
}

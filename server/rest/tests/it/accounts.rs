//! `/accounts`

use crate::support::{World, account_of};
use serde_json::json;

#[tokio::test]
async fn me_is_whoever_holds_the_token() {
    let world = World::new().await;
    let me = world.get("owner", "/accounts/me").await.expect(200);
    assert_eq!(me.json["email"], "owner@example.com");
    let changed =
        world.send(world.request("owner", "PATCH", "/accounts/me", Some(json!({ "name": "Ada" })))).await;
    assert_eq!(changed.expect(200).json["name"], "Ada");
    let own = world.get("owner", &format!("/accounts/{}", account_of("owner"))).await.expect(200);
    assert_eq!(own.json["name"], "Ada");
}

#[tokio::test]
async fn list_narrows_by_what_is_asked() {
    let world = World::new().await;
    let list = world.get("auditor", "/accounts?role=administrator&status=active").await.expect(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        world.get("auditor", "/accounts?search=owner").await.expect(200).json["items"][0]["name"],
        "owner"
    );
}

#[tokio::test]
async fn update_of_the_last_administrator_is_refused_and_a_disabled_account_is_out_at_once() {
    let world = World::new().await;
    let own = format!("/accounts/{}", account_of("administrator"));
    world.patch("administrator", &own, json!({ "role": "member" })).await.expect(409);
    let path = format!("/accounts/{}", account_of("member"));
    world.get("member", "/accounts/me").await.expect(200);
    world.patch("administrator", &path, json!({ "status": "disabled" })).await.expect(200);
    world.get("member", "/accounts/me").await.expect(401);
}

#[tokio::test]
async fn an_invitation_is_made_shown_once_and_taken_back() {
    let world = World::new().await;
    let body = json!({ "email": "grace@example.com", "role": "operator" });
    let new = world.post("administrator", "/invitations", body.clone()).await.expect(201);
    let link = new.text_at("/link");
    assert!(link.starts_with(crate::support::PORTAL));
    let list = world.get("administrator", "/invitations").await.expect(200);
    assert!(!list.text.contains(link.rsplit('/').next().unwrap()));
    let path = format!("/invitations/{}", new.text_at("/id"));
    assert_eq!(new.header("location"), format!("/api/v1{path}"));
    world.delete("administrator", &path).await.expect(204);
    world.delete("administrator", &path).await.expect(404);
    let taken = world.post("administrator", "/invitations", json!({ "email": "owner@example.com" })).await;
    assert_eq!(taken.expect(409).fields(), ["email"]);
}

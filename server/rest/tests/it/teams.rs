//! `/teams`

use crate::support::{World, account_of};
use serde_json::json;

#[tokio::test]
async fn create_answers_where_the_team_is() {
    let world = World::new().await;
    let team = world.post("member", "/teams", json!({ "name": "  Birds " })).await.expect(201);
    assert_eq!(team.json["name"], "Birds");
    assert_eq!(team.header("location"), format!("/api/v1/teams/{}", team.text_at("/id")));
    let seen = world.get("member", &format!("/teams/{}", team.text_at("/id"))).await.expect(200);
    assert_eq!((&seen.json["role"], &seen.json["members"]), (&json!("owner"), &json!(1)));
    let empty = world.post("member", "/teams", json!({})).await.expect(422);
    assert_eq!(empty.fields(), ["name"]);
    let long = json!({ "name": "x".repeat(81), "description": "x".repeat(1_001) });
    assert_eq!(world.post("member", "/teams", long).await.expect(422).fields(), ["name", "description"]);
}

#[tokio::test]
async fn update_is_a_merge_patch() {
    let world = World::new().await;
    let path = world.at("/teams/{team}");
    world.patch("owner", &path, json!({ "description": "All pets." })).await.expect(200);
    let renamed = world.patch("owner", &path, json!({ "name": "Animals" })).await.expect(200);
    assert_eq!(
        (&renamed.json["name"], &renamed.json["description"]),
        (&json!("Animals"), &json!("All pets."))
    );
    let cleared = world.patch("owner", &path, json!({ "description": null })).await.expect(200);
    assert_eq!(cleared.json["description"], "");
    assert_eq!(world.patch("owner", &path, json!({ "id": "x" })).await.expect(422).fields(), ["id"]);
}

#[tokio::test]
async fn members_come_change_and_go() {
    let world = World::new().await;
    let members = world.at("/teams/{team}/members");
    let joined = json!({ "email": "Member@Example.com", "role": "developer" });
    let joined = world.post("owner", &members, joined).await.expect(201);
    assert_eq!(joined.json["joined"]["role"], "developer");
    let invited = world.post("owner", &members, json!({ "email": "nobody@example.com" })).await.expect(201);
    assert!(invited.json["invited"]["link"].is_string());
    let again = world.post("owner", &members, json!({ "email": "member@example.com" })).await.expect(409);
    assert_eq!(again.fields(), ["email"]);
    let member = format!("{members}/{}", account_of("member"));
    let role = world.patch("owner", &member, json!({ "role": "publisher" })).await.expect(200);
    assert_eq!(role.json["role"], "publisher");
    assert_eq!(world.get("member", &members).await.expect(200).json["items"].as_array().unwrap().len(), 6);
    world.delete("owner", &member).await.expect(204);
    world.get("member", &members).await.expect(404);
    world.send(world.request("viewer", "POST", &world.at("/teams/{team}/leave"), None)).await.expect(204);
    let last = world.send(world.request("owner", "POST", &world.at("/teams/{team}/leave"), None)).await;
    assert!(last.expect(409).text_at("/detail").contains("at least one owner"));
}

#[tokio::test]
async fn delete_of_a_team_that_owns_things_is_refused() {
    let world = World::new().await;
    world.delete("owner", &world.at("/teams/{team}")).await.expect(409);
    let empty = world.post("owner", "/teams", json!({ "name": "Empty" })).await.expect(201).text_at("/id");
    world.delete("owner", &format!("/teams/{empty}")).await.expect(204);
    world.get("owner", &format!("/teams/{empty}")).await.expect(404);
}

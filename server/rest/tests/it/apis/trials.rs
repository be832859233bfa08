//! `/apis/{api}/versions/{version}/trials`

use super::prompts::{body, create, prompt};
use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn a_prompt_is_tried_and_told_whole() {
    let world = World::new().await;
    let provider = world.named["provider"].as_str();
    let api = create(&world, body(prompt(provider))).await.expect(201);
    let path = format!("/apis/{}/versions/v1/trials", api.text_at("/id"));
    let asked = json!({ "variables": { "text": "hello" } });
    let trial = world.post("developer", &path, asked).await.expect(200);
    assert_eq!(trial.json["output"], json!({ "text": "hello" }), "{}", trial.text);
    assert_eq!((&trial.json["ai"]["model"], &trial.json["ai"]["cost_nano"]), (&json!("large"), &json!(12)));
    assert_eq!(trial.json["ai"]["tried"][0]["status"], 200, "{}", trial.text);
    assert!(trial.json.get("problem").is_none(), "{}", trial.text);

    let target = json!({ "provider": provider, "model": "down" });
    let asked = json!({ "variables": { "text": "hello" }, "target": target });
    let trial = world.post("developer", &path, asked).await.expect(200);
    assert_eq!(trial.json["problem"]["name"], "upstream-unreachable", "a vendor's failure is a result");
    assert!(trial.json.get("output").is_none(), "{}", trial.text);
}

#[tokio::test]
async fn what_is_wrong_with_a_trial_is_told_at_its_field() {
    let world = World::new().await;
    let provider = world.named["provider"].as_str();
    let api = create(&world, body(prompt(provider))).await.expect(201);
    let path = format!("/apis/{}/versions/v1/trials", api.text_at("/id"));
    for (asked, field) in [
        (json!({}), "variables.text"),
        (json!({ "variables": { "text": "a", "language": "Latin" } }), "variables.language"),
        (json!({ "variables": { "text": "a" }, "of": "live" }), "of"),
        (json!({ "variables": { "text": "a" }, "of": "both" }), "of"),
        (json!({ "variables": { "text": "a" }, "target": { "provider": provider } }), "target.model"),
        (json!({ "variables": { "text": "a" }, "stream": true }), "stream"),
    ] {
        let reply = world.post("developer", &path, asked).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
    }
    let rest = world.at("/apis/{api}/versions/v1/trials");
    world.post("developer", &rest, json!({})).await.expect(409);
}

#[tokio::test]
async fn strangers_do_not_try_a_prompt() {
    let world = World::new().await;
    let provider = world.named["provider"].as_str();
    let api = create(&world, body(prompt(provider))).await.expect(201);
    let path = format!("/apis/{}/versions/v1/trials", api.text_at("/id"));
    let asked = json!({ "variables": { "text": "hello" } });
    let refusals =
        [("anonymous", 401), ("foreign", 404), ("member", 404), ("viewer", 403), ("consumer", 403)];
    for (who, status) in refusals {
        world.post(who, &path, asked.clone()).await.expect(status);
    }
}

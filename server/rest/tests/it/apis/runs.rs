//! `/apis/{api}/runs`

use super::prompts::{body, create, prompt};
use crate::support::World;
use serde_json::{Value, json};

/// Where they are, and a good one with two sides.
pub async fn runs_of_a_prompt(world: &World) -> (String, Value) {
    let provider = world.named["provider"].as_str();
    let api = create(world, body(prompt(provider))).await.expect(201);
    let target = json!({ "provider": provider, "model": "down" });
    let sides = json!([{ "version": "v1" }, { "version": "v1", "target": target }]);
    (
        format!("/apis/{}/runs", api.text_at("/id")),
        json!({ "variables": { "text": "hello" }, "sides": sides }),
    )
}

#[tokio::test]
async fn a_run_is_made_listed_and_read_again() {
    let world = World::new().await;
    let (path, asked) = runs_of_a_prompt(&world).await;
    let made = world.post("developer", &path, asked).await.expect(201);
    let [good, bad] = made.json["sides"].as_array().unwrap().as_slice() else { panic!("{}", made.text) };
    assert_eq!(good["trial"]["output"], json!({ "text": "hello" }), "{}", made.text);
    assert_eq!((&good["of"], &good["trial"]["ai"]["cost_nano"]), (&json!("draft"), &json!(12)));
    assert_eq!(bad["trial"]["problem"]["name"], "upstream-unreachable");
    assert_eq!(made.json["variables"], json!({ "text": "hello" }));
    let one = format!("{path}/{}", made.text_at("/id"));
    assert_eq!(world.get("developer", &one).await.expect(200).json, made.json);
    let listed = world.get("publisher", &path).await.expect(200);
    assert_eq!(listed.json["items"], json!([made.json]));
}

#[tokio::test]
async fn what_is_wrong_with_a_run_is_told_at_its_field() {
    let world = World::new().await;
    let (path, asked) = runs_of_a_prompt(&world).await;
    let (values, side) = (&asked["variables"], &asked["sides"][0]);
    for (asked, field) in [
        (json!({}), "sides"),
        (json!({ "sides": [side] }), "variables.text"),
        (json!({ "variables": values, "sides": [side, { "version": "v1", "of": "live" }] }), "sides[1].of"),
        (json!({ "variables": values, "sides": [{ "version": "v1", "of": "both" }] }), "sides[0].of"),
        (json!({ "variables": values, "sides": [side], "stream": true }), "stream"),
    ] {
        let reply = world.post("developer", &path, asked).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
    }
    let rest = world.at("/apis/{api}/runs");
    let asked = json!({ "sides": [side] });
    world.post("developer", &rest, asked).await.expect(409);
}

#[tokio::test]
async fn strangers_see_no_runs() {
    let world = World::new().await;
    let (path, asked) = runs_of_a_prompt(&world).await;
    let made = world.post("developer", &path, asked.clone()).await.expect(201);
    let one = format!("{path}/{}", made.text_at("/id"));
    let refusals =
        [("anonymous", 401), ("foreign", 404), ("member", 404), ("viewer", 403), ("consumer", 403)];
    for (who, status) in refusals {
        world.post(who, &path, asked.clone()).await.expect(status);
        world.get(who, &path).await.expect(status);
        world.get(who, &one).await.expect(status);
    }
}

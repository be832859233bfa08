//! Apis of kind `prompt`

use crate::support::{Reply, World};
use serde_json::{Value, json};

const NOBODY: &str = "prov_00000000000000000000000000";

pub fn prompt(provider: &str) -> Value {
    json!({
        "messages": [
            { "role": "system", "template": "You translate into {{ language }}." },
            { "role": "user", "template": "{{ text }}" },
        ],
        "variables": [
            { "name": "text", "type": "string", "required": true, "description": "What is translated" },
            { "name": "language", "type": "enum", "values": ["German", "French"], "default": "German" },
        ],
        "model": { "provider": provider, "model": "large" },
        "parameters": { "temperature": 0.2 },
        "output_schema": {
            "type": "object", "properties": { "translation": { "type": "string" } }, "required": ["translation"],
        },
    })
}

pub fn body(prompt: Value) -> Value {
    json!({ "name": "Translate", "slug": "translate", "kind": "prompt", "visibility": "public", "prompt": prompt })
}

pub async fn create(world: &World, body: Value) -> Reply {
    world.post("developer", &world.at("/teams/{team}/apis"), body).await
}

#[tokio::test]
async fn a_prompt_api_is_created_published_described_changed_and_rolled_back() {
    let world = World::new().await;
    let provider = &world.named["provider"];
    let api = create(&world, body(prompt(provider))).await.expect(201);
    assert_eq!((&api.json["kind"], &api.json["versions"][0]["state"]), (&json!("prompt"), &json!("draft")));
    let version = format!("/apis/{}/versions/v1", api.text_at("/id"));
    let shown = world.get("auditor", &version).await.expect(200);
    assert_eq!(shown.text_at("/draft/prompt/messages/1/template"), "{{ text }}");
    assert_eq!(shown.text_at("/draft/prompt/model/targets/0/model"), "large");
    assert_eq!(shown.text_at("/draft/routes/0/path"), "/");
    world.post("publisher", &format!("{version}/publish"), json!({})).await.expect(200);

    let document = world.get("foreign", "/catalogue/apis/translate/document").await.expect(200);
    let operation = &document.json["paths"]["/"]["post"];
    assert_eq!(operation["operationId"], "run", "{}", document.text);
    let variables = &document.json["components"]["schemas"]["Variables"];
    assert_eq!(variables["required"], json!(["text"]));
    assert_eq!(variables["properties"]["language"]["enum"], json!(["German", "French"]));
    assert_eq!(variables["properties"]["text"]["description"], "What is translated");
    let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"];
    assert_eq!(answer["output"]["required"], json!(["translation"]));
    assert!(document.json["servers"][0]["url"].as_str().unwrap().ends_with("/translate/v1"));

    let mut other = prompt(provider);
    other["messages"][0]["template"] = "You sum up.".into();
    other["output_schema"] = Value::Null;
    world.patch("developer", &version, json!({ "prompt": other })).await.expect(200);
    let changes = world.get("developer", &format!("{version}/changes")).await.expect(200);
    assert!(changes.text.contains("system You sum up."), "{}", changes.text);
    assert_eq!(changes.json["document"], true, "it is written again");
    let published = world.post("publisher", &format!("{version}/publish"), json!({})).await.expect(200);
    assert_eq!(published.json["revision"], 2);
    world.post("publisher", &format!("{version}/rollback"), json!({ "revision": 1 })).await.expect(200);
    let document = world.get("foreign", "/catalogue/apis/translate/document").await.expect(200);
    assert!(document.text.contains("translation"), "the document goes back with its revision");

    let path = world.at("/providers/{provider}");
    let refused = world.delete("administrator", &path).await.expect(409);
    assert!(refused.text_at("/detail").contains("Translate"), "{}", refused.text);
}

#[tokio::test]
async fn what_is_wrong_with_a_prompt_is_told_at_its_field() {
    let world = World::new().await;
    let provider = world.named["provider"].as_str();
    let with = |change: fn(&mut Value)| {
        let mut prompt = prompt(provider);
        change(&mut prompt);
        prompt
    };
    let cases = [
        (with(|it| it["messages"] = json!([])), "prompt.messages"),
        (with(|it| it["messages"][1]["template"] = "{{ other }}".into()), "prompt.messages[1].template"),
        (with(|it| it["messages"][1]["template"] = "{{ text".into()), "prompt.messages[1].template"),
        (
            with(|it| it["messages"][1]["template"] = "{% include 'x' %}".into()),
            "prompt.messages[1].template",
        ),
        (with(|it| it["variables"][1]["default"] = "Latin".into()), "prompt.variables[1].default"),
        (with(|it| it["parameters"]["temperature"] = 3.into()), "prompt.parameters.temperature"),
        (with(|it| it["output_schema"]["properties"] = 7.into()), "prompt.output_schema"),
        (with(|it| it["model"]["provider"] = NOBODY.into()), "prompt.model.targets[0].provider"),
    ];
    let api = create(&world, body(prompt(provider))).await.expect(201);
    let version = format!("/apis/{}/versions/v1", api.text_at("/id"));
    for (wrong, field) in cases {
        let mut input = body(wrong.clone());
        input["slug"] = "other".into();
        let reply = create(&world, input).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
        let reply = world.patch("developer", &version, json!({ "prompt": wrong })).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
    }
    for (patch, field) in [
        (json!({ "models": [] }), "models"),
        (json!({ "routes": [{ "path": "/*" }] }), "routes"),
        (json!({ "openapi": "{}" }), "openapi"),
        (json!({ "upstream": { "url": "http://127.0.0.1:9" } }), "upstream"),
    ] {
        let reply = world.patch("developer", &version, patch).await.expect(422);
        assert_eq!(reply.fields(), [field], "{}", reply.text);
    }
    let rest = world.at("/apis/{api}/versions/v1");
    let reply = world.patch("developer", &rest, json!({ "prompt": prompt(provider) })).await.expect(422);
    assert_eq!(reply.fields(), ["prompt"]);
    let mut unknown = body(prompt(provider));
    unknown["prompt"]["tempreature"] = 1.into();
    create(&world, unknown).await.expect(422);
}

#[tokio::test]
async fn strangers_neither_make_nor_see_a_prompt() {
    let world = World::new().await;
    let provider = world.named["provider"].as_str();
    let path = world.at("/teams/{team}/apis");
    for (who, status) in [("anonymous", 401), ("foreign", 404), ("member", 404), ("viewer", 403)] {
        world.post(who, &path, body(prompt(provider))).await.expect(status);
    }
    let api = create(&world, body(prompt(provider))).await.expect(201);
    let version = format!("/apis/{}/versions/v1", api.text_at("/id"));
    for (who, status) in [("anonymous", 401), ("foreign", 404)] {
        world.get(who, &version).await.expect(status);
        world.patch(who, &version, json!({ "prompt": prompt(provider) })).await.expect(status);
        world.post(who, &format!("{version}/publish"), json!({})).await.expect(status);
    }
    world.patch("viewer", &version, json!({ "prompt": prompt(provider) })).await.expect(403);
}

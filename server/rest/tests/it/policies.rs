//! `PATCH /apis/{api}/versions/{version}`: what a version does to calls, policy by policy.

use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn masking_is_patched_and_what_is_wrong_is_named() {
    let world = World::new().await;
    let version = world.at("/apis/{api}/versions/v1");
    let mask = json!({ "kinds": ["email", "iban"], "keywords": ["Falcon"], "patterns": [], "paths": ["$..name"],
        "action": "placeholder", "direction": "both" });
    let set = world.patch("developer", &version, json!({ "policies": { "mask": mask } })).await.expect(200);
    assert_eq!(set.json["draft"]["policies"]["mask"], mask);
    let changes = world.get("viewer", &format!("{version}/changes")).await.expect(200);
    assert!(changes.text.contains("mask ") && changes.text.contains("Falcon"), "{}", changes.text);
    let wrong = json!({ "policies": { "mask": { "patterns": ["("], "paths": ["name"], "keywords": [""] } } });
    let wrong = world.patch("developer", &version, wrong).await.expect(422);
    let fields = ["keywords", "patterns", "paths"].map(|field| format!("policies.mask.{field}"));
    assert_eq!(wrong.fields(), fields);
    let unknown = json!({ "policies": { "mask": { "kinds": ["shoe_size"] } } });
    let unknown = world.patch("developer", &version, unknown).await;
    assert!((400..500).contains(&unknown.status), "{}", unknown.text);
    world.patch("foreign", &version, json!({ "policies": { "mask": mask } })).await.expect(404);
    world.patch("viewer", &version, json!({ "policies": { "mask": mask } })).await.expect(403);
    let gone = world.patch("developer", &version, json!({ "policies": { "mask": null } })).await.expect(200);
    assert_eq!(gone.json["draft"]["policies"].get("mask"), None);
}

#[tokio::test]
async fn rules_and_kept_answers_are_of_ai_apis_alone() {
    let world = World::new().await;
    let version = world.at("/apis/{api}/versions/v1");
    let both = json!({ "policies": { "guard": { "max_tokens": 9 }, "cache": { "ttl_s": 60 } } });
    let refused = world.patch("developer", &version, both).await.expect(422);
    assert_eq!(refused.fields(), ["policies.guard", "policies.cache"]);
    let wrong = json!({ "policies": {
        "guard": { "deny": [{ "name": "A b", "pattern": "(" }] },
        "cache": { "ttl_s": 0, "max_bytes": 1 },
    } });
    let wrong = world.patch("developer", &version, wrong).await.expect(422);
    for field in ["guard.deny.0.name", "guard.deny.0.pattern", "cache.ttl_s", "cache.max_bytes"] {
        let field = format!("policies.{field}");
        assert!(wrong.fields().contains(&field.as_str()), "{field}: {}", wrong.text);
    }
}

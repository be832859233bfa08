//! `/catalogue`

use crate::support::World;
use serde_json::json;

#[tokio::test]
async fn a_public_api_is_found_by_everybody_where_the_platform_allows_it() {
    let world = World::new().await;
    world
        .patch("owner", &world.at("/apis/{api}"), json!({ "visibility": "public", "tags": ["animals"] }))
        .await
        .expect(200);
    world.get("anonymous", "/catalogue").await.expect(401);
    world.patch("administrator", "/settings", json!({ "anonymous_catalogue": true })).await.expect(200);
    for who in ["anonymous", "foreign", "owner"] {
        let found =
            world.get(who, "/catalogue?search=pet&tag=animals&category=&state=published").await.expect(200);
        assert_eq!(found.json["items"][0]["slug"], "petstore", "{who}");
        let entry = world.get(who, "/catalogue/apis/petstore").await.expect(200);
        assert_eq!(entry.json["version"]["base_url"], "http://gateway.test/petstore/v1");
        assert_eq!(world.get(who, "/catalogue/facets").await.expect(200).json["total"], 1);
        let document = world.get(who, "/catalogue/apis/petstore/document?version=v1").await.expect(200);
        assert!(document.text.contains("http://gateway.test/petstore/v1"));
        assert!(!document.text.contains("127.0.0.1"), "the backend's address is nobody's business");
    }
    world.get("anonymous", "/catalogue/apis/petstore?version=v9").await.expect(404);
    world.get("anonymous", "/catalogue/apis/other").await.expect(404);
    assert_eq!(world.get("owner", "/catalogue?search=horse").await.expect(200).json["items"], json!([]));
}

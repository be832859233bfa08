//! `/gateway`

use crate::support::World;

#[tokio::test]
async fn nodes_are_listed_for_those_who_run_the_platform_and_for_those_whose_api_it_is() {
    let world = World::new().await;
    let numbers = |answer: &serde_json::Value| -> Vec<u64> {
        answer["items"].as_array().unwrap().iter().map(|node| node["number"].as_u64().unwrap()).collect()
    };
    let all = world.get("administrator", "/gateway/nodes").await.expect(200).json;
    assert_eq!(numbers(&all), [1, 2, 3]);
    let troubled = world.get("auditor", "/gateway/nodes?troubled=true").await.expect(200).json;
    assert_eq!((numbers(&troubled), &troubled["items"][0]["healthy"]), (vec![2], &false.into()));
    let first = world.get("administrator", "/gateway/nodes?limit=2").await.expect(200).json;
    let next = first["next"].as_str().unwrap().replace(' ', "%20");
    let rest =
        world.get("administrator", &format!("/gateway/nodes?limit=2&cursor={next}")).await.expect(200).json;
    assert_eq!((numbers(&first), numbers(&rest), rest["next"].is_null()), (vec![1, 2], vec![3], true));

    let path = world.at("/apis/{api}/versions/{version}/nodes");
    assert_eq!(numbers(&world.get("viewer", &path).await.expect(200).json), [1, 2, 3]);
    world.get("foreign", &path).await.expect(404);
    world.get("owner", "/gateway").await.expect(403);
    assert_eq!(world.get("administrator", "/gateway").await.expect(200).json["sequence"], 7);
}

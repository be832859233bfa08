//! Lists: parts of a size, and a way to the next.

use crate::support::World;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_links_of_a_list_lead_through_all_of_it_once() {
    let world = World::new().await;
    let path = world.at("/applications/{application}/credentials");
    for number in 1..=6 {
        world.post("owner", &path, json!({ "name": format!("key {number}") })).await.expect(201);
    }
    let (mut seen, mut parts) = (BTreeSet::new(), 0);
    let mut next = Some(format!("{path}?limit=3"));
    while let Some(part) = next {
        let reply = world.get("owner", &part).await.expect(200);
        for item in reply.json["items"].as_array().unwrap() {
            assert!(seen.insert(item["id"].to_string()), "{item} twice");
        }
        parts += 1;
        let link = reply.header("link").to_owned();
        assert_eq!(reply.json.get("next").is_some(), !link.is_empty());
        next = link
            .strip_suffix(">; rel=\"next\"")
            .map(|link| link.strip_prefix("</api/v1").unwrap().to_owned());
        assert!(next.as_ref().is_none_or(|next| next.contains("limit=3")), "{next:?}");
    }
    assert_eq!((seen.len(), parts), (7, 3));
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let world = World::new().await;
    let path = world.at("/applications/{application}/credentials");
    world.post("owner", &path, json!({ "name": "second" })).await.expect(201);
    let next = world.get("owner", &format!("{path}?limit=1")).await.expect(200).text_at("/next");
    let reply = world.get("owner", &format!("/teams?cursor={next}")).await;
    // either it is told apart, or it is a place in the other list; never a failure of ours
    assert!([200, 422].contains(&reply.status), "{}", reply.text);
    for cursor in ["x", "%F0%9F%92%A9", "AAAA", "e30", "W10", "WzFd", "bnVsbA"] {
        let reply = world.get("owner", &format!("/teams?cursor={cursor}")).await;
        assert_eq!((reply.status, reply.fields()), (422, vec!["cursor"]), "{cursor}: {}", reply.text);
    }
}

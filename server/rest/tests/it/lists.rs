//! Lists: parts of a size, and a way to the next.

use crate::support::World;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_links_of_a_list_lead_through_all_of_it_once() {
    let world = World::new().await;
    for (template, named) in [
        ("/applications/{application}/credentials", "key "),
        ("/apis/{api}/plans", "Plan "),
        ("/apis/{api}/versions", "v"),
    ] {
        let path = world.at(template);
        for number in 2..=7 {
            world.post("owner", &path, json!({ "name": format!("{named}{number}") })).await.expect(201);
        }
        // one was there before
        assert_eq!(walk(&world, &path).await, (7, 3), "{path}");
    }
}

#[tokio::test]
async fn every_list_is_read_in_parts() {
    let world = World::new().await;
    let mut lists = 0;
    for (template, item) in world.described.0["paths"].as_object().unwrap() {
        let answered = item.pointer("/get/responses/200/content/application~1json/schema/properties/items");
        if answered.is_none() {
            continue;
        }
        let path = world.at(template);
        let part = world.get("administrator", &format!("{path}?limit=1")).await.expect(200);
        assert!(part.json["items"].as_array().unwrap().len() <= 1, "{path}: {}", part.text);
        let wrong = world.get("administrator", &format!("{path}?cursor=x")).await.expect(422);
        assert_eq!(wrong.fields(), ["cursor"], "{path}");
        lists += 1;
    }
    assert!(lists > 12, "{lists}");
}

/// Follows the links of a list, three items a part; answers how many items and parts there are.
async fn walk(world: &World, path: &str) -> (usize, usize) {
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
    (seen.len(), parts)
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

//! `Idempotency-Key`: done once, answered as often as it is sent.

use crate::support::{House, Reply, account_of};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use std::time::Duration;
use store::both;

fn keyed(house: &House, who: &str, path: &str, key: &str, body: &Value) -> Request<Body> {
    let mut request = house.request(who, "POST", path, Some(body.clone()));
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

async fn post(house: &House, who: &str, path: &str, key: &str, body: &Value) -> Reply {
    house.send(keyed(house, who, path, key, body)).await
}

async fn names(house: &House, who: &str, list: &str) -> Vec<String> {
    let list = house.get(who, list).await.expect(200);
    let items = list.json["items"].as_array().unwrap().iter();
    items.map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

both!(a_request_that_is_sent_again_is_done_once, |store| {
    let house = House::on(store).await;
    let body = json!({ "name": "Pets" });
    let first = post(&house, "owner", "/teams", "one", &body).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    for key in ["one", "\"one\""] {
        let again = post(&house, "owner", "/teams", key, &body).await.expect(201);
        assert_eq!((&again.text, again.header("location")), (&first.text, first.header("location")));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("content-type"), "application/json");
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    }
    assert_eq!(names(&house, "owner", "/teams").await, ["Pets"]);
    // another key, another account: another request
    post(&house, "owner", "/teams", "two", &body).await.expect(201);
    let other = post(&house, "foreign", "/teams", "one", &body).await.expect(201);
    assert_ne!(other.text_at("/id"), first.text_at("/id"));
    assert_eq!(names(&house, "owner", "/teams").await, ["Pets", "Pets"]);
});

both!(a_key_is_for_one_request, |store| {
    let house = House::on(store).await;
    let team = post(&house, "owner", "/teams", "one", &json!({ "name": "Pets" })).await.expect(201);
    let other = post(&house, "owner", "/teams", "one", &json!({ "name": "Cats" })).await.expect(422);
    assert_eq!(other.fields(), ["Idempotency-Key"]);
    // the same key for something else altogether
    let path = format!("/teams/{}/applications", team.text_at("/id"));
    post(&house, "owner", &path, "one", &json!({ "name": "Shop" })).await.expect(201);
    let second = house.post("owner", "/teams", json!({ "name": "Second" })).await.expect(201);
    let path = format!("/teams/{}/applications", second.text_at("/id"));
    post(&house, "owner", &path, "one", &json!({ "name": "Shop" })).await.expect(422);
});

both!(a_secret_is_answered_again_and_not_kept_in_the_open, |store| {
    let house = House::on(store).await;
    let team = house.post("owner", "/teams", json!({ "name": "Pets" })).await.expect(201).text_at("/id");
    let path = format!("/teams/{team}/applications");
    let shop = house.post("owner", &path, json!({ "name": "Shop" })).await.expect(201).text_at("/id");
    let path = format!("/applications/{shop}/credentials");
    let body = json!({ "name": "first" });
    let first = post(&house, "owner", &path, "one", &body).await.expect(201);
    assert!(first.text_at("/key").starts_with("ghk_"));
    let again = post(&house, "owner", &path, "one", &body).await.expect(201);
    assert_eq!(again.text, first.text);
    assert_eq!(names(&house, "owner", &path).await, ["first"]);
    assert_eq!(store.raw("UPDATE idempotency_keys SET answer = answer WHERE answer IS NOT NULL").await, 1);
    let open =
        "UPDATE idempotency_keys SET answer = answer WHERE answer LIKE '%ghk_%' OR answer LIKE '%name%'";
    assert_eq!(store.raw(open).await, 0);
});

both!(of_requests_at_the_same_time_one_is_done, |store| {
    let house = House::on(store).await;
    let body = json!({ "name": "Pets" });
    let send =
        || tower::ServiceExt::oneshot(house.router.clone(), keyed(&house, "owner", "/teams", "one", &body));
    let (one, two, three) = tokio::join!(send(), send(), send());
    let mut made = Vec::new();
    for response in [one, two, three] {
        let reply = Reply::of(response.unwrap()).await;
        match reply.status {
            201 => made.push(reply.text_at("/id")),
            409 => assert_eq!(reply.header("retry-after"), "1", "{}", reply.text),
            other => panic!("{other}: {}", reply.text),
        }
    }
    made.dedup();
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(names(&house, "owner", "/teams").await, ["Pets"]);
});

both!(a_refused_request_leaves_its_key_free, |store| {
    let house = House::on(store).await;
    post(&house, "owner", "/teams", "one", &json!({ "name": "" })).await.expect(422);
    let wrong = post(&house, "owner", "/teams", "one", &json!({ "nmae": "Pets" })).await.expect(422);
    assert_eq!(wrong.fields(), ["nmae"]);
    post(&house, "owner", "/teams", "one", &json!({ "name": "Pets" })).await.expect(201);
});

#[tokio::test]
async fn a_change_goes_on_when_its_caller_leaves() {
    let store = store::testing::sqlite().await;
    let house = House::on(&store).await;
    let body = json!({ "name": "Pets" });
    let request = keyed(&house, "owner", "/teams", "one", &body);
    let sent = tower::ServiceExt::oneshot(house.router.clone(), request);
    // until the key is taken: by then the change has begun
    let begun = async { while store.raw("UPDATE idempotency_keys SET answer = answer").await == 0 {} };
    tokio::select! {
        answered = sent => panic!("it was answered before it could be left: {answered:?}"),
        () = begun => {}
    }
    let done = async {
        loop {
            // past the house, which would find traces of what goes on meanwhile
            let request = keyed(&house, "owner", "/teams", "one", &body);
            let again = tower::ServiceExt::oneshot(house.router.clone(), request).await.unwrap();
            match Reply::of(again).await {
                again if again.status == 409 => tokio::task::yield_now().await,
                again => return again.expect(201),
            }
        }
    };
    let again = tokio::time::timeout(Duration::from_secs(30), done).await.expect("it goes on to its end");
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(names(&house, "owner", "/teams").await, ["Pets"]);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let house = House::new().await;
    let body = json!({ "name": "Pets" });
    for key in ["", "\"\"", &"x".repeat(256)] {
        let refused = post(&house, "owner", "/teams", key, &body).await.expect(422);
        assert_eq!(refused.fields(), ["Idempotency-Key"]);
    }
    let mut twice = keyed(&house, "owner", "/teams", "one", &body);
    twice.headers_mut().append("idempotency-key", "two".parse().unwrap());
    house.send(twice).await.expect(422);
    post(&house, "owner", "/teams", &"x".repeat(255), &body).await.expect(201);
    // nobody's key
    post(&house, "anonymous", "/teams", "one", &body).await.expect(401);
}

#[tokio::test]
async fn an_action_with_a_condition_is_answered_again_although_the_object_has_changed() {
    let world = crate::support::World::new().await;
    let path = world.at("/apis/{api}/versions/{version}");
    let tag = world.get("owner", &path).await.expect(200).header("etag").to_owned();
    let publish = format!("{path}/publish");
    for expected in ["", "true"] {
        let mut request = keyed(&world, "owner", &publish, "one", &json!({}));
        request.headers_mut().insert("if-match", tag.parse().unwrap());
        let reply = world.send(request).await.expect(200);
        assert_eq!((reply.header("idempotency-replayed"), &reply.json["revision"]), (expected, &json!(2)));
    }
    let actor = control::accounts::actor(&world.control, &account_of("owner"), "").await.unwrap();
    assert!(actor.is_some());
}

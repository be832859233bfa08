//! Conditions: what the caller has is not sent again, and what it has not seen is not changed.

use crate::support::{Reply, World};
use axum::body::Body;
use http::Request;
use http::header::AUTHORIZATION;

async fn with(world: &World, method: &str, path: &str, (name, value): (&str, &str), body: &str) -> Reply {
    let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    let request =
        request.header(AUTHORIZATION, format!("Bearer {}", world.token("owner"))).header(name, value);
    let request = request.header("content-type", "application/json").body(Body::from(body.to_owned()));
    world.send(request.unwrap()).await
}

#[tokio::test]
async fn an_object_that_the_caller_has_is_not_sent_again() {
    let world = World::new().await;
    for template in
        ["/teams/{team}", "/apis/{api}", "/apis/{api}/plans/{plan}", "/subscriptions/{subscription}"]
    {
        let path = world.at(template);
        let tag = world.get("owner", &path).await.expect(200).header("etag").to_owned();
        assert!(tag.len() > 10 && tag.starts_with('"'), "{path}: {tag}");
        let again =
            with(&world, "GET", &path, ("if-none-match", &format!("\"x\", W/{tag}")), "").await.expect(304);
        assert_eq!((again.header("etag"), again.text.as_str()), (tag.as_str(), ""));
        with(&world, "GET", &path, ("if-none-match", "\"x\""), "").await.expect(200);
    }
}

#[tokio::test]
async fn a_change_of_what_was_not_seen_is_refused() {
    let world = World::new().await;
    let path = world.at("/apis/{api}/plans/{plan}");
    let tag = world.get("owner", &path).await.expect(200).header("etag").to_owned();
    with(&world, "PATCH", &path, ("if-match", &tag), r#"{"terms":"one"}"#).await.expect(200);
    let late = with(&world, "PATCH", &path, ("if-match", &tag), r#"{"terms":"two"}"#).await.expect(412);
    assert_eq!(late.json["title"], "It has changed since you read it");
    assert_eq!(world.get("owner", &path).await.expect(200).json["terms"], "one");
    with(&world, "DELETE", &path, ("if-match", &tag), "").await.expect(412);
    with(&world, "PATCH", &path, ("if-match", "*"), r#"{"terms":"three"}"#).await.expect(200);
    // a key has no address to read, so no tag can be right
    with(&world, "DELETE", &world.at("/credentials/{credential}"), ("if-match", "*"), "").await.expect(412);
}

#[tokio::test]
async fn an_action_on_what_was_not_seen_is_refused() {
    let world = World::new().await;
    for (object, action, body) in [
        ("/apis/{api}/versions/{version}", "publish", "{}"),
        ("/apis/{api}/versions/{version}", "rollback", r#"{"revision":1}"#),
        ("/requests/{request}", "approve", "{}"),
        ("/subscriptions/{subscription}", "pause", "{}"),
    ] {
        let path = world.at(object);
        let action = format!("{path}/{action}");
        let tag = world.get("owner", &path).await.expect(200).header("etag").to_owned();
        let before = world.audited().await;
        with(&world, "POST", &action, ("if-match", "\"another\""), body).await.expect(412);
        assert_eq!(world.audited().await, before, "{action}");
        with(&world, "POST", &action, ("if-match", &tag), body).await.expect(200);
        // what it has done is a change
        with(&world, "POST", &action, ("if-match", &tag), body).await.expect(412);
    }
    // there is no object yet whose tag could be right
    let applications = world.at("/teams/{team}/applications");
    with(&world, "POST", &applications, ("if-match", "*"), r#"{"name":"New"}"#).await.expect(412);
}

#[tokio::test]
async fn of_two_changes_of_what_was_seen_one_is_refused() {
    let world = World::new().await;
    let path = world.at("/apis/{api}/plans/{plan}");
    let tag = world.get("owner", &path).await.expect(200).header("etag").to_owned();
    let change = |terms: &str| {
        let body = serde_json::json!({ "terms": terms });
        let mut request = world.request("owner", "PATCH", &path, Some(body));
        request.headers_mut().insert("if-match", tag.parse().unwrap());
        tower::ServiceExt::oneshot(world.router.clone(), request)
    };
    let (one, two, three) = tokio::join!(change("one"), change("two"), change("three"));
    let mut statuses = [one, two, three].map(|response| response.unwrap().status().as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412]);
}

#[tokio::test]
async fn a_condition_tells_nothing_of_what_is_not_the_callers() {
    let world = World::new().await;
    let request = world.request("foreign", "DELETE", &world.at("/teams/{team}"), None);
    let (mut parts, body) = request.into_parts();
    parts.headers.insert("if-match", "\"x\"".parse().unwrap());
    world.send(Request::from_parts(parts, body)).await.expect(404);
    let request =
        Request::delete(format!("/api/v1{}", world.at("/teams/{team}"))).header("if-match", "\"x\"");
    world.send(request.body(Body::empty()).unwrap()).await.expect(401);
}

//! Wrong, missing, too long, of the wrong type, not JSON: for all endpoints, from the description.

use crate::support::{Reply, World};
use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

/// An endpoint with a body: method, path, and the schema's properties.
fn with_body(world: &World) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (template, item) in world.described.0["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
                let schema =
                    schema["$ref"].as_str().and_then(|to| world.described.resolve(to)).unwrap_or(schema);
                found.push((method.to_uppercase(), world.at(template), schema["properties"].clone()));
            }
        }
    }
    assert!(found.len() >= 30, "{}", found.len());
    found
}

async fn raw(world: &World, method: &str, path: &str, kind: Option<&str>, body: impl Into<Body>) -> Reply {
    let token = format!("Bearer {}", world.token("administrator"));
    let mut request =
        Request::builder().method(method).uri(format!("/api/v1{path}")).header(AUTHORIZATION, token);
    if let Some(kind) = kind {
        request = request.header(CONTENT_TYPE, kind);
    }
    world.send(request.body(body.into()).unwrap()).await
}

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn what_is_not_json_is_malformed() {
    let world = World::new().await;
    let deep = format!("{{\"name\":{}{}}}", "[".repeat(70), "]".repeat(70));
    let bottomless = "[".repeat(200_000);
    for (method, path, _) in with_body(&world) {
        for body in
            ["{", "nonsense", "{\"name\":\"a\",\"name\":\"b\"}", "{} {}", "\u{feff}{}", &deep, &bottomless]
        {
            let reply = raw(&world, &method, &path, JSON, body.to_owned()).await;
            assert_eq!(reply.status, 400, "{method} {path} {}: {}", &body[..body.len().min(40)], reply.text);
        }
        let reply = raw(&world, &method, &path, JSON, b"{\"name\":\"\xff\"}".to_vec()).await;
        assert_eq!(reply.status, 400, "{}", reply.text);
    }
}

#[tokio::test]
async fn a_wrong_type_is_named_at_its_field() {
    let world = World::new().await;
    let mut fields = 0;
    for (method, path, properties) in with_body(&world) {
        for (name, schema) in properties.as_object().unwrap() {
            let numeric = schema["type"].to_string().contains("integer");
            let wrong = if numeric { json!("seven") } else { json!(7) };
            let reply = raw(&world, &method, &path, JSON, json!({ name: wrong }).to_string()).await;
            assert_eq!(reply.status, 422, "{method} {path} {name}: {}", reply.text);
            assert!(reply.fields().contains(&name.as_str()), "{method} {path} {name}: {}", reply.text);
            assert!(!reply.text.contains("u32") && !reply.text.contains("struct"), "{}", reply.text);
            fields += 1;
        }
        for body in [json!([]), json!("x"), json!(null), json!(5)] {
            let reply = raw(&world, &method, &path, JSON, body.to_string()).await;
            assert_eq!(reply.status, 422, "{method} {path} {body}: {}", reply.text);
        }
    }
    assert!(fields > 60, "{fields}");
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let world = World::new().await;
    for (method, path, _) in with_body(&world) {
        let reply = raw(&world, &method, &path, JSON, json!({ "nmae": "x" }).to_string()).await;
        assert_eq!(reply.status, 422, "{method} {path}: {}", reply.text);
        assert_eq!(reply.fields(), ["nmae"], "{method} {path}: {}", reply.text);
    }
}

#[tokio::test]
async fn other_types_of_content_are_not_read() {
    let world = World::new().await;
    for (method, path, _) in with_body(&world) {
        for kind in
            [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp")]
        {
            let reply = raw(&world, &method, &path, kind, "{}").await;
            assert_eq!(reply.status, 415, "{method} {path} {kind:?}: {}", reply.text);
        }
    }
    let good = Some("Application/JSON; charset=utf-8");
    raw(&world, "POST", "/teams", good, r#"{"name":"Another"}"#).await.expect(201);
    let patch = Some("application/merge-patch+json");
    raw(&world, "PATCH", "/accounts/me", patch, r#"{"name":"Another"}"#).await.expect(415);
    raw(&world, "PATCH", &world.at("/teams/{team}"), patch, r#"{"description":"x"}"#).await.expect(200);
}

#[tokio::test]
async fn bodies_are_of_a_bounded_size() {
    let world = World::new().await;
    let of = |bytes: usize| format!("{{\"name\":\"{}\"}}", "x".repeat(bytes));
    let (small, large) = (of(300_000), of(32_000_000));
    for (method, path, properties) in with_body(&world) {
        let has = |field: &str| properties.get(field).is_some();
        let roomy = ["openapi", "file", "variables"].into_iter().any(has);
        let body = if roomy { &large } else { &small };
        let reply = raw(&world, &method, &path, JSON, body.clone()).await;
        assert_eq!(reply.status, 413, "{method} {path}: {}", reply.text);
    }
    // without a declared length it is found while reading
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>("x".repeat(100_000)));
    let stream = Body::from_stream(futures_util::stream::iter(chunks));
    raw(&world, "POST", "/teams", JSON, stream).await.expect(413);
    // where a document may be inside, its size is not what is wrong
    raw(&world, "POST", &world.at("/teams/{team}/apis"), JSON, small).await.expect(422);
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_and_a_wrong_one_named() {
    let world = World::new().await;
    for (template, item) in world.described.0["paths"].as_object().unwrap() {
        if item.get("get").is_some() {
            let path = world.at(template);
            let reply = world.get("administrator", &format!("{path}?nmae=x")).await;
            assert_eq!((reply.status, reply.fields()), (422, vec!["nmae"]), "{path}: {}", reply.text);
        }
    }
    for (path, field) in [
        ("/teams?limit=0", "limit"),
        ("/teams?limit=501", "limit"),
        ("/teams?limit=x", "limit"),
        ("/teams?limit=1&limit=2", "limit"),
        ("/teams?cursor=%00%ff", "cursor"),
        ("/requests?state=open", "state"),
        ("/calls?status=200x", "status"),
        ("/calls?api=team_x", "api"),
        ("/calls?since=yesterday", "since"),
        ("/calls?slower_than_ms=-1", "slower_than_ms"),
        ("/usage?group_by=api,colour", "group_by"),
        ("/usage?measure=calls,money", "measure"),
        ("/usage?measure=apples", "measure"),
        ("/usage?step=fortnight", "step"),
        ("/usage?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "since"),
        ("/usage?since=2020-01-01T00:00:00Z&step=minute", "step"),
        ("/audit?account=me", "account"),
        ("/accounts?role=king", "role"),
        ("/subscriptions?side=left", "side"),
    ] {
        let reply = world.get("administrator", path).await;
        assert_eq!((reply.status, reply.fields()), (422, vec![field]), "{path}: {}", reply.text);
    }
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_there() {
    let world = World::new().await;
    for (template, item) in world.described.0["paths"].as_object().unwrap() {
        let variables = template.split('/').filter(|part| part.starts_with('{'));
        for variable in variables {
            for wrong in ["x", "%00", "%ff", "..%2f..", "team_00000000000000000000000000", &"9".repeat(300)] {
                let path = world.at(&template.replace(variable, wrong));
                for method in item.as_object().unwrap().keys() {
                    let body = matches!(method.as_str(), "post" | "patch").then(|| json!({}));
                    let request = world.request("administrator", &method.to_uppercase(), &path, body);
                    let reply = world.send(request).await;
                    // some want to know first what is to be done, and who reads every team has an empty list of none
                    let empty = reply.json == json!({ "items": [] });
                    let fine = reply.status == 404 || empty || (reply.status == 422 && method != "get");
                    assert!(fine, "{method} {path}: {}", reply.text);
                }
            }
        }
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_told_as_problems() {
    let world = World::new().await;
    for path in ["", "/", "/nothing", "/teams/", "/teams/x/y/z", "/TEAMS", "/openapi.json/"] {
        for method in ["GET", "POST", "DELETE"] {
            let reply = world.send(world.request("owner", method, path, None)).await;
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text);
        }
    }
    for (template, item) in world.described.0["paths"].as_object().unwrap() {
        let path = world.at(template);
        let known = |method: &&str| item.get(method.to_lowercase()).is_some();
        for method in ["PUT", "OPTIONS", "TRACE", "BREW"].into_iter().filter(|method| !known(method)) {
            let reply = world.send(world.request("owner", method, &path, None)).await;
            assert_eq!(reply.status, 405, "{method} {path}: {}", reply.text);
            for known in item.as_object().unwrap().keys() {
                assert!(reply.header("allow").contains(&known.to_uppercase()), "{path}: {:?}", reply.headers);
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_below_the_base_is_left_to_the_portal() {
    let world = World::new().await;
    let portal = axum::Router::new().fallback(|| async { "a page" });
    let site = world.router.clone().fallback_service(portal);
    for (path, answered) in [
        ("/teams", "a page"),
        ("/api", "a page"),
        ("/api/v1", "no such address"),
        ("/api/v1/x", "no such address"),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = tower::ServiceExt::oneshot(site.clone(), request).await.unwrap();
        let bytes = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.contains(answered), "{path}: {text}");
    }
}

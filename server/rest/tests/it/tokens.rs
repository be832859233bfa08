//! `/tokens`

use crate::support::{House, World, account_of};
use axum::body::Body;
use domain::tokens::{CreateToken, TokenScope};
use http::Request;
use http::header::AUTHORIZATION;
use serde_json::json;

#[tokio::test]
async fn create_by_a_token_is_refused_with_the_reason() {
    let house = House::new().await;
    let refused = house.post("owner", "/tokens", json!({ "name": "more" })).await.expect(403);
    assert!(refused.text_at("/detail").contains("a token cannot make further tokens"));
}

#[tokio::test]
async fn delete_of_ones_own_token_ends_it_at_once() {
    let house = House::new().await;
    let list = house.get("owner", "/tokens").await.expect(200);
    assert!(!list.text.contains(house.token("owner")), "a secret is shown once");
    let path = format!("/tokens/{}", list.text_at("/items/0/id"));
    house.delete("foreign", &path).await.expect(404);
    house.delete("owner", &path).await.expect(204);
    house.get("owner", "/tokens").await.expect(401);
}

#[tokio::test]
async fn a_token_that_reads_changes_nothing() {
    let world = World::new().await;
    let input = CreateToken { name: "report".to_owned(), scope: TokenScope::Read, ..CreateToken::default() };
    let token = control::tokens::create_for(&world.control, &account_of("owner"), input).await.unwrap();
    let mut changes = 0;
    for info in rest::endpoints() {
        let path = world.at(&info.path);
        let request = Request::builder().method(info.method).uri(&path);
        let request = request.header(AUTHORIZATION, format!("Bearer {}", token.secret));
        let reply = world.send(request.body(Body::empty()).unwrap()).await;
        if info.method == "GET" {
            let as_owner = world.get("owner", path.strip_prefix("/api/v1").unwrap()).await;
            assert_eq!(reply.status, as_owner.status, "{path}: {}", reply.text);
        } else {
            assert_eq!(reply.status, 403, "{} {path}: {}", info.method, reply.text);
            assert!(
                reply.text_at("/detail").contains("this needs one with the scope `all`"),
                "{}",
                reply.text
            );
            let challenge = reply.header("www-authenticate");
            assert!(challenge.contains("insufficient_scope") && challenge.contains(r#"scope="all""#));
            let security = &world.described.operation(info.method, path.strip_prefix("/api/v1").unwrap());
            assert_eq!(security.unwrap()["security"], json!([{ "token": ["all"] }]), "{path}");
            changes += 1;
        }
    }
    assert!(changes > 40, "{changes}");
    let list = world.get("owner", "/tokens").await.expect(200);
    let scopes: Vec<_> = list.json["items"].as_array().unwrap().iter().map(|token| &token["scope"]).collect();
    assert!(scopes.contains(&&json!("read")) && scopes.contains(&&json!("all")), "{scopes:?}");
}

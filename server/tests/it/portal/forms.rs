//! Forms without script: what was typed is kept, what was wrong stands at its field, secrets are shown once.

use super::support::Portal;
use app::access::Access;
use domain::roles::PlatformRole;
use domain::tokens::TokenScope;
use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};

#[test]
fn every_server_function_has_a_line_in_the_table() {
    server::portal::check().unwrap();
}

#[tokio::test]
async fn every_server_function_refuses_those_who_are_not_signed_in() {
    let portal = Portal::new().await;
    let site = HeaderName::from_static("sec-fetch-site");
    let headers = [
        (ACCEPT, "application/json"),
        (CONTENT_TYPE, "application/x-www-form-urlencoded"),
        (site, "same-origin"),
    ];
    for endpoint in app::api::TABLE.iter().filter(|endpoint| endpoint.access != Access::Anonymous) {
        let answer = portal.browser().send(http::Method::POST, endpoint.path, &headers, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", endpoint.path);
        let form = portal.browser().post("/teams", endpoint.path, &[("name", "x")]).await;
        assert_eq!(
            (form.status, form.location()),
            (StatusCode::SEE_OTHER, "/sign-in?next=%2Fteams"),
            "{}",
            endpoint.path
        );
    }
}

#[tokio::test]
async fn what_was_typed_is_kept_once_and_shown_harmless() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let fields = [("name", ""), ("description", "<script>alert(1)</script> & \"more\"")];
    let page = browser.submit("/teams/new", "/api/teams/create", &fields).await;
    page.shows("This is required.").shows("Some fields need another look");
    page.shows("&lt;script&gt;alert(1)&lt;/script&gt;").lacks("<script>alert(1)");
    browser.get("/teams/new").await.lacks("alert(1)").lacks("This is required");
}

#[tokio::test]
async fn a_flash_waits_for_its_own_page() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let answer = browser.post("/teams/new", "/api/teams/create", &[("name", &"x".repeat(81))]).await;
    assert_eq!(answer.location(), "/teams/new");
    browser.get("/profile").await.lacks("got 81");
    browser.get("/teams/new").await.shows("Expected 1 to 80 characters, got 81.");
}

#[tokio::test]
async fn passwords_do_not_come_back() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let fields = [("current", "not-the-right-one"), ("password", "short-x")];
    let page = browser.submit("/profile", "/api/profile/password", &fields).await;
    page.shows("Expected 8 to 128 characters, got 7.").lacks("not-the-right-one").lacks("short-x");
}

#[tokio::test]
async fn a_new_token_is_shown_once() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let fields = [("name", "pipeline"), ("days", "30")];
    let page = browser.submit("/profile/tokens", "/api/tokens/create", &fields).await;
    page.shows("Token pipeline").shows("it is not shown again");
    let secret = page.body.split("<code>ght_").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let again = browser.get("/profile/tokens").await;
    again.shows("pipeline").lacks(&secret).lacks("not shown again");
    let presented =
        control::tokens::authenticate(&portal.control, &format!("ght_{secret}"), "").await.unwrap();
    let presented = presented.unwrap();
    assert_eq!((presented.actor.name.as_str(), presented.scope), ("ada", TokenScope::All));
}

#[tokio::test]
async fn a_token_is_made_with_the_scope_that_was_chosen() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    browser.get("/profile/tokens").await.shows("reads what you may read, changes nothing");
    let fields = [("name", "report"), ("scope", "read"), ("days", "30")];
    let page = browser.submit("/profile/tokens", "/api/tokens/create", &fields).await;
    page.shows("Token report").shows(">read</span>");
    let secret = page.body.split("<code>ght_").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let presented =
        control::tokens::authenticate(&portal.control, &format!("ght_{secret}"), "").await.unwrap();
    assert_eq!(presented.unwrap().scope, TokenScope::Read);
    let fields = [("name", "wrong"), ("scope", "everything"), ("days", "30")];
    let page = browser.submit("/profile/tokens", "/api/tokens/create", &fields).await;
    page.shows("Expected one of read, all").lacks("Token wrong");
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_leads_back_to_its_page() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    portal.pass(31 * 60);
    let answer = browser.post("/teams/new", "/api/teams/create", &[("name", "Core")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fteams%2Fnew"));
    browser.get("/sign-in?next=%2Fteams%2Fnew").await.shows("Your session has ended");
}

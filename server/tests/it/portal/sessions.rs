//! Signing in, staying signed in, and the ends of that.

use super::support::{PASSWORD, Portal};
use control::accounts;
use domain::accounts::{AccountStatus, UpdateAccount};
use domain::paging::PageOf;
use domain::roles::PlatformRole;
use http::StatusCode;

#[tokio::test]
async fn a_wrong_password_is_told_at_its_field_and_the_address_is_kept() {
    let portal = Portal::new().await;
    portal.account("ada", PlatformRole::Member).await;
    let mut browser = portal.browser();
    let fields = [("email", "ada@example.com"), ("password", "wrong-password-7"), ("next", "/teams")];
    let page = browser.submit("/sign-in?next=%2Fteams", "/api/sessions/create", &fields).await;
    page.shows("E-mail address or password is wrong.").shows(r#"value="ada@example.com""#);
    page.shows(r#"name="next" value="/teams""#).lacks("wrong-password-7");
    browser.get("/sign-in").await.lacks("ada@example.com").lacks("is wrong");
    assert_eq!(browser.get("/profile").await.location(), "/sign-in?next=%2Fprofile");
}

#[tokio::test]
async fn signing_in_leads_to_where_one_wanted_to_go_and_nowhere_else() {
    let portal = Portal::new().await;
    portal.account("ada", PlatformRole::Member).await;
    for (next, expected) in [
        ("/teams?q=core", "/teams?q=core"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
    ] {
        let mut browser = portal.browser();
        let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", next)];
        let answer = browser.post("/sign-in", "/api/sessions/create", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, expected), "{next}");
        browser.get("/profile").await.shows("ada@example.com");
    }
}

#[tokio::test]
async fn the_cookie_is_for_the_browser_alone() {
    let portal = Portal::new().await;
    portal.account("ada", PlatformRole::Member).await;
    let answer = portal.browser().sign_in("ada", PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("gatehouse="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let portal = Portal::at("https://portal.example.com").await;
    portal.account("ada", PlatformRole::Member).await;
    let answer = portal.browser().sign_in("ada", PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-gatehouse=") && cookie.contains("; Secure"), "{cookie}");
}

#[tokio::test]
async fn signing_in_changes_the_session_s_id() {
    let portal = Portal::new().await;
    portal.account("ada", PlatformRole::Member).await;
    let mut browser = portal.browser();
    browser.sign_in("ada", "not the password").await;
    let mut thief = browser.clone();
    browser.sign_in("ada", PASSWORD).await;
    assert_ne!(thief.cookies, browser.cookies);
    assert_eq!(thief.get("/profile").await.status, StatusCode::FOUND);
    assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_the_session_for_whoever_holds_its_cookie() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let mut copy = browser.clone();
    let page = browser.submit("/", "/api/sessions/delete", &[]).await;
    page.shows("You are signed out.");
    assert_eq!(copy.get("/profile").await.status, StatusCode::FOUND);
    assert_eq!(browser.get("/profile").await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_disabled_account_is_signed_out_at_once() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    let mut grace = portal.signed_in("grace", PlatformRole::Member).await;
    let id = ada.get("/accounts?q=grace").await.body.split("/accounts/acc_").nth(1).unwrap()[..26].to_owned();
    let page = format!("/accounts/acc_{id}");
    let fields = [("account", format!("acc_{id}")), ("status", "disabled".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    ada.submit(&page, "/api/accounts/update", &fields).await.shows("Grace is a member and disabled now.");
    assert_eq!(grace.get("/profile").await.status, StatusCode::FOUND);
    grace.sign_in("grace", PASSWORD).await;
    grace.get("/sign-in").await.shows("Your account is disabled");
}

#[tokio::test]
async fn a_session_ends_when_idle_and_after_half_a_day_in_use() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    portal.pass(29 * 60);
    assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
    portal.pass(29 * 60);
    assert_eq!(browser.get("/profile").await.status, StatusCode::OK, "use keeps it alive");
    portal.pass(31 * 60);
    assert_eq!(browser.get("/profile").await.status, StatusCode::FOUND, "idle");
    browser.sign_in("ada", PASSWORD).await;
    for _ in 0..35 {
        portal.pass(20 * 60);
        assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
    }
    portal.pass(21 * 60);
    assert_eq!(browser.get("/profile").await.status, StatusCode::FOUND, "twelve hours");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_not_this_one() {
    let portal = Portal::new().await;
    let mut here = portal.signed_in("ada", PlatformRole::Member).await;
    let mut there = portal.browser();
    there.sign_in("ada", PASSWORD).await;
    let before = here.cookies.clone();
    let fields = [("current", PASSWORD), ("password", "another good password")];
    here.submit("/profile", "/api/profile/password", &fields).await.shows("Your password is changed");
    assert_ne!(here.cookies, before);
    assert_eq!(here.get("/profile").await.status, StatusCode::OK);
    assert_eq!(there.get("/profile").await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn what_is_in_a_session_cannot_be_read_in_the_database() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    browser.post("/profile/tokens", "/api/tokens/create", &[("name", "pipeline"), ("days", "7")]).await;
    let id = &browser.cookies["gatehouse"];
    let mut conn = portal.store.read().await.unwrap();
    let account =
        store::accounts::get_by_email(&mut conn, &"ada@example.com".parse().unwrap()).await.unwrap().unwrap();
    let key: String = {
        use sha2::{Digest, Sha256};
        Sha256::digest(id).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let row = store::sessions::get(&mut conn, &key, portal.control.now()).await.unwrap().unwrap();
    assert_eq!(row.account.as_ref(), Some(&account.id));
    for secret in [id.as_str(), "ght_", "pipeline", account.id.as_str()] {
        assert!(!row.content.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_session_that_was_ended_does_not_come_back() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Administrator).await;
    let ben = portal.account("ben", PlatformRole::Administrator).await;
    let actor = accounts::actor(&portal.control, &ben.id, "").await.unwrap().unwrap();
    let (everybody, first_page) = (accounts::AccountFilter::default(), PageOf::default());
    let ada = accounts::list(&portal.control, &actor, &everybody, &first_page)
        .await
        .unwrap()
        .items
        .into_iter()
        .find(|account| account.name == "ada")
        .unwrap();
    let disabled = UpdateAccount { status: Some(AccountStatus::Disabled), role: None };
    accounts::update(&portal.control, &actor, &ada.id, disabled).await.unwrap();
    let enabled = UpdateAccount { status: Some(AccountStatus::Active), role: None };
    accounts::update(&portal.control, &actor, &ada.id, enabled).await.unwrap();
    assert_eq!(browser.get("/profile").await.status, StatusCode::FOUND);
}

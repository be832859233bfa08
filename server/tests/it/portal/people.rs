//! The ways in, and what administrators do with accounts.

use super::support::{PASSWORD, Portal};
use control::accounts;
use domain::roles::PlatformRole;
use http::StatusCode;

#[tokio::test]
async fn the_set_up_link_makes_the_first_administrator_and_works_once() {
    let portal = Portal::new().await;
    portal.browser().get("/sign-in").await.shows("This installation is new");
    let link = accounts::setup_link(&portal.control).await.unwrap().unwrap();
    let path = link.strip_prefix("http://127.0.0.1:3000").unwrap();
    let secret = path.strip_prefix("/setup/").unwrap();
    let mut browser = portal.browser();
    browser.get(path).await.shows("Create the administrator");
    let wrong = [("link", secret), ("name", "Ada"), ("email", "ada"), ("password", "123")];
    let page = browser.submit(path, "/api/setup", &wrong).await;
    page.shows(r#"value="Ada""#).shows("Expected an e-mail address").shows("got 3.");
    let right = [("link", secret), ("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    let home = browser.submit(path, "/api/setup", &right).await;
    home.shows("Hello, Ada").shows("this installation is yours").shows("Administration");
    let again = portal.browser().get(path).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    again.shows("This link does not work");
    let again = portal.browser().submit("/sign-in", "/api/setup", &right).await;
    again.shows("There is no such thing here");
}

#[tokio::test]
async fn an_invited_person_comes_in_with_the_role_and_the_link_works_once() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    let fields = [("email", "grace@example.com"), ("role", "auditor")];
    let page = ada.submit("/invitations", "/api/invitations/create", &fields).await;
    let secret =
        page.body.split("/invitations/").find(|part| part.split('<').next().unwrap().len() == 64).unwrap();
    let secret = secret.split('<').next().unwrap();
    let path = format!("/invitations/{secret}");
    ada.get("/invitations").await.shows("grace@example.com").lacks(secret);
    let mut grace = portal.browser();
    grace.get(&path).await.shows("grace@example.com").shows("auditor");
    let fields = [("link", secret), ("name", "Grace"), ("password", PASSWORD)];
    grace.submit(&path, "/api/invitations/accept", &fields).await.shows("Hello, Grace");
    grace.get("/audit").await.shows("invitations.accept");
    let gone = portal.browser().get(&path).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_sign_up_where_the_settings_allow_it() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    assert_eq!(portal.browser().get("/sign-up").await.status, StatusCode::FORBIDDEN);
    let fields = [("name", "Ben"), ("email", "ben@example.com"), ("password", PASSWORD)];
    portal
        .browser()
        .submit("/sign-in", "/api/accounts/create", &fields)
        .await
        .shows("made by invitation here");
    let settings = [
        ("name", "Acme"),
        ("self_registration", "true"),
        ("approve_registrations", "true"),
        ("keep_calls_days", "7"),
    ];
    ada.submit("/settings", "/api/settings/update", &settings)
        .await
        .shows("The settings are saved.")
        .shows("Acme");
    let mut ben = portal.browser();
    ben.get("/sign-up").await.shows("Create my account");
    ben.submit("/sign-up", "/api/accounts/create", &fields).await.shows("an administrator lets you in");
    ben.sign_in("ben", PASSWORD).await;
    ben.get("/sign-in").await.shows("Your account waits for an administrator");
    ada.get("/").await.shows("Ben (ben@example.com) wants an account").shows(r#"class="nav-count""#);
}

#[tokio::test]
async fn settings_that_make_no_sense_are_told_at_their_fields() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    let fields = [("name", ""), ("keep_calls_days", "0"), ("members_create_teams", "true")];
    let page = ada.submit("/settings", "/api/settings/update", &fields).await;
    page.shows("This is required.").shows("Expected 1 to 3650 days.");
    ada.get("/settings").await.shows(r#"value="Gatehouse""#).shows(r#"value="30""#);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    let body = ada.get("/accounts").await.body;
    let id = format!("acc_{}", &body.split("/accounts/acc_").nth(1).unwrap()[..26]);
    let page = format!("/accounts/{id}");
    let answer = ada.submit(&page, "/api/accounts/update", &[("account", &id), ("role", "member")]).await;
    answer.shows("This is the last active administrator");
    ada.get("/settings").await.shows("Save settings");
}

#[tokio::test]
async fn an_auditor_sees_everything_and_every_control_barred() {
    let portal = Portal::new().await;
    let mut auditor = portal.signed_in("grace", PlatformRole::Auditor).await;
    for path in ["/accounts", "/settings", "/invitations"] {
        let page = auditor.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.shows("aria-disabled=\"true\"").shows("Needs the platform role administrator");
    }
    let page = auditor
        .submit("/settings", "/api/settings/update", &[("name", "Mine"), ("keep_calls_days", "1")])
        .await;
    page.shows("Your role does not allow this").shows("administrator or operator");
}

#[tokio::test]
async fn the_trail_shows_what_changed_and_that_its_chain_holds() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    ada.submit("/profile", "/api/profile/update", &[("name", "Ada Lovelace")]).await.shows("Ada Lovelace");
    let page = ada.get("/audit?action=accounts.update-profile").await;
    page.shows("accounts.update-profile").lacks("accounts.sign-in");
    let row = page.body.split("row=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let opened = ada.get(&format!("/audit?row={row}")).await;
    opened.shows("name: ada").shows("name: Ada Lovelace");
    ada.get("/audit?check=1").await.shows("The chain holds");
    portal.store.tamper_with_audit(1).await;
    ada.get("/audit?check=1").await.shows("The chain is broken").shows("Row 1 ");
}

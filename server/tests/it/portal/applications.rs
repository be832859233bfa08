//! Applications through the portal: their keys, subscriptions, and those outside.

use super::support::Answer;
use super::trade::Trade;
use domain::roles::TeamRole;
use domain::subscriptions::SubscriptionState;
use http::StatusCode;

/// The key that the page shows, if it shows one.
fn key_in(page: &Answer) -> Option<String> {
    let at = page.body.match_indices("ghk_").map(|(at, _)| &page.body[at..]);
    let keys = at
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
    keys.into_iter().find(|key| key.len() == 42)
}

#[tokio::test]
async fn an_application_is_made_changed_and_deleted() {
    let trade = Trade::new().await;
    let mut carl = trade.browser("carl").await;
    let page = carl.get("/applications/new").await;
    page.shows("Storefront").shows("Create application");
    let team = trade.application.team.to_string();
    let fields = [("team", team.as_str()), ("name", "Mobile app"), ("description", "For phones")];
    let page = carl.submit("/applications/new", "/api/applications/create", &fields).await;
    page.shows("Mobile app is created; make its first key here.").shows("No keys yet");
    carl.get("/applications").await.shows("Mobile app").shows("Web shop");
    carl.get("/applications?q=web").await.shows("Web shop").lacks("Mobile app");
    let (id, settings) = (trade.application.id.to_string(), trade.page("/settings"));
    let fields = [("application", id.as_str()), ("name", "Shop"), ("description", "")];
    carl.submit(&settings, "/api/applications/update", &fields).await.shows("The application is changed.");
    carl.submit(&settings, "/api/applications/delete", &fields[..1])
        .await
        .shows("The application is deleted");
    assert_eq!(carl.get(&trade.page("")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed() {
    let trade = Trade::new().await;
    let mut carl = trade.browser("carl").await;
    let team = trade.application.team.to_string();
    let fields = [("team", team.as_str()), ("name", ""), ("description", "Only <words>")];
    let page = carl.submit("/applications/new", "/api/applications/create", &fields).await;
    page.shows("This is required.").shows("Only &lt;words&gt;");
}

#[tokio::test]
async fn a_key_is_shown_exactly_once_with_a_call_that_works() {
    let trade = Trade::new().await;
    trade.subscribe(&trade.automatic).await;
    let mut carl = trade.browser("carl").await;
    let (id, page) = (trade.application.id.to_string(), trade.page("/credentials"));
    let fields = [("application", id.as_str()), ("name", "production"), ("days", "30")];
    let first = carl.submit(&page, "/api/credentials/create", &fields).await;
    let key = key_in(&first).expect("the new key");
    first.shows("http://127.0.0.1:8080/pets/v1/").shows(&format!("Authorization: Bearer {key}"));
    assert_eq!(first.header("cache-control"), "no-store");
    let second = carl.get(&page).await;
    second.shows("production").shows(&key[..8]);
    assert_eq!(key_in(&second), None);
}

#[tokio::test]
async fn a_key_is_rotated_with_an_overlap_and_revoked() {
    let trade = Trade::new().await;
    let old = trade.key("production").await;
    let mut carl = trade.browser("carl").await;
    let page = trade.page("/credentials");
    let fields = [("credential", old.as_str()), ("overlap_seconds", "3600")];
    let rotated = carl.submit(&page, "/api/credentials/rotate", &fields).await;
    assert!(key_in(&rotated).is_some());
    rotated
        .shows("The old key works until its overlap is over.")
        .shows("in 1 h")
        .shows("no active subscription yet");
    let revoked = carl.submit(&page, "/api/credentials/revoke", &fields[..1]).await;
    revoked.shows("The key production is revoked").shows("Revoked");
    carl.submit(&page, "/api/credentials/rotate", &fields).await.shows("A revoked key cannot be rotated");
}

#[tokio::test]
async fn a_subscription_is_paused_resumed_and_cancelled() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.automatic).await;
    let mut carl = trade.browser("carl").await;
    let (id, page) = (subscription.id.to_string(), trade.page("/subscriptions"));
    carl.get(&page).await.shows("Pets").shows("Free").shows("Active").shows("/api/subscriptions/pause");
    let fields = [("subscription", id.as_str()), ("reason", "over the holidays")];
    for (action, state, label) in [
        ("pause", SubscriptionState::Paused, "by the consumer"),
        ("resume", SubscriptionState::Active, "Active"),
        ("cancel", SubscriptionState::Cancelled, "Cancelled"),
    ] {
        carl.submit(&page, &format!("/api/subscriptions/{action}"), &fields).await.shows(label);
        assert_eq!(trade.subscription(&subscription).await.state, state);
    }
}

#[tokio::test]
async fn what_the_provider_paused_the_provider_alone_resumes() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.automatic).await;
    let id = subscription.id.to_string();
    let fields = [("subscription", id.as_str()), ("reason", "unpaid")];
    let mut petra = trade.browser("petra").await;
    petra.submit("/inbox", "/api/subscriptions/pause", &fields).await.shows("The subscription is paused");
    let mut carl = trade.browser("carl").await;
    let page = trade.page("/subscriptions");
    let shown = carl.get(&page).await;
    shown
        .shows("It was paused by the provider, who alone resumes it")
        .shows("unpaid")
        .lacks("/api/subscriptions/resume");
    carl.submit(&page, "/api/subscriptions/resume", &fields).await.shows("who alone resumes it");
    assert_eq!(trade.subscription(&subscription).await.state, SubscriptionState::Paused);
}

#[tokio::test]
async fn an_application_of_others_is_as_if_it_were_not_there() {
    let trade = Trade::new().await;
    let key = trade.key("production").await;
    let mut fritz = trade.foreigner().await;
    for part in ["", "/credentials", "/subscriptions", "/calls", "/settings"] {
        let answer = fritz.get(&trade.page(part)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{part}");
        answer.shows("No such application.").lacks("Web shop");
    }
    assert_eq!(fritz.get("/applications/x").await.status, StatusCode::NOT_FOUND);
    fritz.get("/applications").await.lacks("Web shop").shows("No applications yet");
    let id = trade.application.id.to_string();
    for (action, field, value) in [
        ("/api/applications/update", "application", &id),
        ("/api/applications/delete", "application", &id),
        ("/api/credentials/create", "application", &id),
        ("/api/credentials/revoke", "credential", &key),
    ] {
        fritz.submit("/applications", action, &[(field, value), ("name", "Mine")]).await.shows("No such");
    }
    trade.browser("carl").await.get(&trade.page("/credentials")).await.shows("production").lacks("Revoked");
}

#[tokio::test]
async fn a_viewer_reads_and_every_control_names_the_role_that_is_missing() {
    let trade = Trade::new().await;
    let key = trade.key("production").await;
    let mut vera = trade.consumer("vera", TeamRole::Viewer).await;
    let barred = "Needs the role owner or consumer in the team";
    vera.get(&trade.page("/credentials"))
        .await
        .shows("production")
        .shows(barred)
        .lacks("/api/credentials/revoke");
    vera.get(&trade.page("/settings")).await.shows(barred).lacks("/api/applications/delete");
    vera.get(&trade.page(""))
        .await
        .shows("Needs the role owner or publisher or developer or consumer in the team");
    let fields = [("credential", key.as_str())];
    vera.submit(&trade.page("/credentials"), "/api/credentials/revoke", &fields)
        .await
        .shows("This needs the role");
}

#[tokio::test]
async fn the_overview_says_what_is_used_of_the_quota() {
    let trade = Trade::new().await;
    trade.subscribe(&trade.automatic).await;
    trade.record(&[trade.call(1, 200), trade.call(2, 200), trade.call(3, 503)]).await;
    let mut carl = trade.browser("carl").await;
    let page = carl.get(&trade.page("")).await;
    page.shows("Pets · Free").shows("3 of 1,000 this day").shows("GET /pets/v1/cats");
}

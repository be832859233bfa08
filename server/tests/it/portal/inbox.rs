//! The inbox through the portal: deciding, taking back, and whose requests are whose.

use super::trade::Trade;
use domain::roles::PlatformRole;
use domain::subscriptions::{Subscription, SubscriptionState};
use http::StatusCode;

/// The id of the request for a subscription.
async fn request_of(trade: &Trade, subscription: &Subscription) -> String {
    let mut conn = trade.portal.store.read().await.unwrap();
    let found = store::requests::pending_for_subscription(&mut conn, &subscription.id).await.unwrap();
    found.expect("a request that waits").id.to_string()
}

#[tokio::test]
async fn approving_in_the_inbox_makes_the_subscription_active() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.manual).await;
    let request = request_of(&trade, &subscription).await;
    let mut petra = trade.browser("petra").await;
    let page = petra.get("/inbox").await;
    page.shows("Web shop wants Pets on plan Default").shows("We sell cats").shows("for the team Storefront");
    let fields = [("request", request.as_str()), ("reason", "Welcome")];
    let opened = format!("/inbox?request={request}");
    let decided = petra.submit(&opened, "/api/requests/approve", &fields).await;
    decided
        .shows("Approved: Web shop wants Pets on plan Default.")
        .shows("Approved by petra")
        .shows("Welcome");
    assert_eq!(trade.subscription(&subscription).await.state, SubscriptionState::Active);
    petra.get("/inbox").await.shows("Nothing waits for you");
    petra.get("/inbox?show=decided").await.shows("Web shop wants Pets");
    petra.submit(&opened, "/api/requests/reject", &fields).await.shows("This request is approved already.");
    assert_eq!(trade.subscription(&subscription).await.state, SubscriptionState::Active);
}

#[tokio::test]
async fn a_rejection_reaches_the_one_who_asked_with_its_reason() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.manual).await;
    let request = request_of(&trade, &subscription).await;
    let mut petra = trade.browser("petra").await;
    let fields = [("request", request.as_str()), ("reason", "Cats are not for sale")];
    petra.submit("/inbox", "/api/requests/reject", &fields).await.shows("Rejected: Web shop");
    assert_eq!(trade.subscription(&subscription).await.state, SubscriptionState::Rejected);
    let mut carl = trade.browser("carl").await;
    carl.get("/inbox?show=mine").await.shows("Rejected by petra").shows("Cats are not for sale");
    carl.get(&trade.page("/subscriptions")).await.shows("Cats are not for sale").shows("Ask again");
}

#[tokio::test]
async fn the_one_who_asked_takes_it_back_and_cannot_decide() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.manual).await;
    let request = request_of(&trade, &subscription).await;
    let mut carl = trade.browser("carl").await;
    carl.get("/inbox").await.shows("Nothing waits for you");
    carl.get("/inbox?show=mine").await.shows("Take it back").lacks("/api/requests/approve");
    let fields = [("request", request.as_str())];
    carl.submit("/inbox?show=mine", "/api/requests/approve", &fields)
        .await
        .shows("This needs the role owner or publisher");
    assert_eq!(trade.subscription(&subscription).await.state, SubscriptionState::Pending);
    let fields = [("subscription", subscription.id.as_str())];
    carl.submit("/inbox?show=mine", "/api/subscriptions/cancel", &fields).await.shows("Withdrawn");
    trade.browser("petra").await.get("/inbox").await.shows("Nothing waits for you");
}

#[tokio::test]
async fn a_refused_answer_keeps_what_was_typed() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.manual).await;
    let request = request_of(&trade, &subscription).await;
    let mut petra = trade.browser("petra").await;
    let long = "because ".repeat(200);
    let fields = [("request", request.as_str()), ("reason", long.as_str())];
    let page = petra.submit("/inbox", "/api/requests/reject", &fields).await;
    page.shows("Expected 0 to 1000 characters, got 1600.").shows("because because");
    assert_eq!(trade.subscription(&subscription).await.state, SubscriptionState::Pending);
}

#[tokio::test]
async fn requests_of_others_are_as_if_they_were_not_there() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.manual).await;
    let request = request_of(&trade, &subscription).await;
    let mut fritz = trade.foreigner().await;
    fritz.get("/inbox").await.lacks("Web shop").lacks("nav-count");
    let answer = fritz.get(&format!("/inbox?request={request}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    answer.shows("No such request.").lacks("Web shop");
    let fields = [("request", request.as_str())];
    fritz.submit("/inbox", "/api/requests/approve", &fields).await.shows("No such request.");
    assert_eq!(trade.subscription(&subscription).await.state, SubscriptionState::Pending);
}

#[tokio::test]
async fn an_auditor_reads_what_was_decided_and_decides_nothing() {
    let trade = Trade::new().await;
    let subscription = trade.subscribe(&trade.manual).await;
    let request = request_of(&trade, &subscription).await;
    let mut audrey = trade.portal.signed_in("audrey", PlatformRole::Auditor).await;
    audrey.get("/inbox").await.shows("Nothing waits for you");
    let opened = audrey.get(&format!("/inbox?request={request}")).await;
    opened.shows("We sell cats").shows("Needs the role owner or publisher in the team");
    let fields = [("request", request.as_str())];
    audrey
        .submit("/inbox", "/api/requests/approve", &fields)
        .await
        .shows("This needs the role owner or publisher");
}

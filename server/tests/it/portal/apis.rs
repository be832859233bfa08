//! The workspace of an api: made, looked after, deleted; and closed to others.

use super::trade::{BAD, DOCUMENT, Trade, about};
use control::versions;
use domain::lifecycle::VersionState;
use domain::paging::PageOf;
use domain::roles::TeamRole;
use domain::text::VersionName;
use http::StatusCode;

const PARTS: [&str; 9] =
    ["", "/design", "/routes", "/upstream", "/plans", "/consumers", "/docs", "/changes", "/settings"];

async fn state(trade: &Trade) -> VersionState {
    let version =
        versions::get(trade.control(), &trade.petra, &trade.api.api.id, &VersionName::first()).await;
    version.unwrap().state
}

#[tokio::test]
async fn the_list_shows_the_apis_of_ones_teams_with_their_states() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    petra.get("/apis").await.shows("Pets").shows("Shelter").shows("Published");
    petra.get("/apis?q=zebra").await.shows("Nothing matches");
    petra.get(&format!("/apis?team={}", trade.api.api.team)).await.shows("Pets");
    trade.browser("carl").await.get("/apis").await.shows("No APIs yet").lacks("Pets");
}

#[tokio::test]
async fn an_api_is_made_from_an_address_and_from_a_file() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let team = trade.api.api.team.to_string();
    petra.get("/apis/new").await.shows("Shelter").shows("Create the draft");
    let fields = [
        ("team", team.as_str()),
        ("name", "Dogs"),
        ("url", "https://dogs.example.com"),
        ("tags", "Barks, loud"),
    ];
    let made = petra.upload("/apis/new", "/api/apis/create", &fields, None).await;
    made.shows("Dogs is a draft now")
        .shows("Before you publish")
        .shows("barks")
        .shows("nobody can call it yet");
    let fields = [("team", team.as_str()), ("name", "Cats"), ("openapi", "")];
    let made = petra.upload("/apis/new?from=document", "/api/apis/create", &fields, Some(DOCUMENT)).await;
    made.shows("Cats is a draft now").shows("https://cats.example.com");
}

#[tokio::test]
async fn a_refused_creation_keeps_what_was_typed_and_names_the_lines() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let team = trade.api.api.team.to_string();
    let fields =
        [("team", team.as_str()), ("name", "Cats"), ("slug", "cats"), ("openapi", BAD), ("tags", "one, two")];
    let page = petra.upload("/apis/new?from=document", "/api/apis/create", &fields, None).await;
    page.shows("Line 5").shows("one, two").shows("title: Cats").shows("value=\"cats\"");
    let fields = [("team", team.as_str()), ("name", ""), ("slug", "Bad Slug"), ("url", "ftp://x")];
    let page = petra.upload("/apis/new", "/api/apis/create", &fields, None).await;
    page.shows("This is required.").shows("Expected 2 to 48").shows("begins with http").shows("ftp://x");
    let fields = [("team", team.as_str()), ("name", "Pets"), ("url", "https://x.example.com")];
    let page = petra.upload("/apis/new", "/api/apis/create", &fields, None).await;
    page.shows("is taken by");
}

#[tokio::test]
async fn plans_are_made_changed_closed_and_deleted() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, plans) = (trade.api.api.id.to_string(), trade.workspace("/plans"));
    let gold = [
        ("api", id.as_str()),
        ("name", "Gold"),
        ("approval", "manual"),
        ("rate_requests", "50"),
        ("rate_seconds", "1"),
        ("quota_requests", "1 000 000"),
        ("quota_period", "month"),
    ];
    let made = petra.submit(&format!("{plans}/new"), "/api/plans/create", &gold).await;
    made.shows("The plan Gold is there now.").shows("50 calls a second").shows("a month");
    let refused = petra.submit(&format!("{plans}/new"), "/api/plans/create", &gold).await;
    refused.shows("is taken by another plan").shows("1 000 000");
    let mut bad = gold;
    bad[3] = ("rate_requests", "many");
    petra
        .submit(&format!("{plans}/new"), "/api/plans/create", &bad)
        .await
        .shows("Expected a whole number.")
        .shows("many");
    let plan = trade.automatic.id.to_string();
    petra.get(&format!("{plans}/{plan}")).await.shows("Change the plan Free").shows("value=\"1000\"");
    assert_eq!(petra.get(&format!("{plans}/plan_x")).await.status, StatusCode::NOT_FOUND);
    let fields = [("api", id.as_str()), ("plan", plan.as_str()), ("closed", "true")];
    petra.submit(&plans, "/api/plans/close", &fields).await.shows("The plan Free is closed");
    petra
        .submit(&plans, "/api/plans/delete", &fields[..2])
        .await
        .shows("The plan is deleted.")
        .lacks(">Free<");
}

#[tokio::test]
async fn consumers_are_paused_and_resumed_by_the_provider() {
    let trade = Trade::new().await;
    let held = trade.subscribe(&trade.automatic).await;
    let mut petra = trade.browser("petra").await;
    let consumers = trade.workspace("/consumers");
    petra.get(&consumers).await.shows("Web shop").shows("Storefront").shows("We sell cats").shows("Active");
    petra.get(&format!("{consumers}?state=paused")).await.shows("No subscriptions here").lacks("Web shop");
    let id = held.id.to_string();
    let fields = [("subscription", id.as_str()), ("reason", "unpaid")];
    petra.submit(&consumers, "/api/subscriptions/pause", &fields).await.shows("Paused").shows("Resume");
    petra.submit(&consumers, "/api/subscriptions/resume", &fields).await.shows("Active");
}

#[tokio::test]
async fn access_gets_an_end_in_the_inbox_and_is_renewed_among_the_consumers() {
    let trade = Trade::new().await;
    let request = trade.ask("Gold").await.to_string();
    let mut petra = trade.browser("petra").await;
    petra.get("/inbox").await.shows("Access ends");
    let past = [("request", request.as_str()), ("reason", "a trial"), ("expires_at", "2020-01-01")];
    let refused = petra.submit("/inbox", "/api/requests/approve", &past).await;
    refused.shows("still to come").shows("a trial").shows("2020-01-01");
    let end = [("request", request.as_str()), ("expires_at", "2026-12-01")];
    petra.submit("/inbox", "/api/requests/approve", &end).await;
    let consumers = trade.workspace("/consumers");
    petra.get(&consumers).await.shows("until").shows("2026-12-01").shows("Set end");
    trade.portal.pass(30 * 24 * 3600);
    assert_eq!(control::jobs::expire_subscriptions(trade.control()).await.unwrap(), 1);
    let filter = control::subscriptions::SubscriptionFilter::default();
    let page = PageOf::default();
    let held = control::subscriptions::list(trade.control(), &trade.petra, &filter, &page).await.unwrap();
    let held = &held.items.first().unwrap().subscription;
    let mut carl = trade.browser("carl").await;
    let page = carl.get(&format!("/applications/{}/subscriptions", held.application)).await;
    page.shows("Expired").shows("ended").shows("Cancel");
    let mut petra = trade.browser("petra").await;
    petra.get(&consumers).await.shows("Expired").shows("Renew");
    let held = held.id.to_string();
    let renewed = [("subscription", held.as_str()), ("expires_at", "2027-12-01")];
    petra
        .submit(&consumers, "/api/subscriptions/renew", &renewed)
        .await
        .shows("with its new end")
        .shows("2027-12-01")
        .lacks("Expired</");
}

#[tokio::test]
async fn a_version_is_deprecated_blocked_and_retired() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, settings) = (trade.api.api.id.to_string(), trade.workspace("/settings"));
    let bad = about(&id, &[("sunset_at", "2020-01-01"), ("successor", "nothing")]);
    let refused = petra.submit(&settings, "/api/versions/deprecate", &bad).await;
    refused.shows("still to come").shows("petstore/v2").shows("2020-01-01");
    let good = about(&id, &[("sunset_at", "2027-03-01"), ("successor", "pets/v2")]);
    petra
        .submit(&settings, "/api/versions/deprecate", &good)
        .await
        .shows("Deprecated")
        .shows("Take the deprecation back");
    let mut carl = trade.browser("carl").await;
    carl.get("/catalogue/pets")
        .await
        .shows("This version is deprecated")
        .shows("2027-03-01")
        .shows("/catalogue/pets/v2");
    carl.get("/catalogue/pets/subscribe").await.shows("You cannot subscribe now");
    petra.submit(&settings, "/api/versions/restore", &about(&id, &[])).await.shows("no longer deprecated");
    petra
        .submit(&settings, "/api/versions/block", &about(&id, &[("reason", "")]))
        .await
        .shows("This is required.");
    let blocked = about(&id, &[("reason", "a leak"), ("until", "2026-12-01T08:00")]);
    petra.submit(&settings, "/api/versions/block", &blocked).await.shows("Blocked");
    carl.get("/catalogue/pets").await.shows("does not answer at the moment").shows("a leak");
    petra.submit(&settings, "/api/versions/unblock", &about(&id, &[])).await.shows("V1 answers again.");
    petra.submit(&settings, "/api/versions/retire", &about(&id, &[])).await.shows("Retired");
    assert_eq!(state(&trade).await, VersionState::Retired);
}

#[tokio::test]
async fn a_second_version_can_be_chosen_everywhere() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, settings) = (trade.api.api.id.to_string(), trade.workspace("/settings"));
    let new = [("api", id.as_str()), ("name", "2"), ("from", "v1")];
    petra
        .submit(&settings, "/api/versions/create", &new)
        .await
        .shows("Expected a version like v1")
        .shows("value=\"2\"");
    let new = [("api", id.as_str()), ("name", "v2"), ("from", "v1")];
    petra
        .submit(&settings, "/api/versions/create", &new)
        .await
        .shows("V2 is a draft now")
        .shows("Version v2");
    for part in PARTS {
        let answer = petra.get(&format!("{}?version=v2", trade.workspace(part))).await;
        answer.shows("Version v2").shows(&format!("{part}?version=v1"));
        assert_eq!(answer.status, StatusCode::OK, "{part}");
    }
    assert_eq!(petra.get(&format!("{}?version=v9", trade.workspace(""))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(petra.get(&format!("{}?version=x", trade.workspace(""))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_the_catalogue_says_is_changed_and_the_api_deleted() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, settings) = (trade.api.api.id.to_string(), trade.workspace("/settings"));
    let fields = [("api", id.as_str()), ("name", "Animals"), ("tags", "fur"), ("visibility", "public")];
    petra
        .submit(&settings, "/api/apis/update", &fields)
        .await
        .shows("The catalogue says so now.")
        .shows("Animals");
    let held = trade.subscribe(&trade.automatic).await;
    petra.submit(&settings, "/api/apis/delete", &fields[..1]).await.shows("1 subscriptions still use it");
    let subscription = held.id.to_string();
    petra.submit(&settings, "/api/subscriptions/cancel", &[("subscription", subscription.as_str())]).await;
    let gone = petra.submit(&settings, "/api/apis/delete", &fields[..1]).await;
    gone.shows("The api is deleted.").shows("No APIs yet");
}

#[tokio::test]
async fn a_foreign_workspace_is_as_if_it_were_not_there() {
    let trade = Trade::new().await;
    let mut fritz = trade.foreigner().await;
    let more = [
        "/routes/edit?route=ANY%20%2F*",
        "/upstream/limits?name=each",
        "/plans/new",
        "/compare?version=v1&from=1&to=1",
    ];
    for part in PARTS.iter().chain(&more) {
        let answer = fritz.get(&trade.workspace(part)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{part}");
        answer.shows("No such api.").lacks("backend.example.com");
    }
    let id = trade.api.api.id.to_string();
    for action in ["docs", "publish", "hosts", "retire", "restore"] {
        let answer =
            fritz.submit("/apis", &format!("/api/versions/{action}"), &about(&id, &[("docs", "mine")])).await;
        answer.shows("No such api.");
    }
    assert_eq!(state(&trade).await, VersionState::Published);
}

#[tokio::test]
async fn a_viewer_reads_and_every_control_names_the_missing_role() {
    let trade = Trade::new().await;
    trade.portal.account("vera", domain::roles::PlatformRole::Member).await;
    let input =
        domain::teams::AddMember { email: "vera@example.com".to_owned(), role: TeamRole::Viewer.to_string() };
    control::teams::add_member(trade.control(), &trade.petra, &trade.api.api.team, input).await.unwrap();
    let mut vera = trade.browser("vera").await;
    vera.get(&trade.workspace("/docs"))
        .await
        .shows("Needs the role owner or publisher or developer in the team");
    vera.get(&trade.workspace("/settings")).await.shows("Needs the role owner or publisher in the team");
    let id = trade.api.api.id.to_string();
    let answer =
        vera.submit(&trade.workspace("/docs"), "/api/versions/docs", &about(&id, &[("docs", "mine")])).await;
    answer.shows("Your role does not allow this");
}

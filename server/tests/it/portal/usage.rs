//! Usage through the portal: charts of what was called, and who sees whose.

use super::trade::Trade;
use domain::roles::PlatformRole;
use http::StatusCode;

/// Nine calls within an hour and one long ago; one of them failed.
async fn traffic() -> Trade {
    let trade = Trade::new().await;
    let mut calls: Vec<_> = (0..8).map(|minute| trade.call(minute, 200)).collect();
    calls.push(trade.call(5, 500));
    calls.push(trade.call(26 * 60, 200));
    trade.record(&calls).await;
    trade
}

#[tokio::test]
async fn charts_have_the_points_of_the_calls() {
    let trade = traffic().await;
    let mut petra = trade.browser("petra").await;
    let page = petra.get("/usage?period=1h").await;
    assert_eq!(page.status, StatusCode::OK);
    // by status in the words of the chart, for those who do not see it
    page.shows("2xx: total 8, highest 1").shows("5xx: total 1, highest 1");
    page.shows("Error rate: highest 50%").shows("11.1%");
    // a point leads to the calls of its minute
    page.shows("/calls?since=2026-11-23T11%3A55&amp;until=2026-11-23T11%3A56");
    page.shows("Counted by the minute (UTC), kept for 7 days; single calls for 30 days.");
}

#[tokio::test]
async fn periods_are_compared_and_kept_apart() {
    let trade = traffic().await;
    let mut petra = trade.browser("petra").await;
    petra.get("/usage").await.shows("2xx: total 8").shows("vs previous period");
    petra.get("/usage?period=7d").await.shows("2xx: total 9");
    let day_before = "/usage?period=custom&since=2026-11-22T00:00&until=2026-11-23T00:00";
    petra.get(day_before).await.shows("2xx: total 1");
    petra
        .get("/usage?period=custom&since=2026-10-01&until=2026-10-02")
        .await
        .shows("No calls in this period");
}

#[tokio::test]
async fn groups_are_shown_as_a_table_and_lead_on() {
    let trade = traffic().await;
    trade.subscribe(&trade.automatic).await;
    let mut petra = trade.browser("petra").await;
    let page = petra.get("/usage?period=1h&by=application&and=status&view=table").await;
    page.shows("Web shop · 2xx")
        .shows("Web shop · 5xx")
        .shows("Errors are answers with a status of 500 or more");
    let application = format!("application={}", trade.application.id);
    petra.get("/usage?period=1h&by=application&view=table").await.shows(&application);
    let page = petra.get(&format!("/usage?period=1h&by=route&{application}")).await;
    page.shows("ANY /*: total 9, highest 2");
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_at_its_field() {
    let trade = traffic().await;
    let mut petra = trade.browser("petra").await;
    for (query, words) in [
        ("period=2w", "expected 1h, 24h, 7d, 30d or custom"),
        ("by=moon", "expected one of api, version, route, application, status"),
        ("api=pets", "expected an identifier like api_"),
        ("period=custom&since=soon", "Expected a date and time like 2026-03-14T09:30."),
    ] {
        let page = petra.get(&format!("/usage?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        page.shows(words);
    }
}

#[tokio::test]
async fn usage_of_others_is_not_seen() {
    let trade = traffic().await;
    let mut fritz = trade.foreigner().await;
    fritz.get("/usage").await.shows("No calls in this period").lacks("Web shop");
    let application = fritz.get(&format!("/usage?application={}", trade.application.id)).await;
    assert_eq!(application.status, StatusCode::NOT_FOUND);
    let api = fritz.get(&format!("/apis/{}/usage", trade.api.api.id)).await;
    assert_eq!(api.status, StatusCode::NOT_FOUND);
    api.shows("No such api.").lacks("Pets");
}

#[tokio::test]
async fn an_api_s_usage_is_whole_for_its_team_and_their_own_for_consumers() {
    let trade = traffic().await;
    trade.subscribe(&trade.automatic).await;
    let page = format!("/apis/{}/usage", trade.api.api.id);
    let mut petra = trade.browser("petra").await;
    petra
        .get(&page)
        .await
        .shows("Usage of Pets")
        .shows("Calls of all its consumers.")
        .shows("Busiest applications");
    let mut carl = trade.browser("carl").await;
    carl.get(&page).await.shows("Calls of your own applications.").shows("2xx: total 8");
}

#[tokio::test]
async fn who_reads_everything_sees_the_platform() {
    let trade = traffic().await;
    let mut audrey = trade.portal.signed_in("audrey", PlatformRole::Auditor).await;
    audrey.get("/usage").await.shows("of every team").shows("2xx: total 8").shows("Pets").shows("Web shop");
}

#[tokio::test]
async fn the_home_page_has_the_last_day() {
    let trade = traffic().await;
    let mut petra = trade.browser("petra").await;
    petra.get("/").await.shows("Last 24 hours").shows("Requests waiting").shows("11.1%");
}

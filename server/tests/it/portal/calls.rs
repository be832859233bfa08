//! The log of calls through the portal: filters, paging, one call, and who reads whose.

use super::trade::Trade;
use domain::calls::Call;
use domain::roles::TeamRole;
use http::StatusCode;

fn refused(trade: &Trade) -> Call {
    Call {
        path: "/pets/v1/dogs".to_owned(),
        outcome: "rate-limited".to_owned(),
        upstream_us: None,
        attempts: 0,
        ..trade.call(3, 429)
    }
}

/// An answer, a slow failure and a refusal.
async fn traffic() -> (Trade, [Call; 3]) {
    let trade = Trade::new().await;
    let slow = Call { duration_us: 900_000, path: "/pets/v1/slow".to_owned(), ..trade.call(2, 503) };
    let calls = [trade.call(1, 200), slow, refused(&trade)];
    trade.record(&calls).await;
    (trade, calls)
}

#[tokio::test]
async fn every_filter_narrows_the_log() {
    let (trade, calls) = traffic().await;
    let mut carl = trade.browser("carl").await;
    let paths = ["/pets/v1/cats", "/pets/v1/slow", "/pets/v1/dogs"];
    let (id, application) = (&calls[1].id, &trade.application.id);
    for (query, shown) in [
        (String::new(), &[0, 1, 2][..]),
        ("?status=5xx".to_owned(), &[1]),
        ("?status=429".to_owned(), &[2]),
        ("?outcome=rate-limited".to_owned(), &[2]),
        ("?path=CATS".to_owned(), &[0]),
        ("?slower=500".to_owned(), &[1]),
        (format!("?id={id}"), &[1]),
        ("?address=203.0.113.9".to_owned(), &[0, 1, 2]),
        ("?address=203.0.113.8".to_owned(), &[]),
        (format!("?application={application}&route=ANY%20/*"), &[0, 1, 2]),
        ("?since=2026-11-23T11:58&until=2026-11-23T11:59".to_owned(), &[1]),
        ("?period=1h".to_owned(), &[0, 1, 2]),
    ] {
        let page = carl.get(&format!("/calls{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        for (index, path) in paths.iter().enumerate() {
            let listed = page.body.contains(&format!(">{path}</a>"));
            assert_eq!(listed, shown.contains(&index), "{query}: {path}");
        }
    }
}

#[tokio::test]
async fn the_log_is_paged_and_followed_live() {
    let (trade, _) = traffic().await;
    let mut carl = trade.browser("carl").await;
    let first = carl.get("/calls?limit=2").await;
    first.shows("/pets/v1/cats").lacks(">/pets/v1/dogs</a>").lacks("http-equiv=\"refresh\"");
    let next =
        first.body.split("href=\"/calls?limit=2&amp;cursor=").nth(1).unwrap().split('"').next().unwrap();
    let second = carl.get(&format!("/calls?limit=2&cursor={next}")).await;
    second.shows(">/pets/v1/dogs</a>").lacks(">/pets/v1/cats</a>").shows("Back to the newest");
    carl.get("/calls?live=1").await.shows("http-equiv=\"refresh\"").shows("Live: every 5 s");
}

#[tokio::test]
async fn what_cannot_be_read_is_said_at_its_field() {
    let (trade, _) = traffic().await;
    let mut carl = trade.browser("carl").await;
    let page = carl.get("/calls?status=teapot").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Expected a status like 404 or 4xx").shows("value=\"teapot\"");
    let page = carl.get("/calls?cursor=nonsense").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_call_is_told_with_its_time_and_outcome() {
    let (trade, [answered, failed, refused]) = traffic().await;
    let mut carl = trade.browser("carl").await;
    let page = carl.get(&format!("/calls/{}", answered.id)).await;
    page.shows("Answered by the backend").shows("20 ms in all: 15 ms at the backend, 5 ms in the gateway");
    page.shows("width=\"75.00%\"").shows("Web shop").shows("Pets").shows(&answered.id);
    carl.get(&format!("/calls/{}", failed.id)).await.shows("The backend answered with an error");
    let page = carl.get(&format!("/calls/{}", refused.id)).await;
    page.shows("Refused by the gateway").shows("The backend was not asked.").shows("it was not sent on");
    page.shows("outcome=rate-limited");
}

#[tokio::test]
async fn calls_of_others_are_as_if_they_were_not_there() {
    let (trade, [call, ..]) = traffic().await;
    let mut fritz = trade.foreigner().await;
    fritz.get("/calls").await.shows("No calls yet").lacks("/pets/v1/cats");
    for id in [call.id.as_str(), "nonsense"] {
        let answer = fritz.get(&format!("/calls/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.shows("No such call.").lacks("/pets/v1/cats");
    }
    let mut petra = trade.browser("petra").await;
    petra.get(&format!("/calls/{}", call.id)).await.shows("/pets/v1/cats");
}

#[tokio::test]
async fn a_viewer_is_told_which_role_reads_calls() {
    let (trade, [call, ..]) = traffic().await;
    let mut vera = trade.consumer("vera", TeamRole::Viewer).await;
    for page in ["/calls".to_owned(), format!("/calls/{}", call.id)] {
        let answer = vera.get(&page).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page}");
        answer
            .shows("This needs the role owner or publisher or developer or consumer")
            .lacks("/pets/v1/cats");
    }
    vera.get("/usage?period=1h").await.shows("2xx: total 1");
}

#[tokio::test]
async fn a_call_to_a_model_is_told_with_tokens_and_cost() {
    let trade = Trade::new().await;
    let ai = |model: &str, cost_nano| domain::calls::AiUse {
        vendor: "openai".to_owned(),
        model: model.to_owned(),
        asked: "smart".to_owned(),
        input_tokens: 1_200,
        output_tokens: 34,
        cost_nano,
        finish: "tool_use".to_owned(),
        ..Default::default()
    };
    let tried = |model: &str, status, failure: &str| domain::calls::Attempt {
        model: model.to_owned(),
        status,
        failure: failure.to_owned(),
        ..Default::default()
    };
    let tried = vec![tried("house-7b", None, "connection_refused"), tried("gpt-4o", Some(200), "")];
    let after_another = domain::calls::AiUse { tried, ..ai("gpt-4o", Some(1_250_000)) };
    let priced = Call { ai: Some(after_another), ..trade.call(1, 200) };
    let unpriced = Call { ai: Some(ai("house-7b", None)), ..trade.call(2, 200) };
    let plain = trade.call(3, 200);
    trade.record(&[priced.clone(), unpriced.clone(), plain.clone()]).await;
    let mut carl = trade.browser("carl").await;
    let list = carl.get("/calls").await;
    list.shows("gpt-4o · 1,234 tokens · $0.00125").shows("house-7b · 1,234 tokens · price unknown");
    carl.get("/calls?model=house-7b").await.shows("house-7b · ").lacks("gpt-4o · ");
    let page = carl.get(&format!("/calls/{}", priced.id)).await;
    page.shows("Tokens written").shows("$0.00125").shows("tool use").shows("smart").shows("model=gpt-4o");
    page.shows("Attempts of the call").shows("connection refused").shows("house-7b");
    carl.get(&format!("/calls/{}", unpriced.id)).await.shows("price unknown").lacks("Attempts of the call");
    carl.get(&format!("/calls/{}", plain.id)).await.lacks("Tokens written");

    let page = carl.get("/usage?period=1h&view=table").await;
    page.shows("Tokens").shows("2,468").shows("without 1 call of unknown price");
    let page = carl.get("/usage?period=1h&view=table&by=model").await;
    page.shows("gpt-4o").shows("house-7b").shows("price unknown");
    carl.get("/usage?period=1h").await.shows("Tokens").shows("Cost");
}

//! The playground: prompts and models side by side, with what each answers, takes and costs.

use super::models::connection;
use super::prompts::summary;
use super::trade::Trade;
use http::StatusCode;

const RUN: &str = "/api/prompts/run";

/// A run's fields: the draft with its own model, beside it with another one.
fn fields<'a>(api: &'a str, provider: &'a str, model: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("api", api),
        ("version", "v1"),
        ("variables[text]", "the tides"),
        ("variables[tone]", ""),
        ("sides[0][prompt]", "draft v1"),
        ("sides[0][provider]", ""),
        ("sides[0][model]", ""),
        // a row that is left out
        ("sides[1][prompt]", ""),
        ("sides[2][prompt]", "draft v1"),
        ("sides[2][provider]", provider),
        ("sides[2][model]", model),
    ]
}

#[tokio::test]
async fn two_models_are_compared_and_the_run_is_kept() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await.to_string();
    let api = summary(&trade, &provider.parse().unwrap()).await.to_string();
    let mut petra = trade.browser("petra").await;
    let at = format!("/apis/{api}/playground");
    let page = petra.get(&at).await;
    page.shows("v1, the draft").shows("What is summed up").shows("Left out, it is kind.");
    page.shows("name=\"variables[text]\"").shows("name=\"variables[tone]\"");
    page.shows("Nothing was run yet").shows("Models of the house");

    let shown = petra.upload(&at, RUN, &fields(&api, &provider, "dear"), None).await;
    shown.shows("sim-large was told {\"text\":\"the tides\"}").shows("dear was told");
    shown.shows("B cost 3.2 times as much as A.").shows("1,200").shows("$0.001").shows("1.5 s");
    shown.shows("Put to dear of Models of the house").shows("value=\"dear\"").shows("the tides</textarea>");
    shown.shows("Shown above");
    petra.get(&at).await.shows("A: v1 draft, sim-large, 1.5 s, $0.001").lacks("Nothing was run yet");

    let shown = petra.upload(&at, RUN, &fields(&api, &provider, "down"), None).await;
    shown.shows("Callers would be refused: 502 upstream-unreachable").lacks("times as");
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await.to_string();
    let api = summary(&trade, &provider.parse().unwrap()).await.to_string();
    let mut petra = trade.browser("petra").await;
    let mut wrong = fields(&api, &provider, "dear");
    wrong[2].1 = "";
    let sent = petra.ask_multipart(RUN, &wrong).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", sent.body);
    sent.shows("variables.text");
    let mut wrong = fields(&api, "", "dear");
    wrong[2].1 = "the tides";
    petra.ask_multipart(RUN, &wrong).await.shows("sides[2].provider");
    // the second that is sent is the third of the form
    let wrong = fields(&api, &provider, "");
    petra.ask_multipart(RUN, &wrong).await.shows("sides[2].target.model");
    petra.get(&format!("/apis/{api}/playground")).await.shows("Nothing was run yet");
    let rest = trade.api.api.id.to_string();
    petra.get(&format!("/apis/{rest}/playground")).await.shows("There is no prompt to run");
}

#[tokio::test]
async fn strangers_run_nothing() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await.to_string();
    let api = summary(&trade, &provider.parse().unwrap()).await.to_string();
    let mut petra = trade.browser("petra").await;
    let sent = petra.ask_multipart(RUN, &fields(&api, &provider, "dear")).await;
    let done: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    let run = done["to"].as_str().unwrap();
    petra.get(run).await.shows("sim-large was told");
    let mut carl = trade.browser("carl").await;
    assert_eq!(carl.get(run).await.status, StatusCode::NOT_FOUND);
    let sent = carl.ask_multipart(RUN, &fields(&api, &provider, "dear")).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
    let mut nobody = trade.portal.browser();
    let sent = nobody.ask_multipart(RUN, &fields(&api, &provider, "dear")).await;
    assert_eq!(sent.status, StatusCode::UNAUTHORIZED);
}

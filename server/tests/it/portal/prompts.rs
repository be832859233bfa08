//! Prompt apis: made from a form, edited as rows, told at the row what is wrong, and described in the catalogue.

use super::models::connection;
use super::trade::Trade;
use control::{apis, versions};
use domain::apis::CreateApi;
use domain::ids::{ApiId, ProviderId};
use domain::prompts::{Prompt, PromptRole};
use domain::text::VersionName;
use domain::versions::Publish;
use http::StatusCode;
use serde_json::json;

const UPDATE: &str = "/api/prompts/update";

fn prompt(provider: &ProviderId) -> Prompt {
    serde_json::from_value(json!({
        "messages": [
            { "role": "system", "template": "You are {{ tone }}." },
            { "role": "user", "template": "{{ text }}" },
        ],
        "variables": [
            { "name": "text", "description": "What is summed up" },
            { "name": "tone", "type": "enum", "values": ["kind", "curt"], "default": "kind" },
        ],
        "model": { "provider": provider, "model": "sim-large", "weight": 3 },
        "parameters": { "temperature": 0.5, "stop": ["END"] },
    }))
    .unwrap()
}

/// A prompt api of Petra's team.
pub async fn summary(trade: &Trade, provider: &ProviderId) -> ApiId {
    let input = CreateApi {
        name: "Summary".to_owned(),
        kind: "prompt".to_owned(),
        prompt: Some(prompt(provider)),
        ..CreateApi::default()
    };
    apis::create(trade.control(), &trade.petra, &trade.api.api.team, input).await.unwrap().api.id
}

async fn kept(trade: &Trade, api: &ApiId) -> Prompt {
    let v1 = VersionName::first();
    versions::get(trade.control(), &trade.petra, api, &v1).await.unwrap().draft.prompt.unwrap()
}

#[tokio::test]
async fn a_prompt_api_is_made_from_a_form() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let mut petra = trade.browser("petra").await;
    let page = petra.get("/apis/new?from=prompt").await;
    page.shows("Messages").shows("Variables").shows("Models of the house").shows("messages[0][template]");
    let team = trade.api.api.team.to_string();
    let provider = provider.to_string();
    let mut fields = vec![
        ("kind", "prompt"),
        ("team", team.as_str()),
        ("name", "Translate"),
        ("messages[0][role]", "system"),
        ("messages[0][place]", "1"),
        ("messages[0][template]", "You translate into {{ langage }}."),
        ("messages[2][role]", "user"),
        ("messages[2][place]", "3"),
        ("messages[2][template]", "{{ text }}"),
        ("variables[0][name]", "text"),
        ("variables[0][type]", "string"),
        ("variables[0][required]", "true"),
        ("variables[2][name]", "language"),
        ("variables[2][type]", "enum"),
        ("variables[2][values]", "German, French"),
        ("variables[2][default]", "German"),
        ("targets[0][provider]", provider.as_str()),
        ("targets[0][model]", "sim-large"),
        ("parameters[temperature]", "0.3"),
        ("output_schema", "{\"type\": \"object\"}"),
    ];
    let sent = petra.ask_multipart("/api/apis/create", &fields).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", sent.body);
    sent.shows("messages[0].template").shows("langage");

    fields[5].1 = "You translate into {{ language }}.";
    let sent = petra.ask_multipart("/api/apis/create", &fields).await;
    assert!(sent.status.is_success() || sent.status.is_redirection(), "{}", sent.body);
    let page = domain::paging::PageOf { limit: 50, cursor: None };
    let found = apis::list(trade.control(), &trade.petra, None, "translate", &page).await.unwrap().items;
    let made = kept(&trade, &found[0].id).await;
    assert_eq!(made.variables[1].values, ["German", "French"]);
    assert_eq!((made.messages.len(), made.variables[1].required), (2, false));
    assert_eq!(made.parameters.temperature, serde_json::Number::from_f64(0.3));
    petra.get(&format!("/apis/{}", found[0].id)).await.shows("Translate");
}

#[tokio::test]
async fn messages_are_added_taken_out_and_put_in_order() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let api = summary(&trade, &provider).await;
    let (id, provider) = (api.to_string(), provider.to_string());
    let mut petra = trade.browser("petra").await;
    let shown = petra.get(&format!("/apis/{id}/upstream")).await;
    shown
        .shows("You are {{ tone }}.")
        .shows("What is summed up")
        .shows("kind, curt")
        .shows("Another message");
    shown.shows("0.5").shows("END").lacks("TLS to the backend");
    let fields = [
        ("api", id.as_str()),
        ("version", "v1"),
        ("messages[0][role]", "user"),
        ("messages[0][place]", "3"),
        ("messages[0][template]", "Now: {{ text }}\r\nPlease."),
        // taken out
        ("messages[1][role]", "user"),
        ("messages[1][place]", "2"),
        ("messages[1][template]", ""),
        ("messages[2][role]", "assistant"),
        ("messages[2][place]", "2"),
        ("messages[2][template]", "Ready."),
        ("messages[3][role]", "user"),
        ("messages[3][place]", "1"),
        ("messages[3][template]", "Are you ready?"),
        ("variables[0][name]", "text"),
        ("variables[0][type]", "string"),
        ("targets[0][provider]", provider.as_str()),
        ("targets[0][model]", "sim-large"),
        ("parameters[max_tokens]", "100"),
    ];
    let sent = petra.ask_multipart(UPDATE, &fields).await;
    assert!(sent.status.is_success() || sent.status.is_redirection(), "{}", sent.body);
    let changed = kept(&trade, &api).await;
    let said: Vec<_> =
        changed.messages.iter().map(|message| (message.role, message.template.as_str())).collect();
    let expected = [
        (PromptRole::User, "Are you ready?"),
        (PromptRole::Assistant, "Ready."),
        (PromptRole::User, "Now: {{ text }}\nPlease."),
    ];
    assert_eq!(said, expected);
    assert_eq!((changed.variables.len(), changed.parameters.max_tokens), (1, Some(100)));
    let changes = petra.get(&format!("/apis/{id}/changes")).await;
    changes.shows("assistant Ready.");

    // the message that is wrong is the third that is sent, but the first of the form
    let mut wrong = fields;
    wrong[4].1 = "{{ nobody }}";
    let sent = petra.ask_multipart(UPDATE, &wrong).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    sent.shows("messages[0].template").shows("nobody");
    let mut wrong = fields;
    wrong[18].1 = "many";
    petra.ask_multipart(UPDATE, &wrong).await.shows("parameters.max_tokens");
    assert_eq!(kept(&trade, &api).await, changed);
}

#[tokio::test]
async fn the_workspace_and_the_catalogue_show_a_prompt() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let api = summary(&trade, &provider).await;
    let mut petra = trade.browser("petra").await;
    let at = |part: &str| format!("/apis/{api}{part}");
    petra.get(&at("/routes")).await.shows("Fixed route").lacks("Add a route");
    petra.get(&at("/design")).await.shows("Written from the prompt").shows("Runs the prompt");
    petra.get(&at("")).await.shows("sim-large").lacks("Backend");
    let retries = [("api", api.as_str()), ("version", "v1"), ("attempts", "2"), ("within_s", "")];
    let tried = petra.submit(&at("/upstream"), "/api/versions/model-retries", &retries).await;
    tried.shows("When a model fails").shows("value=\"2\"");
    petra.get(&at("/changes")).await.shows("models attempts 2");
    let v1 = VersionName::first();
    versions::publish(trade.control(), &trade.petra, &api, &v1, Publish::default()).await.unwrap();
    petra.get("/catalogue/summary").await.shows("Summary");
    petra.get("/catalogue/summary/v1/reference").await.shows("Runs the prompt");
    petra.get("/catalogue/summary/v1/operations/post").await.shows("What is summed up");
}

#[tokio::test]
async fn strangers_change_no_prompt() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let api = summary(&trade, &provider).await;
    let before = kept(&trade, &api).await;
    let (id, provider) = (api.to_string(), provider.to_string());
    let fields = [
        ("api", id.as_str()),
        ("version", "v1"),
        ("messages[0][role]", "user"),
        ("messages[0][template]", "Mine now"),
        ("targets[0][provider]", provider.as_str()),
        ("targets[0][model]", "sim-large"),
    ];
    let mut carl = trade.browser("carl").await;
    assert_eq!(carl.ask_multipart(UPDATE, &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(carl.get(&format!("/apis/{id}/upstream")).await.status, StatusCode::NOT_FOUND);
    let mut nobody = trade.portal.browser();
    assert_eq!(nobody.ask_multipart(UPDATE, &fields).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(kept(&trade, &api).await, before);
}

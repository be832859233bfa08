//! Making an ai api in the portal: from models that are connected, with chains behind their names, called with the
//! libraries that people know.

use super::models::connection;
use super::support::Browser;
use super::trade::{Trade, about};
use control::{apis, versions};
use domain::apis::{ApiDetail, CreateApi};
use domain::ids::{ApiId, ProviderId};
use domain::models::{AliasStrategy, ModelAlias, ModelAliases, ModelRetries, ModelTarget};
use domain::roles::{PlatformRole, TeamRole};
use domain::text::VersionName;
use domain::versions::Publish;
use http::StatusCode;

fn alias(name: &str, provider: &ProviderId, models: &[&str]) -> ModelAlias {
    let target = |model: &&str| ModelTarget {
        provider: provider.clone(),
        model: (*model).to_owned(),
        weight: 1,
        priority: 0,
    };
    let targets = models.iter().map(target).collect();
    ModelAlias { name: name.to_owned(), targets, strategy: AliasStrategy::default() }
}

/// An ai api of Petra's team with the model fast.
pub async fn chat(trade: &Trade, provider: &ProviderId) -> ApiDetail {
    let input = CreateApi {
        name: "Chat".to_owned(),
        kind: "ai".to_owned(),
        models: Some(vec![alias("fast", provider, &["gpt-4o-mini"])]),
        ..CreateApi::default()
    };
    apis::create(trade.control(), &trade.petra, &trade.api.api.team, input).await.unwrap()
}

async fn models(trade: &Trade, api: &ApiId) -> ModelAliases {
    let draft = versions::get(trade.control(), &trade.petra, api, &VersionName::first()).await.unwrap().draft;
    draft.models.unwrap()
}

async fn publish(trade: &Trade, api: &ApiId) {
    let (v1, publish) = (VersionName::first(), Publish::default());
    versions::publish(trade.control(), &trade.petra, api, &v1, publish).await.unwrap();
}

#[tokio::test]
async fn an_ai_api_is_made_from_models_that_are_connected() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let page = "/apis/new?from=models";
    petra.get(page).await.shows("No vendor is connected").shows("Needs the platform role");
    let provider = connection(&trade).await;
    let offered = petra.get(page).await;
    offered.shows("Models of the house").shows("<option value=\"gpt-4o-mini\">").shows("list=\"models-");
    let team = trade.api.api.team.to_string();
    let common = [("kind", "ai"), ("team", team.as_str()), ("name", "Chat")];
    let none = petra.upload(page, "/api/apis/create", &common, None).await;
    none.shows("Expected 1 to 100 models").shows("value=\"Chat\"");
    let absent = ProviderId::from_parts(9, 9).to_string();
    let mut fields = common.to_vec();
    fields.extend([("models[0][provider]", provider.as_str()), ("models[0][model]", "gpt-4o-mini")]);
    fields.push(("models[0][alias]", "fast"));
    let mut wrong = fields.clone();
    wrong.extend([("models[2][provider]", absent.as_str()), ("models[2][model]", "some-model")]);
    let refused = petra.upload(page, "/api/apis/create", &wrong, None).await;
    refused.shows("field-model-2-provider-error").shows("There is no such provider").shows("some-model");
    let mut twice = fields.clone();
    twice.extend([("models[1][provider]", provider.as_str()), ("models[1][model]", "gpt-4o")]);
    twice.push(("models[1][alias]", "fast"));
    let refused = petra.upload(page, "/api/apis/create", &twice, None).await;
    refused.shows("field-model-1-alias-error").shows("Stands twice");
    fields.extend([("models[1][provider]", provider.as_str()), ("models[1][model]", "gpt-4o")]);
    let made = petra.upload(page, "/api/apis/create", &fields, None).await;
    made.shows("Chat is a draft now").shows("fast, gpt-4o").shows("Look through the models");
}

async fn submit(browser: &mut Browser, page: &str, action: &str, api: &str, more: &[(&str, &str)]) -> String {
    browser.submit(page, action, &about(api, more)).await.body
}

#[tokio::test]
async fn a_chain_of_models_is_edited_and_what_is_wrong_stands_at_its_row() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let provider = provider.as_str();
    let api = chat(&trade, &provider.parse().unwrap()).await.api.id;
    let mut petra = trade.browser("petra").await;
    let upstream = format!("/apis/{api}/upstream");
    petra.get(&upstream).await.shows("Add a model").shows("alias=fast").shows("Models of the house");
    let page = format!("/apis/{api}/upstream/models?alias=fast");
    let shown = petra.get(&page).await;
    shown.shows("value=\"gpt-4o-mini\"").shows("name=\"targets[2][model]\"").shows("<datalist id=\"models-");

    // the second row is emptied: it is left out, and the third is still told at its own fields
    let chain = |weight: &'static str| {
        vec![
            ("known", "fast"),
            ("alias", "quick"),
            ("strategy", "lowest_cost"),
            ("targets[0][provider]", provider),
            ("targets[0][model]", "gpt-4o-mini"),
            ("targets[0][weight]", "2"),
            ("targets[0][priority]", "0"),
            ("targets[1][provider]", provider),
            ("targets[1][model]", ""),
            ("targets[2][provider]", provider),
            ("targets[2][model]", "gpt-4o"),
            ("targets[2][weight]", weight),
            ("targets[2][priority]", "1"),
        ]
    };
    let update = "/api/aliases/update";
    let api_id = api.to_string();
    for (weight, said) in [("500", "Expected 1 to 100"), ("many", "Expected a whole number")] {
        let refused = submit(&mut petra, &page, update, &api_id, &chain(weight)).await;
        assert!(refused.contains("field-target-2-weight-error") && refused.contains(said), "{refused}");
        assert!(refused.contains(&format!("value=\"{weight}\"")) && refused.contains("value=\"quick\""));
    }
    let saved = submit(&mut petra, &page, update, &api_id, &chain("1")).await;
    assert!(saved.contains("The draft is changed") && saved.contains("the cheapest first"), "{saved}");
    let changed = models(&trade, &api).await.aliases;
    assert_eq!((changed.len(), changed[0].name.as_str()), (1, "quick"));
    assert_eq!(changed[0].strategy, AliasStrategy::LowestCost);
    let chain: Vec<(&str, u32, u32)> = changed[0]
        .targets
        .iter()
        .map(|target| (target.model.as_str(), target.weight, target.priority))
        .collect();
    assert_eq!(chain, [("gpt-4o-mini", 2, 0), ("gpt-4o", 1, 1)]);
    assert_eq!(petra.get(&page).await.status, StatusCode::NOT_FOUND, "it has another name");

    let new = [("alias", "quick"), ("targets[0][provider]", provider), ("targets[0][model]", "gpt-4o")];
    let add = format!("/apis/{api}/upstream/models");
    let refused = submit(&mut petra, &add, "/api/aliases/create", &api_id, &new).await;
    assert!(refused.contains("field-alias-error") && refused.contains("Stands twice"), "{refused}");
    let empty = submit(&mut petra, &add, "/api/aliases/create", &api_id, &[("alias", "large")]).await;
    assert!(empty.contains("Expected 1 to 10 targets"), "{empty}");
    submit(&mut petra, &add, "/api/aliases/create", &api_id, &[("alias", "large"), new[1], new[2]]).await;
    assert_eq!(models(&trade, &api).await.aliases.len(), 2);
    submit(&mut petra, &upstream, "/api/versions/strict-models", &api_id, &[("enabled", "true")]).await;
    assert!(models(&trade, &api).await.strict);
    submit(&mut petra, &upstream, "/api/aliases/delete", &api_id, &[("known", "quick")]).await;
    let last = submit(&mut petra, &upstream, "/api/aliases/delete", &api_id, &[("known", "large")]).await;
    assert!(last.contains("Expected 1 to 100 models"), "{last}");
    assert_eq!(models(&trade, &api).await.aliases[0].name, "large");
}

#[tokio::test]
async fn what_a_call_may_try_is_said_beside_the_models() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let api = chat(&trade, &provider).await.api.id;
    let mut petra = trade.browser("petra").await;
    let (upstream, action, id) =
        (format!("/apis/{api}/upstream"), "/api/versions/model-retries", api.to_string());
    petra.get(&upstream).await.shows("When a model fails").shows("Attempts at most");
    for (attempts, within_s, field, said) in [
        ("9", "", "attempts", "Expected 1 to 8, got 9"),
        ("many", "", "attempts", "Expected a whole number"),
        ("", "0", "within_s", "Expected 1 to 1800, got 0"),
    ] {
        let typed = [("attempts", attempts), ("within_s", within_s)];
        let refused = submit(&mut petra, &upstream, action, &id, &typed).await;
        assert!(refused.contains(&format!("field-{field}-error")) && refused.contains(said), "{refused}");
    }
    assert_eq!(models(&trade, &api).await.retries, ModelRetries::default());
    submit(&mut petra, &upstream, action, &id, &[("attempts", "3"), ("within_s", "45")]).await;
    let set = ModelRetries { attempts: Some(3), within_s: Some(45) };
    assert_eq!(models(&trade, &api).await.retries, set);
    petra.get(&upstream).await.shows("value=\"3\"").shows("value=\"45\"");
    petra.get(&format!("/apis/{api}/changes")).await.shows("models attempts 3");
    submit(&mut petra, &upstream, action, &id, &[("attempts", ""), ("within_s", "")]).await;
    assert_eq!(models(&trade, &api).await.retries, ModelRetries::default());
    let mut fritz = trade.foreigner().await;
    let refused = fritz.ask(action, &about(&id, &[("attempts", "3")])).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.body);
}

#[tokio::test]
async fn a_draft_of_models_is_compared_published_and_rolled_back() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let api = chat(&trade, &provider).await.api.id;
    let mut petra = trade.browser("petra").await;
    let changes = format!("/apis/{api}/changes");
    let published = petra.submit(&changes, "/api/versions/publish", &about(api.as_str(), &[])).await;
    published.shows("Revision 1 of v1 is live");
    petra.get(&changes).await.shows("there is nothing to publish");
    let new =
        [("alias", "large"), ("targets[0][provider]", provider.as_str()), ("targets[0][model]", "gpt-4o")];
    let add = format!("/apis/{api}/upstream/models");
    petra
        .submit(&add, "/api/aliases/create", &about(api.as_str(), &new))
        .await
        .shows("differs from revision 1");
    petra.get(&changes).await.shows(&format!("model large at {provider} as gpt-4o"));
    petra
        .submit(&changes, "/api/versions/publish", &about(api.as_str(), &[]))
        .await
        .shows("Revision 2 of v1");
    petra.get(&format!("/apis/{api}/compare?from=1&to=2")).await.shows("model large");
    let back =
        petra.submit(&changes, "/api/versions/rollback", &about(api.as_str(), &[("revision", "1")])).await;
    back.shows("Revision 1 of v1 is live again");
}

#[tokio::test]
async fn the_catalogue_tells_each_library_where_to_call() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let api = chat(&trade, &provider).await.api.id;
    publish(&trade, &api).await;
    let mut carl = trade.browser("carl").await;
    let openai = carl.get("/catalogue/chat").await;
    openai.shows("Only the base address and the key are different.").shows("from openai import OpenAI");
    openai.shows("http://127.0.0.1:8080/chat/v1").shows("import OpenAI from").shows("/chat/completions");
    openai.shows("fast").lacks("gpt-4o-mini").lacks(provider.as_str());
    let anthropic = carl.get("/catalogue/chat?sdk=anthropic").await;
    anthropic.shows("from anthropic import Anthropic").shows("base_url=\"http://127.0.0.1:8080/chat\"");
    anthropic.shows("http://127.0.0.1:8080/chat/v1/messages");
    let google = carl.get("/catalogue/chat?sdk=google").await;
    google.shows("from google import genai").shows("/chat/v1/v1beta/models/fast:generateContent");
    // Anthropic's libraries cannot be led to another version
    let v2: VersionName = "v2".parse().unwrap();
    versions::create(trade.control(), &trade.petra, &api, v2.clone(), Some(VersionName::first()))
        .await
        .unwrap();
    versions::publish(trade.control(), &trade.petra, &api, &v2, Publish::default()).await.unwrap();
    carl.get("/catalogue/chat/v2?sdk=anthropic").await.shows("call the version v1 alone");
    carl.get("/catalogue/pets").await.lacks("from openai import OpenAI");
}

#[tokio::test]
async fn only_those_who_may_edit_change_the_models() {
    let trade = Trade::new().await;
    let provider = connection(&trade).await;
    let api = chat(&trade, &provider).await.api.id;
    let page = format!("/apis/{api}/upstream/models?alias=fast");
    let mut vera = trade.provider("vera", TeamRole::Viewer).await;
    vera.get(&page).await.shows("Needs the role owner or publisher or developer");
    let fields = [("known", "fast"), ("alias", "fast")];
    let target = [("targets[0][provider]", provider.as_str()), ("targets[0][model]", "gpt-4o")];
    let fields = [fields[0], fields[1], target[0], target[1]];
    let refused = vera.ask("/api/aliases/update", &about(api.as_str(), &fields)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    let mut fritz = trade.foreigner().await;
    assert_eq!(fritz.get(&page).await.status, StatusCode::NOT_FOUND);
    let refused = fritz.ask("/api/aliases/update", &about(api.as_str(), &fields)).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.body);
    let mut auditor = trade.portal.signed_in("otto", PlatformRole::Auditor).await;
    auditor.get(&page).await.shows("Needs the role");
    assert_eq!(models(&trade, &api).await.aliases[0].targets[0].model, "gpt-4o-mini");
}

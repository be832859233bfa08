//! Connections to AI vendors through the portal: connected, tested, changed, with the health of their keys.

use super::support::{Browser, Portal};
use super::trade::Trade;
use control::{Actor, Control, apis};
use domain::Time;
use domain::apis::CreateApi;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::models::{AliasStrategy, ModelAlias, ModelTarget};
use domain::providers::{
    CreateProvider, CreateProviderKey, Provider, ProviderKey, ProviderSecret, ProviderSettings,
};
use domain::roles::PlatformRole;
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use http::StatusCode;

const SECRET: &str = "sk-canary-0123456789";

/// A connection at an address that nobody may be made to call, without keys.
pub async fn bare(control: &Control) -> Provider {
    let provider = Provider {
        id: ProviderId::from_parts(3, 3),
        name: "Lab".to_owned(),
        kind: "openai".to_owned(),
        base_url: Some("http://127.0.0.1:9/v1".parse().unwrap()),
        settings: ProviderSettings::new(),
        enabled: true,
        keys: Vec::new(),
        created_at: control.now(),
        updated_at: control.now(),
    };
    let mut tx = control.store().begin().await.unwrap();
    store::providers::insert(&mut tx, &provider).await.unwrap();
    tx.commit().await.unwrap();
    provider
}

/// As [`bare`], with the keys 7 and 8, whose secrets nobody can open.
async fn with_keys(control: &Control) -> Provider {
    let key = |number, position| ProviderKey {
        id: ProviderKeyId::from_parts(0, number),
        name: format!("key {number}"),
        hint: "6789".to_owned(),
        weight: 1,
        position,
        enabled: true,
        expires_at: None,
        created_at: control.now(),
    };
    let provider = Provider { keys: vec![key(7, 1), key(8, 2)], ..bare(control).await };
    let mut tx = control.store().begin().await.unwrap();
    for key in &provider.keys {
        store::providers::keys::insert(&mut tx, &provider.id, key, "sealed").await.unwrap();
    }
    tx.commit().await.unwrap();
    provider
}

/// A connection to OpenAI with a key, made by somebody who may.
pub async fn connected(control: &Control, actor: &Actor) -> Provider {
    let key = CreateProviderKey {
        name: "one".to_owned(),
        secret: ProviderSecret::of(SECRET),
        ..CreateProviderKey::default()
    };
    let (name, kind) = ("Second".to_owned(), "openai".to_owned());
    let input = CreateProvider { name, kind, keys: vec![key], ..CreateProvider::default() };
    control::providers::create(control, actor, input).await.unwrap()
}

/// Connects as a person does; answers the page of the connection.
async fn connect(browser: &mut Browser, name: &str, base_url: &str) -> String {
    let fields = [
        ("kind", "openai"),
        ("name", name),
        ("base_url", base_url),
        ("settings[project]", "proj_1"),
        ("key_name", "first"),
        ("secret", SECRET),
    ];
    let answer = browser.post("/providers/new?kind=openai", "/api/providers/create", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().to_owned()
}

fn id_of(page: &str) -> &str {
    page.strip_prefix("/providers/").unwrap()
}

#[tokio::test]
async fn a_vendor_is_looked_for_and_connected_and_no_secret_is_shown() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Operator).await;
    ada.get("/").await.shows("href=\"/providers\"");
    ada.get("/providers").await.shows("No vendor is connected").shows("Connect a vendor");
    let all = ada.get("/providers/new").await;
    all.shows("Vendors and hosts of models").shows("Clouds").shows("Your own servers").shows("Mistral");
    ada.get("/providers/new?q=bedrock").await.shows("kind=bedrock").lacks("kind=openai");
    ada.get("/providers/new?q=nobody+at+all").await.shows("No vendor matches");
    ada.get("/providers/new?kind=bedrock").await.shows("name=\"settings[region]\"").shows("required");
    for (kind, control) in
        [("openai", "type=\"password\""), ("bedrock", "type=\"password\""), ("vertex", "<textarea")]
    {
        let form = ada.get(&format!("/providers/new?kind={kind}")).await;
        form.shows("name=\"secret\"").shows("id=\"field-secret\"").shows(control);
    }
    assert_eq!(ada.get("/providers/new?kind=nobody").await.status, StatusCode::NOT_FOUND);

    let page = "/providers/new?kind=openai";
    let wrong = [("kind", "openai"), ("name", ""), ("settings[project]", "proj_2"), ("secret", SECRET)];
    let refused = ada.submit(page, "/api/providers/create", &wrong).await;
    refused.shows("This is required.").shows("proj_2").lacks("canary");
    let inside = [("kind", "openai"), ("name", "Mine"), ("base_url", "http://169.254.169.254/")];
    let refused = ada.submit(page, "/api/providers/create", &inside).await;
    refused.shows("http://169.254.169.254/").shows("field-base_url-error");

    let page = connect(&mut ada, "Mine", "").await;
    let shown = ada.get(&page).await;
    shown.shows("Mine").shows("OpenAI").shows("…6789").shows("proj_1").lacks("canary");
    shown.shows("It was not tested yet").shows("Test the connection");
    ada.get("/providers").await.shows("Mine").shows("OpenAI").shows("never").lacks("canary");
    let again = [("kind", "openai"), ("name", "Mine")];
    let refused = ada.submit("/providers/new?kind=openai", "/api/providers/create", &again).await;
    refused.shows("taken by another provider");
}

#[tokio::test]
async fn a_test_really_calls_and_the_page_shows_what_came_of_it() {
    let portal = Portal::near().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    let echo = Echo::start().unwrap();
    let page = connect(&mut ada, "Mine", &format!("{}/v1", echo.url())).await;
    let hidden = [("provider", id_of(&page))];
    let tested = ada.submit(&page, "/api/providers/test", &hidden).await;
    tested.shows("The vendor answered in").shows("Answered in").shows("with the key first");
    assert_eq!(echo.calls(), 1);
    ada.get("/providers").await.shows(" ms").lacks("never");

    let body = format!("{{\"error\":{{\"message\":\"Incorrect API key: {SECRET}\"}}}}");
    let answer = format!("HTTP/1.1 401 No\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let vendor = RawUpstream::answering(answer.into_bytes()).unwrap();
    let page = connect(&mut ada, "Broken", &vendor.url()).await;
    let tested = ada.submit(&page, "/api/providers/test", &[("provider", id_of(&page))]).await;
    tested.shows("Answered with status 401").shows("Incorrect API key: [secret]").lacks("canary");
    ada.get("/providers").await.shows("failed");
}

#[tokio::test]
async fn settings_are_changed_and_a_connection_in_use_stays() {
    let trade = Trade::new().await;
    let mut ada = trade.portal.signed_in("ada", PlatformRole::Administrator).await;
    let page = connect(&mut ada, "Mine", "").await;
    let id = id_of(&page);
    let fields = [("provider", id), ("name", "House"), ("settings[project]", "proj_9"), ("enabled", "true")];
    let changed = ada.submit(&page, "/api/providers/update", &fields).await;
    changed.shows("The connection is changed").shows("House").shows("proj_9");
    let moved = [fields[0], fields[1], ("base_url", "https://other.example.com/v1"), fields[3]];
    let refused = ada.submit(&page, "/api/providers/update", &moved).await;
    refused.shows("keys were given for").shows("https://other.example.com/v1");

    let target = ModelTarget { provider: id.parse().unwrap(), model: "m".to_owned(), weight: 1, priority: 0 };
    let alias =
        ModelAlias { name: "m".to_owned(), targets: vec![target], strategy: AliasStrategy::default() };
    let input = CreateApi {
        name: "Chat of the shelter".to_owned(),
        kind: "ai".to_owned(),
        models: Some(vec![alias]),
        ..CreateApi::default()
    };
    let team = &trade.api.api.team;
    let api = apis::create(trade.control(), &trade.petra, team, input).await.unwrap().api.id;
    let refused = ada.submit(&page, "/api/providers/delete", &fields[..1]).await;
    refused.shows("It is used by Chat of the shelter").shows("House");
    apis::delete(trade.control(), &trade.petra, &api).await.unwrap();
    let gone = ada.submit(&page, "/api/providers/delete", &fields[..1]).await;
    gone.shows("The connection and its keys are deleted").shows("No vendor is connected");
    assert_eq!(ada.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn keys_are_added_changed_switched_and_removed() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Operator).await;
    let page = connect(&mut ada, "Mine", "").await;
    let id: ProviderId = id_of(&page).parse().unwrap();
    let provider = ("provider", id.as_str());
    let wrong = [provider, ("name", "second"), ("secret", SECRET), ("weight", "many")];
    let refused = ada.submit(&page, "/api/provider-keys/create", &wrong).await;
    refused.shows("Expected a whole number").shows("second").lacks("canary");
    let fields = [wrong[0], wrong[1], wrong[2], ("weight", "3"), ("expires_at", "2026-12-24")];
    let added = ada.submit(&page, "/api/provider-keys/create", &fields).await;
    added.shows("The key second takes calls now").shows("Place 2").lacks("canary");

    let keys = || async {
        let mut conn = portal.store.read().await.unwrap();
        store::providers::get(&mut conn, &id).await.unwrap().unwrap().keys
    };
    let second = keys().await.pop().unwrap();
    assert_eq!((second.weight, second.expires_at), (3, "2026-12-24T00:00:00Z".parse::<Time>().ok()));
    let at = format!("{page}/keys/{}", second.id);
    ada.get(&at).await.shows("value=\"2026-12-24\"").shows("Another secret").lacks("canary");
    let key = ("provider_key", second.id.as_str());
    let far = [provider, key, ("name", "second"), ("weight", "3"), ("position", "9"), ("enabled", "true")];
    ada.submit(&at, "/api/provider-keys/update", &far)
        .await
        .shows("field-position-error")
        .shows("value=\"9\"");
    let first = [provider, key, ("name", "spare"), ("weight", "5"), ("position", "1"), ("enabled", "true")];
    ada.submit(&at, "/api/provider-keys/update", &first).await.shows("The key spare is changed");
    let names: Vec<String> = keys().await.into_iter().map(|key| key.name).collect();
    assert_eq!(names, ["spare", "first"]);

    let off = ada.submit(&page, "/api/provider-keys/switch", &[provider, key]).await;
    off.shows("The key spare is switched off").shows("Switch on").lacks("canary");
    ada.get("/providers").await.shows("1 of 2");
    assert!(!keys().await[0].enabled);
    ada.submit(&page, "/api/provider-keys/switch", &[provider, key, ("enabled", "true")]).await;
    assert!(keys().await[0].enabled);
    let other = [provider, key, ("secret", "another-0123456789-wxyz")];
    ada.submit(&at, "/api/provider-keys/replace", &other).await.shows("…wxyz").lacks("another-0123");
    ada.submit(&at, "/api/provider-keys/delete", &[provider, key]).await.shows("The key is removed");
    assert_eq!(keys().await.len(), 1);
    assert_eq!(ada.get(&at).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_key_shows_what_the_gateway_sees_of_it() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Auditor).await;
    let provider = with_keys(&portal.control).await;
    let page = format!("/providers/{}", provider.id);
    let shown = ada.get(&page).await;
    shown.shows("Over its limit, cools").shows("Fit again").shows("in 1 min").shows("Last refused with 429");
    shown.shows("Not used").shows("All keys rest");
    ada.get("/providers").await.shows("All keys rest");
    ada.get(&format!("{page}/keys/{}", provider.keys[0].id)).await.shows("Over its limit, cools");
}

#[tokio::test]
async fn only_those_who_run_the_platform_open_and_change_connections() {
    let portal = Portal::new().await;
    let id = with_keys(&portal.control).await.id;
    let page = format!("/providers/{id}");
    let mut auditor = portal.signed_in("ada", PlatformRole::Auditor).await;
    auditor.get("/providers").await.shows("Lab").shows("Needs the platform role administrator or operator");
    auditor.get(&page).await.shows("Needs the platform role administrator or operator");
    assert_eq!(auditor.get("/providers/new").await.status, StatusCode::FORBIDDEN);
    let mut member = portal.signed_in("mia", PlatformRole::Member).await;
    member.get("/").await.lacks("href=\"/providers\"");
    for path in ["/providers", "/providers/new", page.as_str()] {
        let refused = member.get(path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        refused.lacks("Lab");
        assert_eq!(portal.browser().get(path).await.status, StatusCode::FOUND, "{path}");
    }
    let fields = [("provider", id.as_str()), ("name", "Theirs"), ("enabled", "true")];
    for browser in [&mut auditor, &mut member] {
        let refused = browser.ask("/api/providers/update", &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    }
    auditor.get(&page).await.shows("Lab").lacks("Theirs");
}

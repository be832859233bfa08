//! The catalogue through the portal: what people find and read, and how they get access.

use super::support::{Answer, Portal};
use super::trade::Trade;
use control::{Actor, accounts, settings, versions};
use domain::apis::{UpdateApi, Visibility};
use domain::roles::PlatformRole;
use domain::subscriptions::SubscriptionState;
use domain::text::VersionName;
use domain::versions::{Publish, UpdateDraft};
use http::StatusCode;

const DOCUMENT: &str = r##"{"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"},
  "servers": [{"url": "https://backend.internal.example/base"}],
  "tags": [{"name": "pets", "description": "What is kept"}],
  "paths": {
    "/pets": {"get": {"tags": ["pets"], "summary": "Lists pets", "parameters": [
        {"name": "kind", "in": "query", "required": true, "schema": {"type": "string", "enum": ["cat", "dog"]}}],
      "responses": {"200": {"description": "all of them", "content": {"application/json": {"schema":
        {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}}}}},
      "post": {"tags": ["pets"], "summary": "Adds a pet", "requestBody": {"required": true, "content":
        {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}, "responses": {"201": {"description": "made"}}}},
    "/owners/{id}": {"get": {"summary": "Shows an owner", "description": "*once* <script>alert(1)</script>",
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "responses": {"200": {"description": "the owner"}}}}},
  "components": {"schemas": {"Pet": {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string", "example": "Tom"}, "parent": {"$ref": "#/components/schemas/Pet"}}}}}}"##;

async fn administrator(portal: &Portal) -> Actor {
    let account = portal.account("root", PlatformRole::Administrator).await;
    accounts::actor(&portal.control, &account.id, "").await.unwrap().unwrap()
}

/// Gives the api a document and a guide, and publishes them.
async fn described(trade: &Trade) {
    let first = VersionName::first();
    let input = UpdateDraft {
        openapi: Some(DOCUMENT.to_owned()),
        docs: Some("# Begin here\n\n<b>not bold</b> [bad](javascript:alert(1))".to_owned()),
        ..UpdateDraft::default()
    };
    versions::update_draft(trade.control(), &trade.petra, &trade.api.api.id, &first, input).await.unwrap();
    versions::publish(trade.control(), &trade.petra, &trade.api.api.id, &first, Publish::default())
        .await
        .unwrap();
}

fn key_in(page: &Answer) -> Option<String> {
    let at = page.body.match_indices("ghk_").map(|(at, _)| &page.body[at..]);
    let keys = at
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
    keys.into_iter().find(|key| key.len() == 42)
}

#[tokio::test]
async fn a_search_finds_narrows_and_says_when_nothing_matches() {
    let trade = Trade::new().await;
    let mut carl = trade.browser("carl").await;
    carl.get("/catalogue").await.shows("Pets").shows("Shelter").shows("Published").shows("1 API");
    carl.get("/catalogue?q=pets").await.shows("/catalogue/pets");
    carl.get("/catalogue?q=zebra&state=published").await.shows("Nothing matches").lacks("/catalogue/pets\"");
    carl.get("/catalogue?state=retired").await.shows("Nothing matches");
    carl.get("/catalogue?cursor=nonsense").await.shows("cursor");
}

#[tokio::test]
async fn an_empty_catalogue_says_why() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Member).await;
    ada.get("/catalogue").await.shows("The catalogue is empty");
}

#[tokio::test]
async fn visitors_see_it_only_where_the_platform_shows_it() {
    let trade = Trade::new().await;
    let mut visitor = trade.portal.browser();
    let answer = visitor.get("/catalogue/pets").await;
    assert_eq!(answer.location(), "/sign-in?next=%2Fcatalogue%2Fpets");
    let root = administrator(&trade.portal).await;
    let mut open = settings::get(trade.control()).await.unwrap();
    open.anonymous_catalogue = true;
    settings::update(trade.control(), &root, open).await.unwrap();
    // the api is internal: it is not for visitors
    visitor.get("/catalogue").await.shows("The catalogue is empty");
    assert_eq!(visitor.get("/catalogue/pets").await.status, StatusCode::NOT_FOUND);
    let public = UpdateApi { visibility: Some(Visibility::Public), ..UpdateApi::default() };
    control::apis::update(trade.control(), &trade.petra, &trade.api.api.id, public).await.unwrap();
    visitor.get("/catalogue").await.shows("/catalogue/pets");
    visitor.get("/catalogue/pets").await.shows("Sign in to subscribe").lacks("My access");
    assert_eq!(
        visitor.get("/catalogue/pets/subscribe").await.location(),
        "/sign-in?next=%2Fcatalogue%2Fpets%2Fsubscribe"
    );
}

#[tokio::test]
async fn an_api_shows_its_guide_without_what_could_run() {
    let trade = Trade::new().await;
    described(&trade).await;
    let page = trade.browser("carl").await.get("/catalogue/pets").await;
    page.shows("<h2>Begin here</h2>").shows("&lt;b&gt;not bold&lt;/b&gt;").lacks("javascript:alert");
    page.shows("http://127.0.0.1:8080/pets/v1").shows("/catalogue/pets/v1/openapi.json").shows("<title>Pets");
}

#[tokio::test]
async fn the_reference_lists_operations_and_each_has_a_page() {
    let trade = Trade::new().await;
    described(&trade).await;
    let mut carl = trade.browser("carl").await;
    let index = carl.get("/catalogue/pets/v1/reference").await;
    index.shows("What is kept").shows("Lists pets").shows("/catalogue/pets/v1/operations/get-owners-id");
    carl.get("/catalogue/pets/v1/reference?q=owner").await.shows("Shows an owner").lacks("Lists pets");
    carl.get("/catalogue/pets/v1/reference?q=zebra").await.shows("No operation matches");
    let read = carl.get("/catalogue/pets/v1/operations/get-pets").await;
    read.shows("http://127.0.0.1:8080/pets/v1/pets?kind=cat").shows("YOUR_API_KEY").shows("contains itself");
    let sent = carl.get("/catalogue/pets/v1/operations/post-pets?sample=python").await;
    sent.shows("requests.post(").shows("\"name\": \"Tom\"");
    let owner = carl.get("/catalogue/pets/v1/operations/get-owners-id").await;
    owner.shows("<em>once</em>").lacks("<script>alert").lacks("backend.internal.example");
    assert_eq!(carl.get("/catalogue/pets/v1/operations/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_document_the_routes_are_shown() {
    let trade = Trade::new().await;
    let mut carl = trade.browser("carl").await;
    carl.get("/catalogue/pets/v1/reference").await.shows("gives no OpenAPI document").shows("/*");
    assert_eq!(carl.get("/catalogue/pets/v1/openapi.json").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_document_is_the_gateways_and_for_those_who_see_the_api() {
    let trade = Trade::new().await;
    described(&trade).await;
    let file = trade.browser("carl").await.get("/catalogue/pets/v1/openapi.json").await;
    assert_eq!(file.header("content-type"), "application/json");
    file.shows("http://127.0.0.1:8080/pets/v1").lacks("backend.internal.example");
    let visitor = trade.portal.browser().get("/catalogue/pets/v1/openapi.json").await;
    assert_eq!(visitor.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_private_api_of_others_is_as_if_it_were_not_there() {
    let trade = Trade::new().await;
    described(&trade).await;
    let hidden = UpdateApi { visibility: Some(Visibility::Private), ..UpdateApi::default() };
    control::apis::update(trade.control(), &trade.petra, &trade.api.api.id, hidden).await.unwrap();
    let mut fritz = trade.foreigner().await;
    fritz.get("/catalogue?q=pets").await.lacks("/catalogue/pets\"");
    for path in [
        "",
        "/v1",
        "/v1/reference",
        "/v1/operations/get-pets",
        "/v1/plans",
        "/v1/access",
        "/subscribe",
        "/v1/openapi.json",
    ] {
        let answer = fritz.get(&format!("/catalogue/pets{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.lacks("Shelter");
    }
    trade.browser("petra").await.get("/catalogue/pets/v1").await.shows("Begin here");
}

#[tokio::test]
async fn access_with_a_new_application_comes_with_a_key_shown_once() {
    let trade = Trade::new().await;
    let mut carl = trade.browser("carl").await;
    let page = carl.get("/catalogue/pets/subscribe").await;
    page.shows("You have access as soon as you ask for it.")
        .shows("The team Shelter decides")
        .shows("Web shop");
    let (plan, team) = (trade.automatic.id.to_string(), trade.application.team.to_string());
    let fields = [
        ("slug", "pets"),
        ("plan", plan.as_str()),
        ("application", "new"),
        ("name", "Night job"),
        ("team", team.as_str()),
        ("reason", "counting"),
        ("make_key", "true"),
    ];
    let first = carl.submit("/catalogue/pets/subscribe", "/api/subscriptions/request", &fields).await;
    let key = key_in(&first).expect("the new key");
    first
        .shows("You have access.")
        .shows(&format!("Authorization: Bearer {key}"))
        .shows("Waiting for the first call");
    carl.get("/catalogue/pets/v1/access").await.shows("Night job").shows("Active").shows("You have access");
    carl.get("/catalogue").await.shows("You have access");
}

#[tokio::test]
async fn a_request_that_needs_approval_says_so_and_is_pending() {
    let trade = Trade::new().await;
    let mut carl = trade.browser("carl").await;
    let (plan, application) = (trade.manual.id.to_string(), trade.application.id.to_string());
    let fields = [
        ("slug", "pets"),
        ("plan", plan.as_str()),
        ("application", application.as_str()),
        ("reason", "cats"),
    ];
    let page = carl.submit("/catalogue/pets/subscribe", "/api/subscriptions/request", &fields).await;
    page.shows("Your request is on its way").shows("The team Shelter decides").shows("Pending");
    assert_eq!(key_in(&page), None);
    carl.get("/catalogue/pets").await.shows("Pending since 2026-11-23");
    carl.get("/catalogue/pets/subscribe").await.shows("pending already");
}

#[tokio::test]
async fn a_refused_request_keeps_what_was_typed_and_leaves_no_application() {
    let trade = Trade::new().await;
    let mut carl = trade.browser("carl").await;
    let (plan, team) = (trade.automatic.id.to_string(), trade.application.team.to_string());
    let page = "/catalogue/pets/subscribe";
    let action = "/api/subscriptions/request";
    let nameless = [
        ("slug", "pets"),
        ("plan", plan.as_str()),
        ("application", "new"),
        ("team", &team),
        ("reason", "why not"),
    ];
    carl.submit(page, action, &nameless).await.shows("This is required.").shows("why not");
    let planless = [("slug", "pets"), ("application", "new"), ("name", "Left over"), ("team", team.as_str())];
    carl.submit(page, action, &planless).await.shows("Left over").shows("This is required.");
    let mut petra = trade.browser("petra").await;
    let (api, plan_id) = (trade.api.api.id.to_string(), trade.automatic.id.to_string());
    let closing = [("api", api.as_str()), ("plan", plan_id.as_str()), ("closed", "true")];
    petra.submit(&format!("/apis/{api}/plans"), "/api/plans/close", &closing).await.shows("is closed");
    let late = [
        ("slug", "pets"),
        ("plan", plan.as_str()),
        ("application", "new"),
        ("name", "Left over"),
        ("team", &team),
    ];
    carl.submit(page, action, &late).await.shows("closed and takes no new subscriptions");
    carl.get("/applications").await.lacks("Left over");
}

#[tokio::test]
async fn the_first_call_stands_on_the_page_when_it_has_come() {
    let trade = Trade::new().await;
    let held = trade.subscribe(&trade.automatic).await;
    assert_eq!(held.state, SubscriptionState::Active);
    let mut carl = trade.browser("carl").await;
    let page = format!("/catalogue/pets/first-call?subscription={}", held.id);
    carl.get(&page)
        .await
        .shows("Waiting for the first call")
        .shows("http-equiv=\"refresh\"")
        .lacks("data-settled");
    trade.record(&[trade.call(0, 200)]).await;
    carl.get(&page)
        .await
        .shows("Your call has arrived")
        .shows("/pets/v1/cats")
        .shows("data-settled")
        .lacks("http-equiv");
    let mut fritz = trade.foreigner().await;
    assert_eq!(fritz.get(&page).await.status, StatusCode::NOT_FOUND);
}

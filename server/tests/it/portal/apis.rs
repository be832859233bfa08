//! The workspace of an api: made, changed, published, looked after; and closed to others.

use super::support::{Answer, Browser};
use super::trade::Trade;
use control::versions;
use domain::lifecycle::VersionState;
use domain::roles::TeamRole;
use domain::text::VersionName;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, REFERER};
use http::{Method, StatusCode};

const PARTS: [&str; 9] =
    ["", "/design", "/routes", "/upstream", "/plans", "/consumers", "/docs", "/changes", "/settings"];

/// Sends a form with a file, as browsers do.
async fn upload(
    browser: &mut Browser,
    from: &str,
    action: &str,
    fields: &[(&str, &str)],
    file: Option<&str>,
) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    let (name, text) = file.map_or(("", ""), |text| ("api.yaml", text));
    body.push_str(&format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/yaml\r\n\r\n{text}\r\n--b--\r\n"
    ));
    let referer = format!("http://127.0.0.1:3000{from}");
    let headers = [
        (ACCEPT, "text/html"),
        (REFERER, referer.as_str()),
        (HeaderName::from_static("sec-fetch-site"), "same-origin"),
        (CONTENT_TYPE, "multipart/form-data; boundary=b"),
    ];
    let answer = browser.send(Method::POST, action, &headers, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let to = answer.location().to_owned();
    browser.get(&to).await
}

const DOCUMENT: &str = "openapi: 3.1.0\ninfo: {title: Cats, version: '1'}\nservers: [{url: 'https://cats.example.com'}]\n\
    paths:\n  /cats:\n    get: {summary: Lists cats, responses: {'200': {description: ok}}}\n";
const BAD: &str = "openapi: 3.1.0\ninfo: {title: Cats, version: '1'}\npaths:\n  /cats:\n    get: 5\n";

fn page(trade: &Trade, part: &str) -> String {
    format!("/apis/{}{part}", trade.api.api.id)
}

/// The fields that every form about the version sends.
fn about<'a>(id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("api", id), ("version", "v1")];
    fields.extend_from_slice(more);
    fields
}

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
    let made = upload(&mut petra, "/apis/new", "/api/apis/create", &fields, None).await;
    made.shows("Dogs is a draft now")
        .shows("Before you publish")
        .shows("barks")
        .shows("nobody can call it yet");
    let fields = [("team", team.as_str()), ("name", "Cats"), ("openapi", "")];
    let made =
        upload(&mut petra, "/apis/new?from=document", "/api/apis/create", &fields, Some(DOCUMENT)).await;
    made.shows("Cats is a draft now").shows("https://cats.example.com");
}

#[tokio::test]
async fn a_refused_creation_keeps_what_was_typed_and_names_the_lines() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let team = trade.api.api.team.to_string();
    let fields =
        [("team", team.as_str()), ("name", "Cats"), ("slug", "cats"), ("openapi", BAD), ("tags", "one, two")];
    let page = upload(&mut petra, "/apis/new?from=document", "/api/apis/create", &fields, None).await;
    page.shows("Line 5").shows("one, two").shows("title: Cats").shows("value=\"cats\"");
    let fields = [("team", team.as_str()), ("name", ""), ("slug", "Bad Slug"), ("url", "ftp://x")];
    let page = upload(&mut petra, "/apis/new", "/api/apis/create", &fields, None).await;
    page.shows("This is required.").shows("Expected 2 to 48").shows("begins with http").shows("ftp://x");
    let fields = [("team", team.as_str()), ("name", "Pets"), ("url", "https://x.example.com")];
    let page = upload(&mut petra, "/apis/new", "/api/apis/create", &fields, None).await;
    page.shows("is taken by");
}

#[tokio::test]
async fn a_draft_is_changed_shown_as_a_difference_and_published() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let id = trade.api.api.id.to_string();
    petra.get(&page(&trade, "/changes")).await.shows("there is nothing to publish");
    let docs = about(&id, &[("docs", "# Hello\n<script>x</script>")]);
    let saved = petra.submit(&page(&trade, "/docs"), "/api/versions/docs", &docs).await;
    saved.shows("<h2>Hello</h2>").shows("differs from revision 1").shows("2 changes").lacks("<script>x");
    let review = petra.get(&page(&trade, "/changes")).await;
    review.shows("docs # Hello").shows("Publish the draft");
    let note = about(&id, &[("note", "A guide")]);
    let live = petra.submit(&page(&trade, "/changes"), "/api/versions/publish", &note).await;
    live.shows("Revision 2 of v1 is live.").lacks("differs from");
    petra
        .get(&page(&trade, "/changes"))
        .await
        .shows("A guide")
        .shows("Compare with live")
        .shows("Make live again");
    let compared = petra.get(&format!("/apis/{id}/compare?version=v1&from=1&to=2")).await;
    compared.shows("Revision 1 against revision 2").shows("docs # Hello");
    let back = about(&id, &[("revision", "1")]);
    let rolled = petra.submit(&page(&trade, "/changes"), "/api/versions/rollback", &back).await;
    rolled.shows("Revision 1 of v1 is live again").shows("against revision 1, which is live");
}

#[tokio::test]
async fn a_new_document_marks_what_breaks_callers() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let id = trade.api.api.id.to_string();
    let design = page(&trade, "/design");
    petra.get(&design).await.shows("No OpenAPI document");
    let refused =
        upload(&mut petra, &design, "/api/versions/document", &about(&id, &[("openapi", BAD)]), None).await;
    refused.shows("Line 5").shows("get: 5");
    let nothing = upload(&mut petra, &design, "/api/versions/document", &about(&id, &[]), None).await;
    nothing.shows("Paste a document or choose a file.");
    upload(&mut petra, &design, "/api/versions/document", &about(&id, &[]), Some(DOCUMENT))
        .await
        .shows("OpenAPI 3.1");
    petra.get(&page(&trade, "/routes")).await.shows("/cats").shows("Lists cats").lacks("/*");
    petra.submit(&page(&trade, "/changes"), "/api/versions/publish", &about(&id, &[])).await.shows("is live");
    let changed = DOCUMENT.replace("/cats:", "/felines:");
    upload(&mut petra, &design, "/api/versions/document", &about(&id, &[]), Some(&changed)).await;
    let review = petra.get(&page(&trade, "/changes")).await;
    review.shows("operation removed").shows("breaking").shows("1 change may break those who call it now");
}

#[tokio::test]
async fn routes_are_added_changed_and_removed() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, routes) = (trade.api.api.id.to_string(), page(&trade, "/routes"));
    let new = about(&id, &[("methods", "get, put"), ("path", "/dogs/{id}"), ("summary", "One dog")]);
    petra.submit(&routes, "/api/routes/create", &new).await.shows("/dogs/{id}").shows("One dog");
    petra
        .submit(&routes, "/api/routes/create", &new)
        .await
        .shows("answer the same calls")
        .shows("value=\"One dog\"");
    let bad = about(&id, &[("methods", "fetch"), ("path", "dogs")]);
    petra
        .submit(&routes, "/api/routes/create", &bad)
        .await
        .shows("Expected one of")
        .shows("begins with a slash");
    let edit = format!("{routes}/edit?route=GET%2CPUT%20%2Fdogs%2F%7Bid%7D");
    petra.get(&edit).await.shows("Change GET,PUT /dogs/{id}").shows("value=\"GET, PUT\"");
    let label = ("label", "GET,PUT /dogs/{id}");
    let changed = about(&id, &[label, ("methods", ""), ("path", "/dogs/*"), ("summary", "")]);
    petra.submit(&edit, "/api/routes/update", &changed).await.shows("/dogs/*").lacks("/dogs/{id}");
    petra.submit(&edit, "/api/routes/update", &changed).await.shows("Somebody else has changed this route");
    let gone = about(&id, &[("label", "ANY /dogs/*")]);
    petra.submit(&routes, "/api/routes/delete", &gone).await.lacks("/dogs/");
    assert_eq!(petra.get(&edit).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_backend_hosts_and_cors_say_what_is_wrong_where_it_is() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, upstream) = (trade.api.api.id.to_string(), page(&trade, "/upstream"));
    let waits = [("connect_ms", "x"), ("first_byte_ms", "1000"), ("idle_ms", ""), ("total_ms", "5000")];
    let mut fields = about(&id, &[("url", "https://new.example.com")]);
    fields.extend_from_slice(&waits);
    let refused = petra.submit(&upstream, "/api/versions/upstream", &fields).await;
    refused.shows("Expected a whole number.").shows("https://new.example.com");
    let hosts = about(&id, &[("hosts", "pets.example.com\nnot a host")]);
    petra
        .submit(&upstream, "/api/versions/hosts", &hosts)
        .await
        .shows("Expected a host name")
        .shows("not a host");
    let cors = about(&id, &[("enabled", "true"), ("origins", "nonsense"), ("max_age_s", "600")]);
    petra
        .submit(&upstream, "/api/versions/cors", &cors)
        .await
        .shows("Expected origins like")
        .shows("nonsense");
    let cors =
        about(&id, &[("enabled", "true"), ("origins", "https://app.example.com"), ("max_age_s", "600")]);
    petra
        .submit(&upstream, "/api/versions/cors", &cors)
        .await
        .shows("The draft is changed")
        .shows("https://app.example.com");
}

#[tokio::test]
async fn plans_are_made_changed_closed_and_deleted() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, plans) = (trade.api.api.id.to_string(), page(&trade, "/plans"));
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
    let consumers = page(&trade, "/consumers");
    petra.get(&consumers).await.shows("Web shop").shows("Storefront").shows("We sell cats").shows("Active");
    petra.get(&format!("{consumers}?state=paused")).await.shows("No subscriptions here").lacks("Web shop");
    let id = held.id.to_string();
    let fields = [("subscription", id.as_str()), ("reason", "unpaid")];
    petra.submit(&consumers, "/api/subscriptions/pause", &fields).await.shows("Paused").shows("Resume");
    petra.submit(&consumers, "/api/subscriptions/resume", &fields).await.shows("Active");
}

#[tokio::test]
async fn a_version_is_deprecated_blocked_and_retired() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, settings) = (trade.api.api.id.to_string(), page(&trade, "/settings"));
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
    let (id, settings) = (trade.api.api.id.to_string(), page(&trade, "/settings"));
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
        let answer = petra.get(&format!("{}?version=v2", page(&trade, part))).await;
        answer.shows("Version v2").shows(&format!("{part}?version=v1"));
        assert_eq!(answer.status, StatusCode::OK, "{part}");
    }
    assert_eq!(petra.get(&format!("{}?version=v9", page(&trade, ""))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(petra.get(&format!("{}?version=x", page(&trade, ""))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_the_catalogue_says_is_changed_and_the_api_deleted() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, settings) = (trade.api.api.id.to_string(), page(&trade, "/settings"));
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
    let more = ["/routes/edit?route=ANY%20%2F*", "/plans/new", "/compare?version=v1&from=1&to=1"];
    for part in PARTS.iter().chain(&more) {
        let answer = fritz.get(&page(&trade, part)).await;
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
    vera.get(&page(&trade, "/docs"))
        .await
        .shows("Needs the role owner or publisher or developer in the team");
    vera.get(&page(&trade, "/settings")).await.shows("Needs the role owner or publisher in the team");
    let id = trade.api.api.id.to_string();
    let answer =
        vera.submit(&page(&trade, "/docs"), "/api/versions/docs", &about(&id, &[("docs", "mine")])).await;
    answer.shows("Your role does not allow this");
}

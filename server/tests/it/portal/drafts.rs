//! The draft of a version: its parts are changed, compared with what is live, and published.

use super::trade::{BAD, DOCUMENT, Trade, about};
use control::versions;
use domain::plans::{Period, Quota, Rate};
use domain::policies::limits::{By, ScopedLimit};
use domain::roles::TeamRole;
use domain::upstream::{Balance, Protocol};
use http::StatusCode;

#[tokio::test]
async fn a_draft_is_changed_shown_as_a_difference_and_published() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let id = trade.api.api.id.to_string();
    petra.get(&trade.workspace("/changes")).await.shows("there is nothing to publish");
    let docs = about(&id, &[("docs", "# Hello\n<script>x</script>")]);
    let saved = petra.submit(&trade.workspace("/docs"), "/api/versions/docs", &docs).await;
    saved.shows("<h2>Hello</h2>").shows("differs from revision 1").shows("2 changes").lacks("<script>x");
    let review = petra.get(&trade.workspace("/changes")).await;
    review.shows("docs # Hello").shows("Publish the draft");
    let note = about(&id, &[("note", "A guide")]);
    let live = petra.submit(&trade.workspace("/changes"), "/api/versions/publish", &note).await;
    live.shows("Revision 2 of v1 is live.").lacks("differs from");
    petra
        .get(&trade.workspace("/changes"))
        .await
        .shows("A guide")
        .shows("Compare with live")
        .shows("Make live again");
    let compared = petra.get(&format!("/apis/{id}/compare?version=v1&from=1&to=2")).await;
    compared.shows("Revision 1 against revision 2").shows("docs # Hello");
    let back = about(&id, &[("revision", "1")]);
    let rolled = petra.submit(&trade.workspace("/changes"), "/api/versions/rollback", &back).await;
    rolled.shows("Revision 1 of v1 is live again").shows("against revision 1, which is live");
}

#[tokio::test]
async fn a_new_document_marks_what_breaks_callers() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let id = trade.api.api.id.to_string();
    let design = trade.workspace("/design");
    petra.get(&design).await.shows("No OpenAPI document");
    let refused =
        petra.upload(&design, "/api/versions/document", &about(&id, &[("openapi", BAD)]), None).await;
    refused.shows("Line 5").shows("get: 5");
    let nothing = petra.upload(&design, "/api/versions/document", &about(&id, &[]), None).await;
    nothing.shows("Paste a document or choose a file.");
    petra
        .upload(&design, "/api/versions/document", &about(&id, &[]), Some(DOCUMENT))
        .await
        .shows("OpenAPI 3.1");
    petra.get(&trade.workspace("/routes")).await.shows("/cats").shows("Lists cats").lacks("/*");
    petra
        .submit(&trade.workspace("/changes"), "/api/versions/publish", &about(&id, &[]))
        .await
        .shows("is live");
    let changed = DOCUMENT.replace("/cats:", "/felines:");
    petra.upload(&design, "/api/versions/document", &about(&id, &[]), Some(&changed)).await;
    let review = petra.get(&trade.workspace("/changes")).await;
    review.shows("operation removed").shows("breaking").shows("1 change may break those who call it now");
}

#[tokio::test]
async fn routes_are_added_changed_and_removed() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, routes) = (trade.api.api.id.to_string(), trade.workspace("/routes"));
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
    let (id, upstream) = (trade.api.api.id.to_string(), trade.workspace("/upstream"));
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
async fn the_backend_may_have_several_nodes() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, upstream) = (trade.api.api.id.to_string(), trade.workspace("/upstream"));
    let nodes = "https://a.example.com 3\n\n https://b.example.com\n";
    let waits =
        [("connect_ms", "1000"), ("first_byte_ms", "1000"), ("idle_ms", "1000"), ("total_ms", "5000")];
    let mut fields = about(&id, &[("url", nodes), ("balance", "least_requests"), ("protocol", "http2")]);
    fields.extend_from_slice(&waits);
    petra
        .submit(&upstream, "/api/versions/upstream", &fields)
        .await
        .shows("The draft is changed")
        .shows("https://a.example.com/ 3\nhttps://b.example.com/");
    let kept = trade.upstream().await;
    assert_eq!((kept.nodes.len(), kept.balance), (2, Balance::LeastRequests));
    assert_eq!(kept.protocol, Protocol::Http2);
    let mut fields = about(&id, &[("url", "https://a.example.com\nnowhere many")]);
    fields.extend_from_slice(&waits);
    petra.submit(&upstream, "/api/versions/upstream", &fields).await.shows("Line 2: Expected a whole number");
    let check = [("health[enabled]", "true"), ("health[path]", "up")];
    let mut fields = about(&id, &[("url", "https://a.example.com\nnowhere"), check[0], check[1]]);
    fields.extend_from_slice(&waits);
    let refused = petra.submit(&upstream, "/api/versions/upstream", &fields).await;
    refused.shows("Line 2: Expected an address").shows("Expected a path like /healthz");
}

#[tokio::test]
async fn timing_is_switched_in_the_draft() {
    let trade = Trade::new().await;
    let (api, v1) = (trade.api.api.id.clone(), "v1".parse().unwrap());
    let mut petra = trade.browser("petra").await;
    for on in [true, false] {
        let id = api.to_string();
        let fields = about(&id, if on { &[("enabled", "true")][..] } else { &[] });
        let upstream = trade.workspace("/upstream");
        petra.submit(&upstream, "/api/versions/server-timing", &fields).await.shows("The draft is changed");
        let policies = versions::get(trade.control(), &trade.petra, &api, &v1).await.unwrap().draft.policies;
        assert_eq!(policies.server_timing, on);
    }
}

#[tokio::test]
async fn saving_the_cors_form_keeps_the_limits_of_the_draft() {
    let trade = Trade::new().await;
    let (api, v1) = (trade.api.api.id.clone(), "v1".parse().unwrap());
    let limit = trade.limit("each").await;
    let mut petra = trade.browser("petra").await;
    let id = api.to_string();
    let cors =
        about(&id, &[("enabled", "true"), ("origins", "https://app.example.com"), ("max_age_s", "600")]);
    petra
        .submit(&trade.workspace("/upstream"), "/api/versions/cors", &cors)
        .await
        .shows("The draft is changed");
    let policies = versions::get(trade.control(), &trade.petra, &api, &v1).await.unwrap().draft.policies;
    assert!(policies.cors.is_some());
    assert_eq!(policies.limits, [limit]);
}

async fn limits(trade: &Trade) -> Vec<ScopedLimit> {
    let v1 = "v1".parse().unwrap();
    let version = versions::get(trade.control(), &trade.petra, &trade.api.api.id, &v1).await.unwrap();
    version.draft.policies.limits
}

#[tokio::test]
async fn limits_are_added_changed_and_removed() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, upstream) = (trade.api.api.id.to_string(), trade.workspace("/upstream"));
    petra.get(&upstream).await.shows("No limits");
    let rate = [("rate_requests", "900"), ("rate_seconds", "60")];
    let mut new = about(&id, &[("name", "burst"), ("by", "address"), ("routes", " ANY /* \r\n\r\n")]);
    new.extend_from_slice(&rate);
    petra
        .submit(&upstream, "/api/limits/create", &new)
        .await
        .shows("The draft is changed")
        .shows("each client address")
        .shows("900 calls in 60 seconds");
    let rate = Some(Rate { requests: 900, seconds: 60 });
    let burst = ScopedLimit {
        name: "burst".to_owned(),
        by: By::Address,
        rate,
        quota: None,
        routes: vec!["ANY /*".to_owned()],
    };
    assert_eq!(limits(&trade).await, [burst]);
    let edit = format!("{upstream}/limits?name=burst");
    petra.get(&edit).await.shows("Change the limit burst").shows("value=\"900\"").shows(">ANY /*</textarea>");
    let quota = [("quota_requests", "9"), ("quota_period", "month"), ("rate_requests", "")];
    let mut other = about(&id, &[("limit", "burst"), ("name", "all"), ("by", "api")]);
    other.extend_from_slice(&quota);
    petra
        .submit(&edit, "/api/limits/update", &other)
        .await
        .shows("all callers together")
        .shows("9 calls a month")
        .lacks("Remove the limit burst?");
    let quota = Some(Quota { requests: 9, period: Period::Month });
    let all = ScopedLimit { name: "all".to_owned(), by: By::Api, rate: None, quota, routes: Vec::new() };
    assert_eq!(limits(&trade).await, [all]);
    assert_eq!(petra.get(&edit).await.status, StatusCode::NOT_FOUND);
    petra.submit(&upstream, "/api/limits/update", &other).await.shows("Somebody else has changed this limit");
    let gone = about(&id, &[("limit", "all")]);
    petra.submit(&upstream, "/api/limits/delete", &gone).await.shows("No limits");
    assert_eq!(limits(&trade).await, []);
}

#[tokio::test]
async fn a_limit_that_is_wrong_is_told_at_its_fields() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, upstream) = (trade.api.api.id.to_string(), trade.workspace("/upstream"));
    let kept = trade.limit("each").await;
    let form = |fields: &[(&'static str, &'static str)]| about(&id, fields);
    let rate = [("rate_requests", "5"), ("rate_seconds", "1")];
    for (typed, error) in [
        (vec![("name", "Big Burst"), ("by", "api")], "Expected 1 to 40 small letters, digits and hyphens."),
        (vec![("name", "each"), ("by", "api")], "Another limit has this name."),
        (vec![("name", "burst"), ("by", "moon")], "Expected one of"),
        (vec![("name", "burst"), ("by", "api"), ("rate_requests", "")], "Expected a rate or a quota."),
        (vec![("name", "burst"), ("by", "api"), ("rate_requests", "many")], "Expected a whole number."),
        (vec![("name", "burst"), ("by", "api"), ("quota_requests", "few")], "Expected a whole number."),
        (vec![("name", "burst"), ("by", "api"), ("routes", "GET /dogs")], "Expected a route of this version"),
    ] {
        let more = rate.iter().filter(|(name, _)| typed.iter().all(|(known, _)| known != name)).copied();
        let fields = form(&typed.iter().copied().chain(more).collect::<Vec<_>>());
        let refused = petra.submit(&upstream, "/api/limits/create", &fields).await;
        refused.shows(error).lacks("The draft is changed");
        // what was typed is still there
        for (name, value) in typed.iter().filter(|(name, value)| *name != "by" && !value.is_empty()) {
            let shown =
                if *name == "routes" { format!(">{value}</textarea>") } else { format!("value=\"{value}\"") };
            refused.shows(&shown);
        }
    }
    // a second one that is changed: its errors are its own, although the first one stands before it
    trade.limit("other").await;
    let edit = format!("{upstream}/limits?name=other");
    let fields = form(&[
        ("limit", "other"),
        ("name", "each"),
        ("by", "api"),
        ("rate_requests", "0"),
        ("rate_seconds", "1"),
    ]);
    let refused = petra.submit(&edit, "/api/limits/update", &fields).await;
    refused.shows("Change the limit other").shows("Another limit has this name.").shows("value=\"each\"");
    assert_eq!(limits(&trade).await, [kept.clone(), ScopedLimit { name: "other".to_owned(), ..kept }]);
}

#[tokio::test]
async fn a_viewer_sees_the_limits_and_which_role_would_change_them() {
    let trade = Trade::new().await;
    trade.limit("each").await;
    let mut vera = trade.provider("vera", TeamRole::Viewer).await;
    let needs = "Needs the role owner or publisher or developer in the team";
    let shown = vera.get(&trade.workspace("/upstream")).await;
    shown.shows("each client address").shows("5 calls a second").shows(needs).shows("Add to the draft");
    let edit = vera.get(&trade.workspace("/upstream/limits?name=each")).await;
    edit.shows("Change the limit each").shows(needs);
    let fields = about(trade.api.api.id.as_str(), &[("limit", "each")]);
    let refused = vera.submit(&trade.workspace("/upstream"), "/api/limits/delete", &fields).await;
    refused.shows("each client address").lacks("The draft is changed");
    assert_eq!(limits(&trade).await.len(), 1);
}

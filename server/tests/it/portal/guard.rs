//! What stands around every page: headers, the origin check, limits, and problems that become pages.

use super::support::{Answer, PASSWORD, Portal};
use domain::roles::PlatformRole;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, ORIGIN, REFERER};
use http::{Method, StatusCode};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn pages_carry_the_security_headers() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    for (path, status) in [("/profile", 200), ("/nope", 404), ("/teams/team_x", 404), ("/accounts", 403)] {
        let page = browser.get(path).await;
        assert_eq!(page.status, status, "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!(page.header(name), value, "{name} of {path}");
        }
        assert_eq!(page.header("x-request-id").len(), 36);
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        ] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    }
}

#[tokio::test]
async fn scripts_run_by_a_nonce_that_is_never_the_same() {
    let portal = Portal::new().await;
    let mut nonces = Vec::new();
    for _ in 0..3 {
        let page = portal.browser().get("/sign-in").await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce =
            policy.split("script-src 'self' 'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let scripts = page.body.matches("<script").count();
        assert!(scripts > 0);
        assert_eq!(page.body.matches(&format!("nonce=\"{nonce}\"")).count(), scripts);
        page.lacks(" style=").lacks(" onclick=");
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
}

#[tokio::test]
async fn a_post_from_elsewhere_is_refused_before_anything_happens() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Administrator).await;
    for headers in [
        vec![],
        vec![(SITE, "cross-site")],
        vec![(SITE, "same-site")],
        vec![(ORIGIN, "https://evil.example")],
        vec![(ORIGIN, "null")],
        vec![(ORIGIN, "http://127.0.0.1:3000.evil.example")],
        vec![(SITE, "cross-site"), (ORIGIN, "http://127.0.0.1:3000")],
    ] {
        let mut all = vec![(ACCEPT, "text/html"), (CONTENT_TYPE, FORM)];
        all.extend(headers.clone());
        let answer = browser.send(Method::POST, "/api/teams/create", &all, "name=Evil").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        answer.shows("did not come from a page of the portal");
    }
    browser.get("/teams").await.shows("No teams yet").lacks("Evil");
    let own = [(ACCEPT, "text/html"), (CONTENT_TYPE, FORM), (ORIGIN, "http://127.0.0.1:3000")];
    let answer = browser.send(Method::POST, "/api/teams/create", &own, "name=Good").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[tokio::test]
async fn a_portal_on_every_address_takes_forms_at_each_of_them() {
    let portal = Portal::at("http://192.168.1.5:3000").await;
    let mut browser = portal.signed_in("ada", PlatformRole::Administrator).await;
    // as browsers send it to an address without TLS: no Sec-Fetch-Site
    let from = |host: &'static str, origin: &'static str| {
        [(ACCEPT, "text/html"), (CONTENT_TYPE, FORM), (HOST, host), (ORIGIN, origin)]
    };
    let other = from("10.0.0.5:3000", "http://10.0.0.5:3000");
    let answer = browser.send(Method::POST, "/api/teams/create", &other, "name=Good").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let name = from("gatehouse.lan:3000", "http://gatehouse.lan:3000");
    let answer = browser.send(Method::POST, "/api/teams/create", &name, "name=Evil").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer.shows("portal is at http://192.168.1.5:3000").shows("GATEHOUSE_PORTAL_URL");
}

#[tokio::test]
async fn nothing_is_changed_by_reading() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Administrator).await;
    for endpoint in app::api::TABLE {
        let answer = browser.get(endpoint.path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{}", endpoint.path);
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_gets_a_page_that_says_so() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let body = format!("name=Core&description={}", "x".repeat(300 * 1024));
    let length = body.len().to_string();
    let headers = [
        (ACCEPT, "text/html"),
        (CONTENT_TYPE, FORM),
        (SITE, "same-origin"),
        (CONTENT_LENGTH, length.as_str()),
    ];
    let told = browser.send(Method::POST, "/api/teams/create", &headers, body.clone()).await;
    assert_eq!(told.status, StatusCode::PAYLOAD_TOO_LARGE);
    told.shows("The input is too large").shows("256 KiB");
    let untold = browser.send(Method::POST, "/api/teams/create", &headers[..3], body).await;
    assert_eq!(untold.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn programs_get_problem_details() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let headers = [(ACCEPT, "application/json"), (CONTENT_TYPE, FORM), (SITE, "same-origin")];
    let answer = browser.send(Method::POST, "/api/teams/create", &headers, "name=").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (StatusCode::UNPROCESSABLE_ENTITY, "application/problem+json")
    );
    answer.shows(r#""field":"name""#);
    is_problem(&answer, "invalid-input");
    let answer = browser.send(Method::POST, "/api/nothing/here", &headers, "").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (StatusCode::NOT_FOUND, "application/problem+json")
    );
    is_problem(&answer, "not-found");
    answer.lacks("errors");
    let done = browser.send(Method::POST, "/api/teams/create", &headers, "name=Core").await;
    assert_eq!(done.status, StatusCode::OK);
    done.shows(r#""to":"/teams/team_"#);
}

/// The members of RFC 9457, as the management API has them: the type is a page, the instance this very answer.
fn is_problem(answer: &Answer, name: &str) {
    let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let id = answer.header("x-request-id");
    assert_eq!(problem["type"], format!("http://127.0.0.1:3000/problems/{name}"), "{problem}");
    assert_eq!(problem["status"], answer.status.as_u16());
    assert_eq!(problem["instance"], format!("urn:uuid:{id}"));
    assert_eq!(problem["request_id"], id);
    assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
}

#[tokio::test]
async fn what_cannot_be_read_as_a_form_is_no_fault_of_ours() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Administrator).await;
    let headers = [
        (ACCEPT, "text/html"),
        (CONTENT_TYPE, FORM),
        (SITE, "same-origin"),
        (REFERER, "http://127.0.0.1:3000/settings"),
    ];
    for body in [
        &b"keep_calls_days=many"[..],
        b"account=nobody&role=king",
        b"%ff%fe=\xff\xfe",
        b"name[a][b][c][d][e][f][g]=1",
        b"{}",
        b"",
    ] {
        for endpoint in app::api::TABLE.iter().filter(|endpoint| endpoint.path != "/api/sessions/delete") {
            let answer = browser.send(Method::POST, endpoint.path, &headers, body.to_vec()).await;
            assert!(!answer.status.is_server_error(), "{} {body:?}: {}", endpoint.path, answer.body);
        }
    }
    assert_eq!(browser.sign_in("ada", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn files_without_a_boundary_and_forms_with_one_are_refused() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Member).await;
    let cut = "multipart/form-data; boundary=x";
    for (path, kind) in
        [("/api/apis/create", "multipart/form-data"), ("/api/apis/create", FORM), ("/api/teams/create", cut)]
    {
        let headers = [(ACCEPT, "text/html"), (CONTENT_TYPE, kind), (SITE, "same-origin")];
        let answer = browser.send(Method::POST, path, &headers, "--x\r\nnonsense").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {kind}");
    }
    let headers = [(ACCEPT, "text/html"), (CONTENT_TYPE, cut), (SITE, "same-origin")];
    for body in
        ["", "--x", "--x\r\nnonsense", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\ncut off"]
    {
        let answer = browser.send(Method::POST, "/api/apis/create", &headers, body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{body}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_look_is_remembered_and_drawn_by_the_server() {
    let portal = Portal::new().await;
    let mut browser = portal.browser();
    browser.get("/sign-in").await.lacks("data-theme");
    let answer = browser.post("/sign-in", "/api/theme/update", &[("theme", "dark")]).await;
    assert_eq!(answer.location(), "/sign-in");
    browser.get("/sign-in").await.shows(r#"data-theme="dark""#);
    browser.get("/nope").await.shows(r#"data-theme="dark""#);
    browser.post("/sign-in", "/api/theme/update", &[("theme", "system")]).await;
    browser.get("/sign-in").await.lacks("data-theme");
}

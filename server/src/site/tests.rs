use axum::Router;
use axum::body::{Body, to_bytes};
use http::StatusCode;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use tower::ServiceExt;

use super::*;

fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("pkg/0123456789abcdef");
    fs::create_dir_all(&package).unwrap();
    for (name, text) in [
        ("gatehouse.css", "plain"),
        ("gatehouse.css.br", "brotli"),
        ("gatehouse.css.gz", "gzip"),
        ("gatehouse_bg.wasm", "wasm"),
    ] {
        fs::write(package.join(name), text).unwrap();
    }
    fs::write(folder.path().join("icon.svg"), "<svg/>").unwrap();
    Site::read(folder.path()).unwrap()
}

#[test]
fn addresses_are_the_same_for_every_build() {
    assert_eq!(site().paths(), ["/icon.svg", "/pkg/{build}/{file}"]);
}

async fn ask(method: Method, path: &str, headers: &[(http::HeaderName, &str)]) -> (Response, String) {
    let portal = Router::new()
        .fallback(|| async { (StatusCode::NOT_FOUND, "portal") })
        .layer(axum::middleware::from_fn_with_state(Arc::new(site()), serve));
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (head, body) = portal.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (Response::from_parts(head, Body::empty()), String::from_utf8(body.to_vec()).unwrap())
}

const SHEET: &str = "/pkg/0123456789abcdef/gatehouse.css";

#[tokio::test]
async fn package_files_are_kept_for_ever_and_others_are_not() {
    let (sheet, _) = ask(Method::GET, SHEET, &[]).await;
    assert_eq!(sheet.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(sheet.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
    assert_eq!(sheet.headers()["x-content-type-options"], "nosniff");
    let (icon, body) = ask(Method::GET, "/icon.svg", &[]).await;
    assert_eq!(icon.headers()[CACHE_CONTROL], "public, max-age=600");
    assert_eq!(body, "<svg/>");
}

#[tokio::test]
async fn the_encoding_is_the_best_that_the_client_takes() {
    for (accepted, encoding, expected) in [
        ("gzip, deflate, br, zstd", Some("br"), "brotli"),
        ("gzip;q=1.0, br;q=0", Some("gzip"), "gzip"),
        ("GZIP", Some("gzip"), "gzip"),
        ("deflate", None, "plain"),
        ("", None, "plain"),
    ] {
        let (response, body) = ask(Method::GET, SHEET, &[(ACCEPT_ENCODING, accepted)]).await;
        let named = response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
        assert_eq!((named, body.as_str()), (encoding, expected), "Accept-Encoding: {accepted}");
        assert_eq!(response.headers()[VARY], "accept-encoding");
        assert_eq!(response.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
    }
}

#[tokio::test]
async fn a_known_tag_is_answered_without_the_body_and_not_for_another_encoding() {
    let (first, _) = ask(Method::GET, SHEET, &[(ACCEPT_ENCODING, "br")]).await;
    let tag = first.headers()[ETAG].to_str().unwrap();
    let weak = format!("\"other\", W/{tag}");
    let (again, body) = ask(Method::GET, SHEET, &[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, &weak)]).await;
    assert_eq!((again.status(), body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let (plain, body) = ask(Method::GET, SHEET, &[(IF_NONE_MATCH, tag)]).await;
    assert_eq!((plain.status(), body.as_str()), (StatusCode::OK, "plain"));
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let (head, body) = ask(Method::HEAD, SHEET, &[]).await;
    assert_eq!((head.headers()["content-length"].to_str().unwrap(), body.as_str()), ("5", ""));
}

#[tokio::test]
async fn everything_else_goes_to_the_portal() {
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/pkg/ffffffffffffffff/gatehouse.css"),
        (Method::GET, "/pkg/0123456789abcdef/gatehouse.css.br"),
        (Method::GET, "/../Cargo.toml"),
        (Method::POST, SHEET),
    ] {
        let (response, body) = ask(method, path, &[]).await;
        assert_eq!((response.status(), body.as_str()), (StatusCode::NOT_FOUND, "portal"), "{path}");
    }
}

#[test]
fn the_package_is_named_by_its_hash_and_a_missing_folder_is_an_empty_site() {
    assert_eq!(site().package(), "pkg/0123456789abcdef");
    let empty = Site::read(Path::new("/nonexistent/site")).unwrap();
    assert!(empty.is_empty());
    assert_eq!(empty.package(), "pkg");
}

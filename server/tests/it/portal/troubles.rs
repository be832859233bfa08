//! What people are shown when the gateway does not serve what it should, or while there is no database yet.

use super::support::Portal;
use domain::roles::PlatformRole;
use gateway::LeftOut;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use http::{Method, StatusCode};

#[tokio::test]
async fn those_who_run_the_platform_see_what_the_gateway_leaves_out() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    let mut olga = portal.signed_in("olga", PlatformRole::Operator).await;
    let mut mia = portal.signed_in("mia", PlatformRole::Member).await;
    let banner = "does not serve all that it should";
    ada.get("/").await.lacks(banner);
    let error = "its live revision cannot be read".to_owned();
    portal.trouble.leave_out(&[LeftOut::Version { version: "pets/v1".to_owned(), error, kept: true }]);
    portal.trouble.fall_behind("database: the database does not answer".to_owned());
    for browser in [&mut ada, &mut olga] {
        let page = browser.get("/").await;
        page.shows(banner)
            .shows("Version pets/v1 is not served as it was published, but as it was before")
            .shows("The newest configuration is not served: database: the database does not answer.");
    }
    mia.get("/").await.lacks(banner).lacks("pets/v1");
    portal.trouble.leave_out(&[]);
    portal.trouble.catch_up();
    ada.get("/").await.lacks(banner);
}

#[tokio::test]
async fn until_the_database_has_answered_every_page_says_so() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Administrator).await;
    portal.trouble.wait_for_database();
    let why = "he database has not answered since the start";
    for path in ["/", "/sign-in", "/nope"] {
        let page = ada.get(path).await;
        assert_eq!(
            (page.status, page.header("retry-after")),
            (StatusCode::SERVICE_UNAVAILABLE, "5"),
            "{path}"
        );
        page.shows(why).shows("<html");
    }
    let headers = [
        (ACCEPT, "application/json"),
        (CONTENT_TYPE, "application/x-www-form-urlencoded"),
        (HeaderName::from_static("sec-fetch-site"), "same-origin"),
    ];
    let answer = ada.send(Method::POST, "/api/teams/create", &headers, "name=Core").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (StatusCode::SERVICE_UNAVAILABLE, "application/problem+json")
    );
    answer.shows(why);
    portal.trouble.catch_up();
    // the session is what it was
    ada.get("/teams").await.shows("No teams yet");
}

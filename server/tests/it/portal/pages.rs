//! Every page: who gets in, and that it is drawn at all.

use super::support::Portal;
use app::access::Access;
use app::routes::PAGES;
use domain::roles::PlatformRole;
use http::StatusCode;

/// The page's address with something that cannot be there in the place of its parameters.
fn address(path: &str) -> String {
    let segments = path.split('/').map(|part| if part.starts_with(':') { "nobody" } else { part });
    segments.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn visitors_are_led_to_the_sign_in_page_and_back() {
    let portal = Portal::new().await;
    for page in PAGES {
        let path = address(page.path);
        let answer = portal.browser().get(&path).await;
        let next = if path == "/" { String::new() } else { format!("?next={}", app::link::encode(&path)) };
        if page.access == Access::Anonymous {
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        } else {
            assert_eq!(
                (answer.status, answer.location()),
                (StatusCode::FOUND, format!("/sign-in{next}").as_str())
            );
        }
    }
}

#[tokio::test]
async fn pages_are_drawn_for_every_role_and_say_what_is_missing() {
    let portal = Portal::new().await;
    for role in PlatformRole::ALL {
        let mut browser = portal.signed_in(role.as_str(), *role).await;
        for page in PAGES {
            let path = address(page.path);
            let answer = browser.get(&path).await;
            let may = match page.access {
                Access::Platform(permission) => role.allows(permission),
                Access::Anonymous => continue,
                _ => true,
            };
            if may {
                assert!(!answer.status.is_server_error(), "{path} as {role}: {}", answer.body);
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{path} as {role}");
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} as {role}");
                answer.shows("Needs the platform role administrator");
            }
        }
    }
}

#[tokio::test]
async fn every_page_has_a_title_and_one_heading() {
    let portal = Portal::new().await;
    let mut browser = portal.signed_in("ada", PlatformRole::Administrator).await;
    // a page of one model is told in its query which
    let whole = |path: &str| !path.contains(':') && !path.starts_with("/sign-") && path != "/models/model";
    for page in PAGES.iter().filter(|page| whole(page.path)) {
        let answer = browser.get(page.path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", page.path);
        assert_eq!(answer.body.matches("<h1").count(), 1, "{}", page.path);
        let title = answer.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(
            title.len() > " · Gatehouse".len() && title.ends_with(" · Gatehouse"),
            "{}: {title:?}",
            page.path
        );
    }
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_a_page_of_ours() {
    let portal = Portal::new().await;
    for path in ["/nope", "/teams/a/b/c", "/..%2f", "/favicon.ico"] {
        let page = portal.browser().get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.shows("There is no such thing here");
        let id = page.header("x-request-id").to_owned();
        page.shows(&id);
    }
}

#[tokio::test]
async fn every_kind_of_problem_has_its_page() {
    let portal = Portal::new().await;
    let list = portal.browser().get("/problems").await;
    for kind in domain::problem::ProblemKind::ALL {
        let (status, name, title) = kind.describe();
        list.shows(&format!("/problems/{name}"));
        let page = portal.browser().get(&format!("/problems/{name}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.shows(title).shows(&status.to_string());
    }
}

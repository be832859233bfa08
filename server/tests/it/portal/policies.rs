//! What a draft does to calls of models, and to bodies: each form says what is wrong where it is, and changes nothing
//! of the others.

use super::ai_apis::chat;
use super::models::connection;
use super::trade::{Trade, about};
use control::versions;
use domain::policies::Policies;
use domain::policies::mask::{Action, Direction, Kind};
use domain::text::VersionName;
use domain::versions::UpdateDraft;

async fn policies(trade: &Trade, api: &domain::ids::ApiId) -> Policies {
    let version = versions::get(trade.control(), &trade.petra, api, &VersionName::first()).await.unwrap();
    version.draft.policies
}

#[tokio::test]
async fn masking_is_set_up_in_the_draft() {
    let trade = Trade::new().await;
    let api = chat(&trade, &connection(&trade).await).await.api.id;
    let (id, page) = (api.to_string(), format!("/apis/{api}/upstream?version=v1"));
    let mut petra = trade.browser("petra").await;
    let shown = petra.get(&page).await;
    for kind in Kind::ALL {
        shown.shows(&format!("name=\"{kind}\""));
    }
    let common = [("enabled", "true"), ("action", "redact"), ("direction", "both")];
    let mut fields = about(&id, &common);
    fields.extend([("patterns", "(open"), ("paths", "nowhere"), ("email", "true")]);
    let refused = petra.submit(&page, "/api/versions/mask", &fields).await;
    refused.shows("Pattern 1: expected a regular expression").shows("Expected a path like").shows("(open");
    let nothing = petra.submit(&page, "/api/versions/mask", &about(&id, &common)).await;
    nothing.shows("Expected a kind, a keyword, a pattern or a path");
    assert_eq!(policies(&trade, &api).await.mask, None);
    let mut fields = about(&id, &common);
    fields.extend([("email", "true"), ("es_dni", "true"), ("keywords", "Project Falcon\nX-1")]);
    fields.extend([("patterns", r"\bEMP-[0-9]{1,6}\b"), ("paths", "$.metadata.customer")]);
    petra
        .submit(&page, "/api/versions/mask", &fields)
        .await
        .shows("The draft is changed")
        .shows("Project Falcon");
    let mask = policies(&trade, &api).await.mask.unwrap();
    assert_eq!(mask.kinds, [Kind::Email, Kind::EsDni]);
    assert_eq!((mask.action, mask.direction), (Action::Redact, Direction::Both));
    assert_eq!(
        (mask.keywords.len(), mask.patterns.len(), mask.paths.len()),
        (2, 1, 1),
        "commas in patterns stay"
    );
    petra.submit(&page, "/api/versions/mask", &about(&id, &[])).await.shows("The draft is changed");
    assert_eq!(policies(&trade, &api).await.mask, None);
}

#[tokio::test]
async fn rules_and_kept_answers_are_set_up_beside_it() {
    let trade = Trade::new().await;
    let api = chat(&trade, &connection(&trade).await).await.api.id;
    let (id, page) = (api.to_string(), format!("/apis/{api}/upstream?version=v1"));
    let mut petra = trade.browser("petra").await;
    let guard = |deny| about(&id, &[("enabled", "true"), ("deny", deny), ("max_tokens", "900")]);
    let refused = petra.submit(&page, "/api/versions/guard", &guard("fine: a\nno name\nbad: (")).await;
    refused.shows("Line 2: Expected 1 to 40 small letters").shows("Line 3: Expected a regular expression");
    petra
        .submit(&page, "/api/versions/guard", &guard("no-secrets: (?i)secret:.*"))
        .await
        .shows("no-secrets: (?i)secret:.*");
    let cache = |ttl| {
        about(&id, &[("enabled", "true"), ("ttl_s", ttl), ("max_entries", "50"), ("max_bytes", "1000000")])
    };
    petra.submit(&page, "/api/versions/cache", &cache("0")).await.shows("Expected 1 to 604800, got 0");
    petra.submit(&page, "/api/versions/cache", &cache("60")).await.shows("The draft is changed");
    let set = policies(&trade, &api).await;
    let (guard, cache) = (set.guard.unwrap(), set.cache.unwrap());
    assert_eq!((guard.deny[0].pattern.as_str(), guard.max_tokens), ("(?i)secret:.*", Some(900)));
    assert_eq!((cache.ttl_s, cache.max_entries, cache.shared), (60, 50, false));
    // what is to be published is told before
    petra.get(&format!("/apis/{api}/changes?version=v1")).await;
    let changes =
        versions::changes(trade.control(), &trade.petra, &api, &VersionName::first()).await.unwrap();
    let shown = format!("{changes:?}");
    assert!(shown.contains("no-secrets") && shown.contains("ttl_s"), "{shown}");
}

#[tokio::test]
async fn an_api_with_a_backend_is_masked_and_has_nothing_else_of_these() {
    let trade = Trade::new().await;
    let api = trade.api.api.id.clone();
    let mut petra = trade.browser("petra").await;
    let page = trade.workspace("/upstream");
    petra.get(&page).await.shows("Masking").lacks("Rules for prompts").lacks("Kept answers");
    let id = api.to_string();
    let fields = about(
        &id,
        &[("enabled", "true"), ("paths", "$..iban"), ("action", "refuse"), ("direction", "request")],
    );
    petra.submit(&page, "/api/versions/mask", &fields).await.shows("The draft is changed");
    let policies = Policies { cache: Some(Default::default()), ..policies(&trade, &api).await };
    let input = UpdateDraft { policies: Some(policies), ..UpdateDraft::default() };
    let v1 = VersionName::first();
    let refused = versions::update_draft(trade.control(), &trade.petra, &api, &v1, input).await.unwrap_err();
    assert!(format!("{refused:?}").contains("policies.cache"), "{refused:?}");
}

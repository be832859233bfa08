//! How SQLite goes about a list: in the order of ids, so that it stops at the end of the page.

use domain::calls::CallFilter;
use domain::ids::ApiId;
use domain::paging::PageOf;

use super::listed;
use crate::scope::Scope;
use crate::testing;

#[tokio::test]
async fn lists_are_read_in_their_order_whatever_models_did() {
    let store = testing::sqlite().await;
    let mut conn = store.calls_read().await.unwrap();
    let every = CallFilter::default();
    let api = Some(ApiId::from_parts(1, 1));
    let of_model = CallFilter { model: "gpt-4o".to_owned(), ..every.clone() };
    let next = r#"["0199a4b2-c3d4-7000-8000-000000000001"]"#;
    let next = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, next);
    let since = Some(domain::Time::UNIX_EPOCH);
    for (filter, first) in [
        (every.clone(), "SEARCH calls USING PRIMARY KEY (id<?)"),
        (CallFilter { since, ..every.clone() }, "SEARCH calls USING PRIMARY KEY (id>? AND id<?)"),
        (CallFilter { api: api.clone(), ..every.clone() }, "SEARCH calls USING INDEX calls_by_api"),
        (of_model.clone(), "SEARCH ai_calls USING INDEX ai_calls_by_model (model=? AND id<?)"),
        (
            CallFilter { since, api, ..of_model.clone() },
            "SEARCH calls USING INDEX calls_by_api (api=? AND id>? AND id<?)",
        ),
        (
            CallFilter { provider: "prov_1".to_owned(), ..every },
            "SEARCH ai_calls USING INDEX ai_calls_by_provider (provider=? AND id<?)",
        ),
    ] {
        let page = PageOf { limit: 50, cursor: Some(next.clone()) };
        let explain = listed("EXPLAIN QUERY PLAN ", &filter, &Scope::Everything, &page).unwrap();
        let plan = conn.all(explain, |row| row.get::<String>("detail")).await.unwrap();
        assert_eq!(plan.len(), 2, "nothing is sorted: {plan:#?}");
        assert!(plan[0].starts_with(first), "{plan:#?}");
        assert!(plan[1].contains("USING PRIMARY KEY (id=?)"), "{plan:#?}");
    }
    let page = PageOf { limit: 50, cursor: Some(next) };
    let own =
        Scope::Of { apis: vec![ApiId::from_parts(1, 1), ApiId::from_parts(2, 2)], applications: Vec::new() };
    let explain = listed("EXPLAIN QUERY PLAN ", &of_model, &own, &page).unwrap();
    let plan = conn.all(explain, |row| row.get::<String>("detail")).await.unwrap();
    assert_eq!(plan.len(), 2, "nothing is sorted: {plan:#?}");
    assert!(plan[0].contains("ai_calls_by_model"), "{plan:#?}");
}

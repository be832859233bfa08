//! How SQLite goes about blocks: in the order of their ids, so that it stops at the end of the page.

use domain::calls::CallFilter;
use domain::ids::ApiId;

use super::span;
use crate::scope::Scope;
use crate::testing;

#[tokio::test]
async fn blocks_are_read_in_their_order() {
    let store = testing::sqlite().await;
    let mut conn = store.calls_read().await.unwrap();
    let every = CallFilter::default();
    let api = Some(ApiId::from_parts(1, 1));
    let since = Some(domain::Time::UNIX_EPOCH);
    let own =
        Scope::Of { apis: vec![ApiId::from_parts(1, 1), ApiId::from_parts(2, 2)], applications: Vec::new() };
    let place = Some("0199a4b2-c3d4-7000-8000-000000000001");
    let after = Some("0199a4b2-c3d4-7000-8000-000000000001-0".to_owned());
    for (filter, scope, first) in [
        (every.clone(), Scope::Everything, "SEARCH call_blocks USING INDEX"),
        (CallFilter { since, ..every.clone() }, Scope::Everything, "SEARCH call_blocks USING INDEX"),
        (every.clone(), own.clone(), "SEARCH call_blocks USING INDEX"),
        (
            CallFilter { api, ..every.clone() },
            own,
            "SEARCH call_block_keys USING PRIMARY KEY (about=? AND block<?)",
        ),
        (
            CallFilter { model: "gpt-4o".to_owned(), since, ..every },
            Scope::Everything,
            "SEARCH call_block_keys USING PRIMARY KEY (about=? AND block>? AND block<?)",
        ),
    ] {
        let explain = span(&filter, &scope, place).select("EXPLAIN QUERY PLAN ", after.as_ref());
        let plan = conn.all(explain, |row| row.get::<String>("detail")).await.unwrap();
        assert!(plan[0].starts_with(first), "{plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE") || step.contains("SCAN")), "{plan:#?}");
    }
}

//! The change mark, and hearing of it on other nodes.

use std::time::Duration;

use domain::gateway_config::Change;
use domain::ids::PlanId;
use store::testing::{postgres, sqlite};
use store::{Store, both, last_change, settings};

/// Long enough for a loaded machine, short enough to fail.
const SOON: Duration = Duration::from_secs(20);

fn change(number: u64) -> Change {
    Change::Plan(PlanId::from_parts(number, 1))
}

async fn mark(store: &Store) -> Option<i64> {
    let mut tx = store.begin().await.unwrap();
    tx.mark_change(change(1));
    tx.mark_change(change(2));
    tx.commit().await.unwrap()
}

both!(mark_change_counts_committed_transactions, |store| {
    let mut conn = store.read().await.unwrap();
    assert_eq!(last_change(&mut conn).await.unwrap(), 0);
    assert_eq!(mark(store).await, Some(1), "one transaction is one change");

    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "a", &1).await.unwrap();
    assert_eq!(tx.commit().await.unwrap(), None);

    let mut tx = store.begin().await.unwrap();
    tx.mark_change(change(3));
    drop(tx);

    assert_eq!(mark(store).await, Some(2));
    assert_eq!(last_change(&mut conn).await.unwrap(), 2);
});

#[tokio::test]
async fn changed_is_heard_by_another_node() {
    let store = postgres().await;
    let other = Store::open(store.address(), 2).await.unwrap();
    let mut changes = other.changes().unwrap();
    tokio::time::timeout(SOON, changes.changed()).await.expect("listening begins");

    assert!(tokio::time::timeout(Duration::from_millis(50), changes.changed()).await.is_err());
    mark(&store).await;
    tokio::time::timeout(SOON, changes.changed()).await.expect("the change is heard");
    assert!(tokio::time::timeout(Duration::from_millis(50), changes.changed()).await.is_err());
}

#[tokio::test]
async fn changed_returns_after_a_lost_connection() {
    let store = postgres().await;
    let other = Store::open(store.address(), 2).await.unwrap();
    let mut changes = other.changes().unwrap();
    tokio::time::timeout(SOON, changes.changed()).await.expect("listening begins");

    store.cut_connections().await;
    tokio::time::timeout(SOON, changes.changed()).await.expect("a change may have been missed");
    mark(&store).await;
    tokio::time::timeout(SOON, changes.changed()).await.expect("the change is heard");
}

#[tokio::test]
async fn changed_never_returns_on_sqlite() {
    let store = sqlite().await;
    let mut changes = store.changes().unwrap();
    mark(&store).await;
    assert!(tokio::time::timeout(Duration::from_millis(50), changes.changed()).await.is_err());
}

//! Transactions: all or nothing, one after the other, and never left half-way.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use domain::gateway_config::Change;
use domain::ids::PlanId;
use faultlab::postgres::Cluster;
use store::{Address, Error, Store, accounts, both, settings};

use crate::rows;

both!(drop_without_commit_writes_nothing, |store| {
    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "a", &1).await.unwrap();
    assert_eq!(settings::get::<i64>(&mut tx, "a").await.unwrap(), Some(1), "seen from inside");
    drop(tx);
    let mut conn = store.read().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut conn, "a").await.unwrap(), None);

    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "a", &2).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut conn, "a").await.unwrap(), Some(2));
});

both!(commit_after_a_failed_statement_is_refused, |store| {
    let ada = rows::account(1, "ada@example.com");
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    let conflict = accounts::insert(&mut tx, &rows::account(2, "ada@example.com"), "hash").await;
    assert!(matches!(conflict, Err(Error::Conflict { constraint }) if constraint == "accounts_email"));
    tx.mark_change(Change::Plan(PlanId::from_parts(1, 1)));
    assert!(matches!(tx.commit().await, Err(Error::Aborted)));

    let mut conn = store.read().await.unwrap();
    assert_eq!(accounts::count(&mut conn).await.unwrap(), 0, "nothing of it was kept");
});

both!(read_then_write_never_races, |store| {
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = (**store).clone();
        writers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let n = settings::get::<i64>(&mut tx, "n").await.unwrap().unwrap_or_default();
            settings::put(&mut tx, "n", &(n + 1)).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    writers.join_all().await;
    let mut conn = store.read().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut conn, "n").await.unwrap(), Some(20));
});

both!(abandoned_statement_closes_its_transaction, |store| {
    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "a", &1).await.unwrap();
    {
        let mut statement = pin!(settings::put(&mut tx, "a", &2));
        let begun = poll_fn(|context| Poll::Ready(statement.as_mut().poll(context).is_pending())).await;
        assert!(begun, "a statement takes longer than no time");
    }
    let after = settings::get::<i64>(&mut tx, "a").await;
    assert!(matches!(after, Err(Error::Interrupted)));
    assert!(matches!(tx.commit().await, Err(Error::Interrupted)));

    // the writer is free again, and nothing was written
    let mut tx = store.begin().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut tx, "a").await.unwrap(), None);
});

both!(snapshot_sees_one_state, |store| {
    let mut snapshot = store.snapshot().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut snapshot, "a").await.unwrap(), None);
    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "a", &1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut snapshot, "a").await.unwrap(), None);
    let mut conn = store.read().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut conn, "a").await.unwrap(), Some(1));
});

both!(unreadable_column_is_named, |store| {
    let ada = rows::account(1, "ada@example.com");
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.raw("UPDATE accounts SET role = 'emperor'").await, 1);

    let mut conn = store.read().await.unwrap();
    let error = accounts::get(&mut conn, &ada.id).await.unwrap_err();
    let Error::BadColumn { column, statement, .. } = &error else { panic!("{error:?}") };
    assert_eq!(column, "role");
    assert!(statement.contains("FROM accounts"), "{statement}");
});

both!(migrate_a_second_time_changes_nothing, |store| {
    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "a", &1).await.unwrap();
    tx.commit().await.unwrap();
    store.migrate().await.unwrap();
    let mut conn = store.read().await.unwrap();
    assert_eq!(settings::get::<i64>(&mut conn, "a").await.unwrap(), Some(1));
});

#[tokio::test]
async fn database_that_comes_back_is_used_again() {
    let cluster = Cluster::start().unwrap();
    let url = cluster.database().await.unwrap();
    let store = Store::open(&Address::Postgres(url), 2).await.unwrap();
    store.migrate().await.unwrap();
    cluster.stop().unwrap();
    assert!(matches!(store.read().await.err(), Some(Error::Unavailable(_))));

    cluster.resume().unwrap();
    let mut conn = store.read().await.unwrap();
    assert_eq!(accounts::count(&mut conn).await.unwrap(), 0);
}

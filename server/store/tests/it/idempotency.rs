//! Keys under which a change is made once.

use store::idempotency::{self, Used};
use store::{accounts, both};

use crate::rows::{account, at};

both!(keep_a_key_with_its_answer, |store| {
    let ada = account(1, "ada@example.com");
    let used = |answer: Option<&str>| {
        Some(Used { fingerprint: "what".to_owned(), answer: answer.map(str::to_owned) })
    };
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    assert_eq!(idempotency::get(&mut tx, "key").await.unwrap(), None);
    assert!(idempotency::insert(&mut tx, "key", &ada.id, "what", at(0)).await.unwrap());
    assert!(!idempotency::insert(&mut tx, "key", &ada.id, "other", at(1)).await.unwrap());
    assert_eq!(idempotency::get(&mut tx, "key").await.unwrap(), used(None));
    idempotency::set_answer(&mut tx, "key", "sealed").await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    assert_eq!(idempotency::get(&mut tx, "key").await.unwrap(), used(Some("sealed")));
    idempotency::delete(&mut tx, "key").await.unwrap();
    assert_eq!(idempotency::get(&mut tx, "key").await.unwrap(), None);
});

both!(forget_keys_of_long_ago, |store| {
    let ada = account(1, "ada@example.com");
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    for number in 0..5 {
        let id = format!("key {number}");
        idempotency::insert(&mut tx, &id, &ada.id, "what", at(number)).await.unwrap();
    }
    idempotency::delete_if_before(&mut tx, "key 4", at(4)).await.unwrap();
    assert!(idempotency::get(&mut tx, "key 4").await.unwrap().is_some());
    idempotency::delete_if_before(&mut tx, "key 4", at(5)).await.unwrap();
    assert!(idempotency::get(&mut tx, "key 4").await.unwrap().is_none());
    assert_eq!(idempotency::delete_before(&mut tx, at(3), 2).await.unwrap(), 2);
    assert_eq!(idempotency::delete_before(&mut tx, at(3), 2).await.unwrap(), 1);
    assert!(idempotency::get(&mut tx, "key 3").await.unwrap().is_some());
});

//! Sessions.

use store::sessions::Session;
use store::{accounts, both, sessions};

use crate::rows::{account, at};

both!(keep_sessions_until_they_end, |store| {
    let ada = account(1, "ada@example.com");
    let session = |key: &str, expires| Session {
        key: key.to_owned(),
        account: Some(ada.id.clone()),
        content: "{}".to_owned(),
        created_at: at(0),
        expires_at: at(expires),
    };
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    assert!(sessions::insert(&mut tx, &session("a", 60)).await.unwrap());
    assert!(!sessions::insert(&mut tx, &session("a", 90)).await.unwrap(), "the key is taken");
    sessions::put(&mut tx, &Session { created_at: at(50), ..session("a", 70) }).await.unwrap();
    assert_eq!(sessions::get(&mut tx, "a", at(69)).await.unwrap(), Some(session("a", 70)));
    assert_eq!(sessions::get(&mut tx, "a", at(70)).await.unwrap(), None, "over");

    sessions::put(&mut tx, &session("b", 80)).await.unwrap();
    sessions::put(&mut tx, &session("c", 90)).await.unwrap();
    sessions::put(&mut tx, &Session { account: None, ..session("d", 90) }).await.unwrap();
    assert_eq!(sessions::delete_expired(&mut tx, at(80), 1).await.unwrap(), 1, "a first");
    assert_eq!(sessions::delete_expired(&mut tx, at(80), 9).await.unwrap(), 1, "then b");
    sessions::put(&mut tx, &session("e", 90)).await.unwrap();
    assert_eq!(sessions::delete_of_account(&mut tx, &ada.id, Some("e")).await.unwrap(), 1);
    assert!(sessions::get(&mut tx, "e", at(0)).await.unwrap().is_some());
    assert_eq!(sessions::delete_of_account(&mut tx, &ada.id, None).await.unwrap(), 1);
    assert!(sessions::get(&mut tx, "d", at(0)).await.unwrap().is_some(), "nobody's session stays");
    sessions::delete(&mut tx, "d").await.unwrap();
    assert_eq!(sessions::get(&mut tx, "d", at(0)).await.unwrap(), None);
});

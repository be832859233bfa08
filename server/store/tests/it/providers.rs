//! Connections to AI vendors: rows, keys in their order, and what the gateway hears of them.

use domain::gateway_config::{Change, Part};
use domain::ids::{ProviderId, ProviderKeyId};
use domain::providers::{Provider, ProviderKey};
use store::providers::{self, keys};
use store::{Error, Store, both, gateway_config, last_change};

use crate::rows::{at, every_page, page};

fn key(number: u64, name: &str, position: u32) -> ProviderKey {
    ProviderKey {
        id: ProviderKeyId::from_parts(number, 1),
        name: name.to_owned(),
        hint: "wxyz".to_owned(),
        weight: 7,
        position,
        enabled: true,
        expires_at: number.is_multiple_of(2).then(|| at(900)),
        created_at: at(3),
    }
}

fn provider(number: u64, name: &str) -> Provider {
    Provider {
        id: ProviderId::from_parts(number, 1),
        name: name.to_owned(),
        kind: "openai".to_owned(),
        base_url: number.is_multiple_of(2).then(|| "https://models.example.com/v1".parse().unwrap()),
        settings: [("region".to_owned(), "eu".to_owned())].into(),
        enabled: true,
        keys: vec![key(number * 10 + 1, "one", 1), key(number * 10, "two", 2)],
        created_at: at(1),
        updated_at: at(2),
    }
}

async fn insert(store: &Store, provider: &Provider) {
    let mut tx = store.begin().await.unwrap();
    providers::insert(&mut tx, provider).await.unwrap();
    for key in &provider.keys {
        keys::insert(&mut tx, &provider.id, key, &format!("sealed {}", key.id)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn is_taken(result: &store::Result<()>, by: &str) -> bool {
    matches!(result, Err(Error::Conflict { constraint }) if constraint == by)
}

both!(providers_come_back_as_they_were_written, |store| {
    let all = [provider(3, "a"), provider(2, "b"), provider(1, "c")];
    for provider in &all {
        insert(store, provider).await;
    }
    let mut conn = store.read().await.unwrap();
    assert_eq!(providers::get(&mut conn, &all[1].id).await.unwrap().as_ref(), Some(&all[1]));
    assert_eq!(providers::get(&mut conn, &ProviderId::from_parts(9, 9)).await.unwrap(), None);
    let listed = every_page(async |page| providers::list(&mut conn, &page).await.unwrap()).await;
    assert_eq!(listed, all, "by name, with their keys");
    let wrong = providers::list(&mut conn, &page(2, Some("x".to_owned()))).await;
    assert!(matches!(wrong, Err(Error::Cursor)));

    let mut tx = store.begin().await.unwrap();
    let renamed = Provider { name: "b".to_owned(), ..all[0].clone() };
    assert!(is_taken(&providers::update(&mut tx, &renamed).await, "providers_name"));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(is_taken(&providers::insert(&mut tx, &provider(9, "c")).await, "providers_name"));
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    assert!(providers::hold(&mut tx, &all[0].id).await.unwrap());
    assert!(!providers::hold(&mut tx, &ProviderId::from_parts(9, 9)).await.unwrap());
    let other = Provider {
        name: "z".to_owned(),
        base_url: Some("http://10.0.0.1/v1".parse().unwrap()),
        settings: [].into(),
        enabled: false,
        updated_at: at(7),
        ..all[0].clone()
    };
    providers::update(&mut tx, &other).await.unwrap();
    assert_eq!(providers::get(&mut tx, &other.id).await.unwrap().as_ref(), Some(&other));
    providers::touch(&mut tx, &other.id, at(8)).await.unwrap();
    assert_eq!(providers::get(&mut tx, &other.id).await.unwrap().unwrap().updated_at, at(8));
});

both!(keys_are_changed_moved_and_replaced_and_stay_sealed, |store| {
    let made = provider(1, "a");
    insert(store, &made).await;
    insert(store, &provider(2, "b")).await;
    let (first, second) = (&made.keys[0], &made.keys[1]);
    let mut tx = store.begin().await.unwrap();
    let same = key(99, "one", 3);
    let taken = keys::insert(&mut tx, &made.id, &same, "sealed").await;
    assert!(is_taken(&taken, "provider_keys_provider_name"));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let same = ProviderKey { name: "two".to_owned(), ..first.clone() };
    assert!(is_taken(&keys::update(&mut tx, &same).await, "provider_keys_provider_name"));
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    let changed = ProviderKey {
        name: "uno".to_owned(),
        weight: 100,
        enabled: false,
        expires_at: None,
        position: 2,
        hint: "abcd".to_owned(),
        ..first.clone()
    };
    keys::update(&mut tx, &changed).await.unwrap();
    keys::place(&mut tx, &first.id, 2).await.unwrap();
    keys::place(&mut tx, &second.id, 1).await.unwrap();
    keys::replace(&mut tx, &changed, "sealed anew").await.unwrap();
    tx.commit().await.unwrap();
    let mut conn = store.read().await.unwrap();
    let now = providers::get(&mut conn, &made.id).await.unwrap().unwrap();
    assert_eq!(now.keys, [ProviderKey { position: 1, ..second.clone() }, changed]);
    assert_eq!(keys::secret(&mut conn, &first.id).await.unwrap().unwrap(), "sealed anew");
    assert_eq!(keys::secret(&mut conn, &second.id).await.unwrap().unwrap(), format!("sealed {}", second.id));

    let mut tx = store.begin().await.unwrap();
    assert!(keys::delete(&mut tx, &second.id).await.unwrap());
    assert!(!keys::delete(&mut tx, &second.id).await.unwrap());
    assert_eq!(keys::secret(&mut tx, &second.id).await.unwrap(), None);
});

both!(keys_go_with_their_provider, |store| {
    let made = provider(1, "a");
    insert(store, &made).await;
    let mut tx = store.begin().await.unwrap();
    assert!(providers::delete(&mut tx, &made.id).await.unwrap());
    assert!(!providers::delete(&mut tx, &made.id).await.unwrap());
    assert_eq!(keys::secret(&mut tx, &made.keys[0].id).await.unwrap(), None);
});

both!(the_gateway_is_told_of_providers_that_are_enabled_and_of_changes, |store| {
    let made = provider(1, "a");
    insert(store, &made).await;
    let now = chrono::DateTime::from_timestamp_millis(1_000_000).unwrap();
    let mut snapshot = store.snapshot().await.unwrap();
    let whole = gateway_config::load(&mut snapshot, now).await.unwrap();
    drop(snapshot);
    let told = whole.providers.first().unwrap();
    assert_eq!((&told.id, &told.kind, told.keys.len()), (&made.id, &made.kind, made.keys.len()));
    let since = last_change(&mut store.read().await.unwrap()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.mark_change(Change::Provider(made.id.clone()));
    let mark = tx.commit().await.unwrap().unwrap();
    let mut snapshot = store.snapshot().await.unwrap();
    let update = gateway_config::load_update(&mut snapshot, since).await.unwrap().unwrap();
    assert_eq!((update.sequence, update.parts), (mark, vec![Part::Provider(told.clone())]));
    let mut tx = store.begin().await.unwrap();
    providers::update(&mut tx, &Provider { enabled: false, ..made.clone() }).await.unwrap();
    tx.mark_change(Change::Provider(made.id.clone()));
    tx.commit().await.unwrap();
    let mut snapshot = store.snapshot().await.unwrap();
    let update = gateway_config::load_update(&mut snapshot, mark).await.unwrap().unwrap();
    assert_eq!(update.parts, vec![Part::NoProvider(made.id.clone())]);
});

//! The keys of a provider: their order, their names, how many there may be.

use super::{create, get, input, key};
use crate::support::{World, refused_as};
use chrono::Duration;
use control::providers;
use domain::problem::ProblemKind;
use domain::providers::{CreateProviderKey, Provider, ProviderKey, UpdateProviderKey};
use store::both;

/// The names of the keys, whose places are 1, 2, 3 and so on.
fn names(provider: &Provider) -> Vec<&str> {
    let places: Vec<u32> = provider.keys.iter().map(|key| key.position).collect();
    assert!(places.iter().copied().eq(1..=u32::try_from(places.len()).unwrap()), "{places:?}");
    provider.keys.iter().map(|key| key.name.as_str()).collect()
}

fn named<'p>(provider: &'p Provider, name: &str) -> &'p ProviderKey {
    provider.keys.iter().find(|key| key.name == name).unwrap()
}

both!(keys_are_moved_and_close_up, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.administrator);
    let all = [("a", "sk-a"), ("b", "sk-b"), ("c", "sk-c"), ("d", "sk-d")];
    let made = create(&world, input("Models", "openai", &all)).await;
    for (name, position, order) in
        [("d", 1, "dabc"), ("a", 4, "dbca"), ("b", 2, "dbca"), ("b", 3, "dcba"), ("d", 2, "cdba")]
    {
        let change = UpdateProviderKey { position, ..UpdateProviderKey::of(named(&made, name)) };
        let moved = providers::update_key(control, actor, &made.id, &named(&made, name).id, change).await;
        assert_eq!(moved.unwrap().position, position);
        assert_eq!(names(&get(&world, &made.id).await).concat(), order, "{name} to {position}");
    }
    providers::delete_key(control, actor, &made.id, &named(&made, "d").id).await.unwrap();
    assert_eq!(names(&get(&world, &made.id).await).concat(), "cba");
    let added = providers::add_key(control, actor, &made.id, key("e", "sk-e")).await.unwrap();
    assert_eq!((added.position, names(&get(&world, &made.id).await).concat()), (4, "cbae".to_owned()));
    let too_far = UpdateProviderKey { position: 5, ..UpdateProviderKey::of(&added) };
    let refused = providers::update_key(control, actor, &made.id, &added.id, too_far).await;
    assert!(refused_as(ProblemKind::InvalidInput, refused).at("position").is_some());
});

both!(a_key_is_changed_and_its_provider_says_when, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.administrator);
    let made = create(&world, input("Models", "openai", &[("a", "sk-a"), ("b", "sk-b")])).await;
    world.pass(Duration::minutes(1));
    let expires_at = Some(world.now() + Duration::days(1));
    let change =
        UpdateProviderKey { weight: 9, enabled: false, expires_at, ..UpdateProviderKey::of(&made.keys[0]) };
    let changed = providers::update_key(control, actor, &made.id, &made.keys[0].id, change).await.unwrap();
    assert_eq!((changed.weight, changed.enabled, changed.expires_at), (9, false, expires_at));
    let now = get(&world, &made.id).await;
    assert_eq!((&now.keys[0], now.updated_at), (&changed, world.now()));
    let same = UpdateProviderKey { name: "b".to_owned(), ..UpdateProviderKey::of(&changed) };
    let taken = providers::update_key(control, actor, &made.id, &changed.id, same).await;
    assert!(refused_as(ProblemKind::Conflict, taken).at("name").is_some());
    let taken = providers::add_key(control, actor, &made.id, key("a", "sk-c")).await;
    assert!(refused_as(ProblemKind::Conflict, taken).at("name").is_some());
    for (wrong, field) in [
        (key("", "sk"), "name"),
        (key("c", ""), "secret"),
        (key("c", "{\"type\":\n\"x\"}"), "secret"),
        (CreateProviderKey { weight: Some(101), ..key("c", "sk") }, "weight"),
        (CreateProviderKey { expires_at: Some(world.now()), ..key("c", "sk") }, "expires_at"),
    ] {
        let refused = providers::add_key(control, actor, &made.id, wrong).await;
        assert!(refused_as(ProblemKind::InvalidInput, refused).at(field).is_some(), "{field}");
    }
});

both!(a_provider_takes_fifty_keys, |store| {
    let world = World::new(store).await;
    let names: Vec<String> = (0..50).map(|number| format!("key {number}")).collect();
    let all: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "sk-1")).collect();
    let made = create(&world, input("Models", "openai", &all)).await;
    let one_more =
        providers::add_key(&world.control, &world.administrator, &made.id, key("more", "sk-1")).await;
    assert!(refused_as(ProblemKind::Conflict, one_more).to_string().contains("50 keys"));
});

both!(keys_that_are_added_at_once_have_places_of_their_own, |store| {
    let world = World::new(store).await;
    let made = create(&world, input("Models", "openai", &[])).await;
    let all = ["a", "b", "c", "d", "e", "f"];
    let adding = all.map(|name| {
        let (control, actor, id) = (&world.control, &world.administrator, &made.id);
        async move { providers::add_key(control, actor, id, key(name, "sk-1")).await.unwrap() }
    });
    futures_util::future::join_all(adding).await;
    let now = get(&world, &made.id).await;
    let mut found = names(&now).concat().into_bytes();
    found.sort_unstable();
    assert_eq!(found, b"abcdef");
});

//! Versions, revisions, documents.

use domain::lifecycle::VersionState;
use store::{Error, both, versions};

use crate::rows::{World, at, config, every_page, publish, version};

both!(publish_and_roll_back, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut version = world.version;
    let mut tx = store.begin().await.unwrap();
    version.draft = config(&["rain.example.com"]);
    versions::update_draft(&mut tx, &version.id, &version.draft, at(3)).await.unwrap();
    versions::set_document(&mut tx, &version.id, Some("{\"openapi\": \"3.1.0\"}")).await.unwrap();
    assert_eq!(publish(&mut tx, &mut version).await, 2);

    let first = versions::revision(&mut tx, &version.id, 1).await.unwrap().unwrap();
    let second = versions::revision(&mut tx, &version.id, 2).await.unwrap().unwrap();
    assert_eq!((first.revision.live, second.revision.live), (false, true));
    assert_eq!((first.config.hosts.len(), second.config.hosts.len()), (0, 1));
    assert_eq!(first.document.as_deref(), Some("{}"));
    assert_eq!(versions::live_document(&mut tx, &version.id).await.unwrap(), second.document);

    version.live_revision = Some(1);
    versions::update_state(&mut tx, &version).await.unwrap();
    let all = every_page(async |page| versions::revisions(&mut tx, &version.id, &page).await.unwrap()).await;
    assert_eq!(all.iter().map(|it| (it.number, it.live)).collect::<Vec<_>>(), [(2, false), (1, true)]);
    assert_eq!(versions::live_document(&mut tx, &version.id).await.unwrap().as_deref(), Some("{}"));
    assert_eq!(versions::revision(&mut tx, &version.id, 3).await.unwrap(), None);
});

both!(read_a_version_as_it_was_written, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut conn = store.read().await.unwrap();
    let mut expected = world.version.clone();
    expected.has_document = true;
    let found = versions::get(&mut conn, &world.api.id, &world.version.name).await.unwrap();
    assert_eq!(found.as_ref(), Some(&expected));
    assert_eq!(versions::get_by_id(&mut conn, &world.version.id).await.unwrap(), found);
    drop(conn);

    let mut tx = store.begin().await.unwrap();
    versions::set_document(&mut tx, &world.version.id, None).await.unwrap();
    let found = versions::get_by_id(&mut tx, &world.version.id).await.unwrap().unwrap();
    assert!(!found.has_document);
    assert_eq!(versions::document(&mut tx, &world.version.id).await.unwrap(), None);
});

both!(create_a_version_twice_is_a_conflict, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut tx = store.begin().await.unwrap();
    let again = versions::insert(&mut tx, &version(2, &world.api.id), None).await;
    assert!(matches!(again, Err(Error::Conflict { constraint }) if constraint == "versions_api_name"));
});

both!(find_who_answers_at_a_host, |store| {
    let rain = World::build(store, 1, "rain").await;
    let mut sun = World::build(store, 2, "sun").await;
    let host = config(&["weather.example.com"]).hosts;
    let mut tx = store.begin().await.unwrap();
    sun.version.draft = config(&["weather.example.com", "sun.example.com", "sun.example.com"]);
    publish(&mut tx, &mut sun.version).await;

    let found = versions::live_on_hosts(&mut tx, &host, &rain.version.id).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].api, found[0].api_name.as_str()), (&sun.api.id, "Api sun"));
    assert_eq!((&found[0].host, &found[0].version), (&host[0], &sun.version.name));
    assert!(versions::live_on_hosts(&mut tx, &host, &sun.version.id).await.unwrap().is_empty(), "itself");
    assert!(versions::live_on_hosts(&mut tx, &[], &rain.version.id).await.unwrap().is_empty());

    sun.version.state = VersionState::Retired;
    versions::update_state(&mut tx, &sun.version).await.unwrap();
    assert!(versions::live_on_hosts(&mut tx, &host, &rain.version.id).await.unwrap().is_empty(), "gone");
});

//! What the gateway is told.

use domain::credentials::Credential;
use domain::gateway_config::Change;
use domain::ids::CredentialId;
use domain::lifecycle::VersionState;
use domain::subscriptions::SubscriptionState;
use store::{both, credentials, gateway_config, plans, subscriptions, versions};

use crate::rows::{World, at, config, publish, subscription, version};

both!(load_what_is_live_and_nothing_else, |store| {
    let sun = World::build(store, 2, "sun").await;
    let mut rain = World::build(store, 1, "rain").await;
    let mut tx = store.begin().await.unwrap();
    // a second revision is live, a third is only a draft
    rain.version.draft = config(&["rain.example.com"]);
    publish(&mut tx, &mut rain.version).await;
    versions::update_draft(&mut tx, &rain.version.id, &config(&["draft.example.com"]), at(9)).await.unwrap();
    // a version that was never published
    let mut unpublished = version(3, &rain.api.id);
    unpublished.name = "v2".parse().unwrap();
    versions::insert(&mut tx, &unpublished, None).await.unwrap();
    tx.mark_change(Change::Api(rain.api.id.clone()));
    tx.commit().await.unwrap();

    let loaded = gateway_config::load(&mut store.snapshot().await.unwrap(), at(0)).await.unwrap();
    assert_eq!(loaded.sequence, 1);
    assert_eq!(loaded.apis.iter().map(|api| api.slug.as_str()).collect::<Vec<_>>(), ["rain", "sun"]);
    assert_eq!(loaded.apis[1].id, sun.api.id);
    assert_eq!(loaded.apis[0].versions.len(), 1);
    assert_eq!((&loaded.apis[0].drafts, loaded.apis[1].drafts.len()), (&vec![unpublished.name], 0));
    let live = &loaded.apis[0].versions[0];
    assert_eq!((live.revision, live.state), (2, VersionState::Published));
    assert_eq!(live.config.hosts, rain.version.draft.hosts);
    assert_eq!(live.config.docs, "", "the gateway has no use for the guide");
});

both!(load_a_retired_version_without_its_hosts, |store| {
    let mut rain = World::build(store, 1, "rain").await;
    let mut tx = store.begin().await.unwrap();
    rain.version.draft = config(&["rain.example.com"]);
    publish(&mut tx, &mut rain.version).await;
    rain.version.state = VersionState::Retired;
    versions::update_state(&mut tx, &rain.version).await.unwrap();
    tx.commit().await.unwrap();
    let loaded = gateway_config::load(&mut store.snapshot().await.unwrap(), at(0)).await.unwrap();
    let gone = &loaded.apis[0].versions[0];
    assert_eq!((gone.state, gone.config.hosts.len()), (VersionState::Retired, 0));
});

both!(load_the_rest_when_a_revision_cannot_be_read, |store| {
    let rain = World::build(store, 1, "rain").await;
    World::build(store, 2, "sun").await;
    let newer = "UPDATE revisions SET config = '{\"a newer release wrote this\": true}' \
        WHERE version IN (SELECT v.id FROM versions v JOIN apis a ON a.id = v.api WHERE a.slug = 'rain')";
    assert_eq!(store.raw(newer).await, 1);
    let loaded = gateway_config::load(&mut store.snapshot().await.unwrap(), at(0)).await.unwrap();
    assert_eq!((loaded.apis[0].versions.len(), loaded.apis[1].versions.len()), (0, 1));
    let unreadable = &loaded.apis[0].unreadable[0];
    assert_eq!((&unreadable.name, unreadable.state), (&rain.version.name, VersionState::Published));
});

both!(load_keys_that_open_or_are_refused_as_expired, |store| {
    let world = World::build(store, 1, "rain").await;
    let day = 86_400;
    let mut tx = store.begin().await.unwrap();
    for (number, expires_at, revoked_at) in
        [(1, None, None), (2, Some(at(0)), None), (3, Some(at(-100 * day)), None), (4, None, Some(at(0)))]
    {
        let credential = Credential {
            id: CredentialId::from_parts(number, 1),
            application: world.application.id.clone(),
            name: String::new(),
            prefix: String::new(),
            created_at: at(0),
            expires_at,
            revoked_at,
            last_used_at: None,
        };
        credentials::insert(&mut tx, &credential, &format!("hash {number}")).await.unwrap();
    }
    tx.commit().await.unwrap();
    let loaded = gateway_config::load(&mut store.snapshot().await.unwrap(), at(day)).await.unwrap();
    let hashes: Vec<&str> = loaded.credentials.iter().map(|it| it.hash.as_str()).collect();
    assert_eq!(hashes, ["hash 1", "hash 2"]);
    assert_eq!(loaded.credentials[1].expires_at, Some(at(0)));
});

both!(load_one_subscription_for_each_application_and_api, |store| {
    let (rain, sun) = (World::build(store, 1, "rain").await, World::build(store, 2, "sun").await);
    let mut tx = store.begin().await.unwrap();
    let states = [
        (1, &rain, SubscriptionState::Cancelled),
        (2, &rain, SubscriptionState::Active),
        (3, &rain, SubscriptionState::Rejected),
        (4, &sun, SubscriptionState::Rejected),
        (5, &sun, SubscriptionState::Rejected),
    ];
    for (number, world, state) in states {
        let mut taken = subscription(number, &rain.application.id, &world.plan);
        taken.state = state;
        taken.expires_at = Some(at(7));
        subscriptions::insert(&mut tx, &taken).await.unwrap();
    }
    let mut cancelled = subscription(6, &sun.application.id, &rain.plan);
    cancelled.state = SubscriptionState::Cancelled;
    subscriptions::insert(&mut tx, &cancelled).await.unwrap();
    plans::update(&mut tx, &rain.plan).await.unwrap();
    tx.commit().await.unwrap();

    let loaded = gateway_config::load(&mut store.snapshot().await.unwrap(), at(0)).await.unwrap();
    let found: Vec<_> = loaded.subscriptions.iter().map(|it| (it.api.clone(), it.state)).collect();
    assert_eq!(
        found,
        [(rain.api.id.clone(), SubscriptionState::Active), (sun.api.id.clone(), SubscriptionState::Rejected)]
    );
    assert_eq!(loaded.subscriptions[1].id, subscription(5, &rain.application.id, &sun.plan).id, "the newest");
    assert_eq!(loaded.subscriptions[0].limits, rain.plan.limits);
    assert_eq!(loaded.subscriptions[0].expires_at, Some(at(7)));
});

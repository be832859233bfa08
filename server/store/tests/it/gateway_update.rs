//! What the gateway is told of changes.

use domain::credentials::Credential;
use domain::gateway_config::{Change, GatewayConfig, Part};
use domain::ids::{ApplicationId, CredentialId, PlanId};
use domain::lifecycle::VersionState;
use domain::subscriptions::SubscriptionState;
use store::gateway_config::load_update;
use store::{
    Store, Tx, applications, both, credentials, gateway_config, last_change, plans, subscriptions, versions,
};

use crate::rows::{World, at, plan, subscription};

/// Changes something, marks that, and answers what the gateway is told of it.
async fn told(store: &Store, mark: Change, change: impl AsyncFnOnce(&mut Tx)) -> Vec<Part> {
    let since = last_change(&mut store.read().await.unwrap()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    change(&mut tx).await;
    tx.mark_change(mark);
    tx.commit().await.unwrap();
    let update = load_update(&mut store.snapshot().await.unwrap(), since).await.unwrap().unwrap();
    assert_eq!(update.sequence, since + 1);
    update.parts
}

async fn whole(store: &Store) -> GatewayConfig {
    gateway_config::load(&mut store.snapshot().await.unwrap(), at(0)).await.unwrap()
}

fn credential(number: u64, application: &ApplicationId) -> Credential {
    Credential {
        id: CredentialId::from_parts(number, 1),
        application: application.clone(),
        name: String::new(),
        prefix: String::new(),
        created_at: at(0),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

both!(load_update_tells_of_a_key_from_its_making_to_its_end, |store| {
    let world = World::build(store, 1, "rain").await;
    let key = credential(1, &world.application.id);
    let mark = Change::Credential(key.id.clone());
    let made = told(store, mark.clone(), async |tx| {
        credentials::insert(tx, &key, "hash").await.unwrap();
    });
    let made = made.await;
    assert_eq!(made, [Part::Credential(whole(store).await.credentials.remove(0))]);
    let ends = told(store, mark.clone(), async |tx| {
        credentials::set_expires(tx, &key.id, Some(at(9))).await.unwrap();
    });
    let ends = ends.await;
    assert!(matches!(&ends[..], [Part::Credential(it)] if it.expires_at == Some(at(9))), "{ends:?}");
    let revoked = told(store, mark, async |tx| {
        credentials::revoke(tx, &key.id, at(1)).await.unwrap();
    });
    assert_eq!(revoked.await, [Part::NoCredential("hash".to_owned())]);
    let application = world.application.id;
    let deleted = told(store, Change::Application(application.clone()), async |tx| {
        applications::delete(tx, &application).await.unwrap();
    });
    assert_eq!(deleted.await, [Part::NoApplication(application.clone())]);
});

both!(load_update_tells_the_subscription_that_counts, |store| {
    let world = World::build(store, 1, "rain").await;
    let (application, api) = (&world.application.id, &world.api.id);
    let other = plan(7, api);
    let mut first = subscription(1, application, &world.plan);
    first.state = SubscriptionState::Rejected;
    let second = subscription(2, application, &other);
    let mark = Change::Subscription(application.clone(), api.clone());
    let one = told(store, mark.clone(), async |tx| {
        plans::insert(tx, &other).await.unwrap();
        subscriptions::insert(tx, &first).await.unwrap();
        subscriptions::insert(tx, &second).await.unwrap();
    });
    let of = |parts: &[Part]| match parts {
        [Part::Subscription(found)] => (found.id.clone(), found.limits.rate.map(|rate| rate.requests)),
        parts => panic!("{parts:?}"),
    };
    assert_eq!(of(&one.await), (second.id.clone(), Some(10)));
    // the plan of a subscription that does not count any more does not bring it back
    let not_its_plan = told(store, Change::Plan(world.plan.id.clone()), async |_| ());
    assert_eq!(of(&not_its_plan.await).0, second.id);
    let mut wider = other.clone();
    wider.limits.rate.as_mut().unwrap().requests = 99;
    let its_plan = told(store, Change::Plan(other.id.clone()), async |tx| {
        plans::update(tx, &wider).await.unwrap();
    });
    assert_eq!(of(&its_plan.await), (second.id.clone(), Some(99)));
    let ended = told(store, mark, async |tx| {
        for mut subscription in [first.clone(), second.clone()] {
            subscription.state = SubscriptionState::Cancelled;
            subscriptions::update(tx, &subscription).await.unwrap();
        }
    });
    assert_eq!(ended.await, [Part::NoSubscription(application.clone(), api.clone())]);
});

both!(load_update_tells_of_an_api_with_all_its_versions, |store| {
    let mut rain = World::build(store, 1, "rain").await;
    World::build(store, 2, "sun").await;
    let mark = Change::Api(rain.api.id.clone());
    let blocked = told(store, mark.clone(), async |tx| {
        rain.version.state = VersionState::Blocked;
        versions::update_state(tx, &rain.version).await.unwrap();
    });
    let blocked = blocked.await;
    assert_eq!(blocked, [Part::Api(whole(store).await.apis.remove(0))]);
    assert!(matches!(&blocked[..], [Part::Api(api)] if api.versions[0].state == VersionState::Blocked));
    let deleted = told(store, mark, async |tx| {
        store::apis::delete(tx, &rain.api.id).await.unwrap();
    });
    assert_eq!(deleted.await, [Part::NoApi(rain.api.id.clone())]);
});

both!(load_update_knows_when_it_does_not_know, |store| {
    let known = async |since| {
        let update = load_update(&mut store.snapshot().await.unwrap(), since).await.unwrap();
        update.map(|update| (update.sequence, update.parts.len()))
    };
    let mark = async |number| {
        let mut tx = store.begin().await.unwrap();
        tx.mark_change(Change::Credential(CredentialId::from_parts(number, 1)));
        tx.mark_change(Change::Application(ApplicationId::from_parts(number, 1)));
        tx.commit().await.unwrap();
    };
    assert_eq!(known(0).await, Some((0, 0)), "nothing changed");
    for number in 0..3 {
        mark(number).await;
    }
    assert_eq!((known(0).await, known(2).await, known(3).await), (Some((3, 3)), Some((3, 1)), Some((3, 0))));
    assert_eq!(known(4).await, None, "a mark that was never made: another database");
    assert_eq!(store.raw("DELETE FROM gateway_changes WHERE sequence = 2").await, 2);
    assert_eq!((known(0).await, known(1).await, known(2).await), (None, None, Some((3, 1))));
    assert_eq!(store.raw("UPDATE gateway_changes SET kind = 'moon' WHERE kind = 'application'").await, 2);
    assert_eq!(known(2).await, None, "a newer release noted it");
    // so much that all had better be loaded
    let mut tx = store.begin().await.unwrap();
    for number in 0..1_001 {
        tx.mark_change(Change::Plan(PlanId::from_parts(number, 1)));
    }
    tx.commit().await.unwrap();
    assert_eq!(known(3).await, None);
    mark(9).await;
    assert_eq!(known(4).await, Some((5, 1)));
    // and marks of long ago are forgotten
    assert_eq!(store.raw("UPDATE changes SET sequence = 1004").await, 1);
    mark(10).await;
    assert_eq!(store.raw("DELETE FROM gateway_changes WHERE sequence <= 5").await, 0, "they were forgotten");
});

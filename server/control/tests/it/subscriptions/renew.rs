//! The end of a subscription: set with the approval, moved, reached, and renewed.

use crate::support::{World, actions, because, refused_as};
use chrono::Duration;
use control::jobs::expire_subscriptions;
use control::subscriptions::{approve, cancel, renew};
use domain::Time;
use domain::problem::ProblemKind;
use domain::subscriptions::{Grant, SubscriptionState as State};
use store::both;

fn until(at: Time) -> Grant {
    Grant { reason: "for a day".to_owned(), expires_at: Some(at) }
}

both!(an_approval_may_have_an_end_and_renewal_moves_it, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    let day = Duration::days(1);
    let end = world.now() + day;
    let given = approve(control, &world.publisher, &held.id, until(end)).await.unwrap();
    assert_eq!((given.state, given.expires_at), (State::Active, Some(end)));
    assert_eq!(world.gateway().await.subscriptions[0].expires_at, Some(end));
    let later = renew(control, &world.publisher, &held.id, until(end + day)).await.unwrap();
    assert_eq!(later.expires_at, Some(end + day));
    world.pass(day);
    assert_eq!(expire_subscriptions(control).await.unwrap(), 0);
    world.pass(day);
    assert_eq!(expire_subscriptions(control).await.unwrap(), 1);
    assert_eq!(world.subscription(&held.id).await.subscription.state, State::Expired);
    let signals = world.signals();
    let again = renew(control, &world.publisher, &held.id, Grant::default()).await.unwrap();
    assert_eq!((again.state, again.expires_at), (State::Active, None));
    assert_eq!(world.signals(), signals + 1);
    assert_eq!(world.gateway().await.subscriptions[0].state, State::Active);
    let trail = world.trail(held.id.as_str()).await;
    assert_eq!(
        actions(&trail)[1..],
        ["subscriptions.approve", "subscriptions.renew", "subscriptions.expire", "subscriptions.renew"]
    );
});

both!(only_the_provider_renews_and_only_to_a_time_to_come, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    for (actor, kind) in [
        (&world.consumer_owner, ProblemKind::Forbidden),
        (&world.developer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.foreign, ProblemKind::NotFound),
        (&world.newcomer, ProblemKind::NotFound),
    ] {
        refused_as(kind, renew(control, actor, &held.id, Grant::default()).await);
    }
    let past = renew(control, &world.publisher, &held.id, until(world.now())).await;
    assert!(refused_as(ProblemKind::InvalidInput, past).at("expires_at").is_some());
    assert_eq!(world.subscription(&held.id).await.subscription, held);
});

both!(an_expired_subscription_makes_room_once_it_is_cancelled, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let held = world.request(&application, &pets.automatic).await.unwrap();
    renew(control, &world.publisher, &held.id, until(world.now() + Duration::days(1))).await.unwrap();
    world.pass(Duration::days(1));
    assert_eq!(expire_subscriptions(control).await.unwrap(), 1);
    refused_as(ProblemKind::Conflict, world.request(&application, &pets.manual).await);
    cancel(control, &world.consumer_owner, &held.id, because("")).await.unwrap();
    assert_eq!(world.request(&application, &pets.manual).await.unwrap().state, State::Pending);
});

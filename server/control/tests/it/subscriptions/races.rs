//! Two at the same time.

use crate::support::{World, actions, because, refused_as};
use control::subscriptions::{approve, cancel, reject};
use domain::problem::ProblemKind;
use domain::subscriptions::SubscriptionState;
use futures_util::future::join_all;
use store::both;

both!(of_many_requests_for_one_place_one_wins, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let plans = [&pets.automatic, &pets.manual].repeat(4);
    let outcomes = join_all(plans.into_iter().map(|plan| world.request(&application, plan))).await;
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 7));
    for outcome in lost {
        refused_as(ProblemKind::Conflict, outcome);
    }
    assert_eq!(world.gateway().await.subscriptions.len(), 1);
});

both!(of_two_decisions_one_wins, |store| {
    let world = World::new(store).await;
    let (control, pets) = (&world.control, world.api("pets").await);
    for round in 0..4 {
        let application = world.application(&format!("Forecast {round}")).await;
        let held = world.request(&application, &pets.manual).await.unwrap();
        let (yes, no) = tokio::join!(
            approve(control, &world.publisher, &held.id, because("yes").into()),
            reject(control, &world.provider_owner, &held.id, because("no")),
        );
        assert!(yes.is_ok() != no.is_ok());
        let state = world.subscription(&held.id).await.subscription.state;
        let expected = if yes.is_ok() { SubscriptionState::Active } else { SubscriptionState::Rejected };
        assert_eq!(state, expected);
        assert_eq!(world.trail(held.id.as_str()).await.len(), 2);
    }
});

both!(a_cancelled_one_is_not_approved_at_the_same_time, |store| {
    let world = World::new(store).await;
    let (control, pets) = (&world.control, world.api("pets").await);
    let held = world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    let (approved, cancelled) = tokio::join!(
        approve(control, &world.publisher, &held.id, because("").into()),
        cancel(control, &world.consumer_owner, &held.id, because("")),
    );
    // approved and then cancelled, or cancelled and too late to approve
    cancelled.unwrap();
    assert_eq!(world.subscription(&held.id).await.subscription.state, SubscriptionState::Cancelled);
    let trail = world.trail(held.id.as_str()).await;
    let rows = actions(&trail);
    assert_eq!(rows.contains(&"subscriptions.approve"), approved.is_ok(), "{rows:?}");
    assert_eq!(rows.last(), Some(&"subscriptions.cancel"));
});

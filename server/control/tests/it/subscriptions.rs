//! Subscriptions.

mod decide;
mod pause;
mod races;
mod renew;
mod request;
mod states;

use crate::support::{World, actions, because, refused_as};
use control::subscriptions::{cancel, get, list};
use domain::ids::SubscriptionId;
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::requests::RequestState;
use domain::subscriptions::SubscriptionState;
use store::both;
use store::subscriptions::SubscriptionFilter;

both!(both_sides_read_it_and_others_do_not, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let (control, page) = (&world.control, PageOf::default());
    let everything = SubscriptionFilter::default();
    for actor in [&world.viewer, &world.developer, &world.administrator, &world.auditor] {
        assert_eq!(get(control, actor, &held.id).await.unwrap().subscription, held);
        assert_eq!(list(control, actor, &everything, &page).await.unwrap().items.len(), 1);
    }
    for actor in [&world.foreign, &world.newcomer] {
        refused_as(ProblemKind::NotFound, get(control, actor, &held.id).await);
        assert!(list(control, actor, &everything, &page).await.unwrap().items.is_empty());
    }
    refused_as(
        ProblemKind::NotFound,
        get(control, &world.viewer, &world.id(SubscriptionId::from_parts)).await,
    );
});

both!(a_filter_narrows_and_never_widens, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let (control, page) = (&world.control, PageOf::default());
    let of_consumer = SubscriptionFilter {
        of_teams: Some(vec![world.consumer.id.clone()]),
        ..SubscriptionFilter::default()
    };
    assert_eq!(list(control, &world.viewer, &of_consumer, &page).await.unwrap().items.len(), 1);
    assert!(list(control, &world.foreign, &of_consumer, &page).await.unwrap().items.is_empty());
    // the provider's own teams are asked for those of the consumer's: none is in both lists
    assert!(list(control, &world.publisher, &of_consumer, &page).await.unwrap().items.is_empty());
    assert_eq!(list(control, &world.auditor, &of_consumer, &page).await.unwrap().items.len(), 1);
    let paused =
        SubscriptionFilter { state: Some(SubscriptionState::Paused), ..SubscriptionFilter::default() };
    assert!(list(control, &world.viewer, &paused, &page).await.unwrap().items.is_empty());
});

both!(either_side_cancels, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    for actor in [&world.publisher, &world.consumer_owner, &world.administrator] {
        let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
        for (other, kind) in [
            (&world.developer, ProblemKind::Forbidden),
            (&world.viewer, ProblemKind::Forbidden),
            (&world.auditor, ProblemKind::Forbidden),
            (&world.foreign, ProblemKind::NotFound),
            (&world.newcomer, ProblemKind::NotFound),
        ] {
            refused_as(kind, cancel(control, other, &held.id, because("")).await);
        }
        let signals = world.signals();
        let after = cancel(control, actor, &held.id, because("no need any more")).await.unwrap();
        assert_eq!(after.state, SubscriptionState::Cancelled);
        assert_eq!(world.signals(), signals + 1);
        assert!(world.gateway().await.subscriptions.iter().all(|it| it.id != held.id));
        let trail = world.trail(held.id.as_str()).await;
        assert_eq!(actions(&trail), ["subscriptions.request", "subscriptions.cancel"]);
        assert!(trail[1].entry.before.as_ref().unwrap().contains("active"));
        assert!(trail[1].entry.after.as_ref().unwrap().contains("no need any more"));
        assert_eq!(trail[1].entry.actor, actor.name);
    }
});

both!(cancel_of_a_pending_one_withdraws_the_request, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let held = world.request(&application, &pets.manual).await.unwrap();
    assert_eq!(control::requests::count_pending(control, &world.publisher).await.unwrap(), 1);
    cancel(control, &world.consumer_owner, &held.id, because("a mistake")).await.unwrap();
    assert_eq!(control::requests::count_pending(control, &world.publisher).await.unwrap(), 0);
    let request = world.requests(&world.publisher).await.remove(0);
    assert_eq!((request.state, request.decision.as_str()), (RequestState::Withdrawn, "a mistake"));
    assert_eq!(request.decided_by.as_deref(), Some(world.consumer_owner.name.as_str()));
    // the place is free again, for a row of its own
    world.pass(chrono::Duration::seconds(1));
    assert_ne!(world.request(&application, &pets.manual).await.unwrap().id, held.id);
});

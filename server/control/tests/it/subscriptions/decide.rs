//! Approving and rejecting.

use crate::support::{World, actions, because, refused_as, told};
use control::subscriptions::{approve, reject};
use domain::problem::ProblemKind;
use domain::requests::RequestState;
use domain::subscriptions::SubscriptionState;
use futures_util::FutureExt;
use store::both;

both!(only_the_provider_decides, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    for (actor, kind) in [
        (&world.developer, ProblemKind::Forbidden),
        (&world.consumer_owner, ProblemKind::Forbidden),
        (&world.viewer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.foreign, ProblemKind::NotFound),
        (&world.newcomer, ProblemKind::NotFound),
    ] {
        let told = refused_as(kind, approve(&world.control, actor, &held.id, because("").into()).await);
        assert_eq!(told, refused_as(kind, reject(&world.control, actor, &held.id, because("")).await));
    }
    assert_eq!(world.subscription(&held.id).await.subscription, held);
});

both!(approve_makes_it_active_and_closes_the_request, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    let signals = world.signals();
    let after = approve(&world.control, &world.publisher, &held.id, because("welcome").into()).await.unwrap();
    assert_eq!((after.state, after.decision.as_str()), (SubscriptionState::Active, "welcome"));
    assert_eq!(world.signals(), signals + 1);
    assert_eq!(world.gateway().await.subscriptions[0].state, SubscriptionState::Active);
    let request = world.requests(&world.administrator).await.remove(0);
    assert_eq!((request.state, request.decision.as_str()), (RequestState::Approved, "welcome"));
    assert_eq!((request.decided_by.as_deref(), request.decided_at), (Some("Pia"), Some(world.now())));
    let trail = world.trail(held.id.as_str()).await;
    assert_eq!(actions(&trail), ["subscriptions.request", "subscriptions.approve"]);
    assert_eq!(trail[1].entry.object_name, "Forecast at The pets");
    assert!(trail[1].entry.before.as_ref().unwrap().contains("pending"));
    assert!(trail[1].entry.after.as_ref().unwrap().contains("active"));
});

both!(reject_says_why_and_closes_the_request, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    let after = reject(&world.control, &world.administrator, &held.id, because("no")).await.unwrap();
    assert_eq!((after.state, after.decision.as_str()), (SubscriptionState::Rejected, "no"));
    assert_eq!(world.gateway().await.subscriptions[0].state, SubscriptionState::Rejected);
    assert_eq!(world.requests(&world.administrator).await.remove(0).state, RequestState::Rejected);
    let long = reject(&world.control, &world.administrator, &held.id, because(&"x".repeat(1_001))).await;
    assert!(refused_as(ProblemKind::InvalidInput, long).at("reason").is_some());
});

both!(a_decision_returns_when_the_gateway_serves_it, |store| {
    let (world, mut gateway) = World::with_gateway(store).await;
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let (held, ()) = tokio::join!(world.request(&application, &pets.manual), async {
        told(gateway.recv().await.unwrap());
    });
    let id = held.unwrap().id;
    let deciding = approve(&world.control, &world.publisher, &id, because("").into());
    tokio::pin!(deciding);
    let caught = tokio::select! {
        biased;
        _ = &mut deciding => panic!("it did not wait for the gateway"),
        caught = gateway.recv() => caught.unwrap(),
    };
    // what the gateway loads now has the change in it
    assert_eq!(world.gateway().await.subscriptions[0].state, SubscriptionState::Active);
    assert!((&mut deciding).now_or_never().is_none());
    told(caught);
    assert_eq!(deciding.await.unwrap().state, SubscriptionState::Active);
});

//! Every use case in every state: what the state machine refuses, no use case does.

use crate::support::{World, because, refused_as};
use control::subscriptions::{approve, cancel, pause, reject, renew, resume};
use domain::problem::ProblemKind;
use domain::subscriptions::{Side, Subscription, SubscriptionEvent as Event, SubscriptionState as State};
use store::both;

/// Puts a subscription into a state behind the use cases' back.
async fn put(world: &World, subscription: &Subscription, state: State) -> Subscription {
    let paused_by = (state == State::Paused).then_some(Side::Provider);
    let put = Subscription { state, paused_by, ..subscription.clone() };
    let mut tx = world.control.store().begin().await.unwrap();
    store::subscriptions::update(&mut tx, &put).await.unwrap();
    tx.commit().await.unwrap();
    put
}

async fn bring_about(world: &World, event: Event, on: &Subscription) -> control::Result<Subscription> {
    let (control, actor, id) = (&world.control, &world.administrator, &on.id);
    match event {
        Event::Approve => approve(control, actor, id, because("").into()).await,
        Event::Reject => reject(control, actor, id, because("")).await,
        Event::Pause => pause(control, actor, id, because("")).await,
        Event::Resume => resume(control, actor, id, because("")).await,
        Event::Cancel => cancel(control, actor, id, because("")).await,
        Event::Renew => renew(control, actor, id, because("").into()).await,
        Event::Expire | Event::Request => panic!("{event} is not a decision"),
    }
}

both!(use_cases_follow_the_state_machine, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let (mut moved, mut stayed) = (0, 0);
    for state in State::ALL {
        for event in [Event::Approve, Event::Reject, Event::Pause, Event::Resume, Event::Cancel, Event::Renew]
        {
            let before = put(&world, &held, *state).await;
            let signals = world.signals();
            let rows = world.trail(held.id.as_str()).await.len();
            let outcome = bring_about(&world, event, &before).await;
            let after = world.subscription(&held.id).await.subscription;
            match state.next(event) {
                Ok(next) => {
                    assert_eq!(outcome.unwrap(), after, "{state} {event}");
                    assert_eq!(after.state, next, "{state} {event}");
                    assert_eq!(world.signals(), signals + 1);
                    assert_eq!(world.trail(held.id.as_str()).await.len(), rows + 1);
                    moved += 1;
                }
                Err(refusal) => {
                    let told = refused_as(ProblemKind::Conflict, outcome);
                    assert_eq!(told.detail, refusal.to_string());
                    assert_eq!(after, before, "{state} {event}");
                    assert_eq!(world.signals(), signals);
                    assert_eq!(world.trail(held.id.as_str()).await.len(), rows);
                    stayed += 1;
                }
            }
        }
    }
    assert_eq!((moved, stayed), (10, 26));
});

both!(request_follows_the_state_machine, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let held = world.request(&application, &pets.automatic).await.unwrap();
    for state in State::ALL {
        put(&world, &held, *state).await;
        if state.is_live() {
            refused_as(ProblemKind::Conflict, world.request(&application, &pets.automatic).await);
        } else if state.next(Event::Request).is_ok() {
            assert_eq!(world.request(&application, &pets.manual).await.unwrap().id, held.id);
        }
    }
    put(&world, &held, State::Cancelled).await;
    assert_ne!(world.request(&application, &pets.manual).await.unwrap().id, held.id);
});

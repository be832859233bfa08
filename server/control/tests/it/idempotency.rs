//! Changes that are made once for each key.

use crate::support::{World, refused_as};
use chrono::Duration;
use control::idempotency::{Answer, Begun, Change, Taken, begin, finish, release};
use control::{Actor, Control};
use domain::problem::ProblemKind;
use store::both;

const CHANGE: Change<'static> = Change { operation: "teams.create", key: "one", sent: "what" };

fn answer() -> Answer {
    Answer { status: 201, location: Some("/api/v1/x".to_owned()), body: "ghk_secret".to_owned() }
}

async fn take(control: &Control, actor: &Actor, change: Change<'_>) -> Taken {
    match begin(control, actor, change).await.unwrap() {
        Begun::Now(taken) => taken,
        Begun::Before(_) => panic!("it was done before"),
    }
}

async fn kept(control: &Control, actor: &Actor, change: Change<'_>) -> Answer {
    match begin(control, actor, change).await.unwrap() {
        Begun::Now(_) => panic!("it was not done before"),
        Begun::Before(answer) => answer,
    }
}

both!(what_was_answered_is_kept_for_a_day, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.publisher);
    let taken = take(control, actor, CHANGE).await;
    let problem = refused_as(ProblemKind::Conflict, begin(control, actor, CHANGE).await);
    assert_eq!(problem.retry_after_s, Some(1));
    finish(control, taken, &answer()).await.unwrap();
    world.pass(Duration::days(1));
    assert!(kept(control, actor, CHANGE).await == answer());
    let other = refused_as(
        ProblemKind::InvalidInput,
        begin(control, actor, Change { sent: "other", ..CHANGE }).await,
    );
    assert!(other.at("Idempotency-Key").is_some());
    world.pass(Duration::milliseconds(1));
    finish(control, take(control, actor, CHANGE).await, &answer()).await.unwrap();
    assert!(kept(control, actor, CHANGE).await == answer());
});

both!(a_key_is_one_of_an_account_and_an_operation, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    finish(control, take(control, &world.publisher, CHANGE).await, &answer()).await.unwrap();
    let _other = take(control, &world.developer, CHANGE).await;
    let _other = take(control, &world.publisher, Change { operation: "teams.leave", ..CHANGE }).await;
    let _other = take(control, &world.publisher, Change { key: "two", ..CHANGE }).await;
    assert!(kept(control, &world.publisher, CHANGE).await == answer());
});

both!(a_key_is_free_again_when_nothing_was_done, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.publisher);
    release(control, take(control, actor, CHANGE).await).await.unwrap();
    release(control, take(control, actor, Change { sent: "other", ..CHANGE }).await).await.unwrap();
    // one that was neither: nobody knows what became of it
    drop(take(control, actor, CHANGE).await);
    refused_as(ProblemKind::Conflict, begin(control, actor, CHANGE).await);
});

both!(what_was_answered_does_not_lie_open, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.publisher);
    finish(control, take(control, actor, CHANGE).await, &answer()).await.unwrap();
    assert_eq!(
        store.raw("UPDATE idempotency_keys SET answer = answer WHERE answer LIKE '%secret%'").await,
        0
    );
    // sealed for its row: at another it does not open
    let two = Change { key: "two", ..CHANGE };
    finish(control, take(control, actor, two).await, &answer()).await.unwrap();
    let copied = "UPDATE idempotency_keys SET answer = (SELECT min(answer) FROM idempotency_keys)";
    assert_eq!(store.raw(copied).await, 2);
    let opened = [begin(control, actor, CHANGE).await, begin(control, actor, two).await];
    let refused: Vec<_> = opened.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].problem().kind, ProblemKind::Internal);
});

both!(keys_of_long_ago_are_swept, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.publisher);
    finish(control, take(control, actor, CHANGE).await, &answer()).await.unwrap();
    world.pass(Duration::hours(20));
    finish(control, take(control, actor, Change { key: "two", ..CHANGE }).await, &answer()).await.unwrap();
    world.pass(Duration::hours(5));
    control::jobs::sweep(control).await.unwrap();
    assert_eq!(store.raw("UPDATE idempotency_keys SET answer = answer").await, 1);
});

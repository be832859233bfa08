//! The chain of the audit trail: whole, and broken in every way.

use crate::support::{World, refused_as};
use control::audit::{self, Verified};
use control::teams;
use domain::problem::ProblemKind;
use domain::teams::CreateTeam;
use store::both;

/// Leaves rows in the trail.
async fn act(world: &World, times: usize) {
    for _ in 0..times {
        let input = CreateTeam { name: "Birds".to_owned(), description: String::new() };
        teams::create(&world.control, &world.newcomer, input).await.unwrap();
    }
}

async fn verified(world: &World) -> (i64, Option<i64>) {
    let Verified { rows, broken_at } = audit::verify(&world.control).await.unwrap();
    (rows, broken_at)
}

both!(a_row_that_was_changed_is_found, |store| {
    let world = World::new(store).await;
    act(&world, 5).await;
    assert_eq!(verified(&world).await, (5, None));
    store.tamper_with_audit(3).await;
    assert_eq!(verified(&world).await, (2, Some(3)));
});

both!(rows_taken_from_the_end_are_missed_for_ever, |store| {
    let world = World::new(store).await;
    act(&world, 5).await;
    assert_eq!(store.cut_audit(3).await, 2);
    assert_eq!(verified(&world).await, (3, Some(4)));
    // what is done afterwards does not close the gap
    act(&world, 2).await;
    assert_eq!(verified(&world).await, (3, Some(4)));
});

both!(an_emptied_trail_is_not_whole, |store| {
    let world = World::new(store).await;
    assert_eq!(verified(&world).await, (0, None));
    act(&world, 2).await;
    store.cut_audit(0).await;
    assert_eq!(verified(&world).await, (0, Some(1)));
});

both!(a_trail_without_its_head_is_broken_and_takes_no_rows, |store| {
    let world = World::new(store).await;
    act(&world, 2).await;
    store.behead_audit().await;
    assert_eq!(verified(&world).await, (0, Some(1)));
    let input = CreateTeam { name: "Fish".to_owned(), description: String::new() };
    let unaudited = teams::create(&world.control, &world.newcomer, input).await;
    refused_as(ProblemKind::Internal, unaudited);
});

//! Pausing and resuming.

use crate::support::{World, actions, because, refused_as};
use control::accounts::actor;
use control::subscriptions::{pause, resume};
use domain::problem::ProblemKind;
use domain::roles::TeamRole;
use domain::subscriptions::{Side, SubscriptionState};
use store::both;

both!(the_side_that_paused_resumes, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let (provider, consumer) = (&world.publisher, &world.consumer_owner);
    for (paused_by, own, other) in
        [(Side::Provider, provider, consumer), (Side::Consumer, consumer, provider)]
    {
        let signals = world.signals();
        let paused = pause(control, own, &held.id, because("a moment")).await.unwrap();
        assert_eq!((paused.state, paused.paused_by), (SubscriptionState::Paused, Some(paused_by)));
        assert_eq!(world.gateway().await.subscriptions[0].state, SubscriptionState::Paused);
        let wrong = refused_as(ProblemKind::Forbidden, resume(control, other, &held.id, because("")).await);
        assert!(wrong.detail.contains(&format!("paused by the {paused_by}")), "{wrong}");
        let resumed = resume(control, own, &held.id, because("")).await.unwrap();
        assert_eq!((resumed.state, resumed.paused_by), (SubscriptionState::Active, None));
        assert_eq!(world.signals(), signals + 2);
        // an administrator resumes for either
        pause(control, own, &held.id, because("")).await.unwrap();
        resume(control, &world.administrator, &held.id, because("")).await.unwrap();
    }
    let trail = world.trail(held.id.as_str()).await;
    assert_eq!(trail.len(), 9);
    assert_eq!(actions(&trail)[1..3], ["subscriptions.pause", "subscriptions.resume"]);
    assert!(trail[1].entry.after.as_ref().unwrap().contains("a moment"));
});

both!(pause_and_resume_need_a_role_on_a_side, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let outsiders = [
        (&world.developer, ProblemKind::Forbidden),
        (&world.viewer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.foreign, ProblemKind::NotFound),
        (&world.newcomer, ProblemKind::NotFound),
    ];
    for (actor, kind) in outsiders {
        refused_as(kind, pause(control, actor, &held.id, because("")).await);
    }
    pause(control, &world.consumer_owner, &held.id, because("")).await.unwrap();
    for (actor, kind) in outsiders {
        refused_as(kind, resume(control, actor, &held.id, because("")).await);
    }
});

both!(only_the_provider_s_words_are_the_decision, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let paused = pause(control, &world.publisher, &held.id, because("too many errors")).await.unwrap();
    assert_eq!(paused.decision, "too many errors");
    resume(control, &world.publisher, &held.id, because("thank you")).await.unwrap();
    let paused = pause(control, &world.consumer_owner, &held.id, because("holidays")).await.unwrap();
    assert_eq!(paused.decision, "thank you");
    let trail = world.trail(held.id.as_str()).await;
    assert!(trail.last().unwrap().entry.after.as_ref().unwrap().contains("holidays"));
});

both!(a_role_in_a_team_goes_before_one_on_the_platform, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let paused = pause(control, &world.administrator, &held.id, because("")).await.unwrap();
    assert_eq!(paused.paused_by, Some(Side::Provider));
    resume(control, &world.administrator, &held.id, because("")).await.unwrap();

    let account = &world.administrator.account;
    let mut tx = control.store().begin().await.unwrap();
    store::teams::add_member(&mut tx, &world.consumer.id, account, TeamRole::Consumer, world.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let administrator = actor(control, account, "203.0.113.7").await.unwrap().unwrap();
    let paused = pause(control, &administrator, &held.id, because("")).await.unwrap();
    assert_eq!(paused.paused_by, Some(Side::Consumer));
    resume(control, &world.consumer_owner, &held.id, because("")).await.unwrap();
});

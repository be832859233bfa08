//! Plans.

use crate::support::{World, actions, refused, refused_as};
use control::plans;
use domain::apis::Visibility;
use domain::lifecycle::VersionState;
use domain::plans::{CreatePlan, Limits, Period, Quota, UpdatePlan};
use domain::problem::ProblemKind;
use domain::subscriptions::SubscriptionState;
use store::both;

fn named(name: &str) -> CreatePlan {
    CreatePlan { name: name.to_owned(), ..CreatePlan::default() }
}

both!(create_and_update_need_a_publisher_of_the_api, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let (control, api) = (&world.control, &pets.api.id);
    let plan = plans::create(control, &world.publisher, api, named("Silver")).await.unwrap();
    assert!(!plan.closed);
    let input = || UpdatePlan { name: Some("Bronze".to_owned()), ..UpdatePlan::default() };
    for (actor, kind) in [
        (&world.developer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.consumer_owner, ProblemKind::NotFound),
        (&world.foreign, ProblemKind::NotFound),
    ] {
        refused_as(kind, plans::create(control, actor, api, named("Other")).await);
        refused_as(kind, plans::update(control, actor, api, &plan.id, input()).await);
        refused_as(kind, plans::delete(control, actor, api, &plan.id).await);
    }
    plans::update(control, &world.administrator, api, &plan.id, input()).await.unwrap();
    plans::delete(control, &world.provider_owner, api, &plan.id).await.unwrap();
    let trail = world.trail(plan.id.as_str()).await;
    assert_eq!(actions(&trail), ["plans.create", "plans.update", "plans.delete"]);
    assert!(trail.iter().all(|row| row.entry.team.as_ref() == Some(&world.provider.id)));
    assert!(trail[1].entry.before.as_ref().unwrap().contains("Silver"));
    assert!(trail[1].entry.after.as_ref().unwrap().contains("Bronze"));
});

both!(names_are_unique_within_an_api, |store| {
    let world = World::new(store).await;
    let (pets, birds) = (world.api("pets").await, world.api("birds").await);
    let (control, actor) = (&world.control, &world.publisher);
    let taken =
        refused_as(ProblemKind::Conflict, plans::create(control, actor, &pets.api.id, named("Gold")).await);
    assert!(taken.at("name").is_some(), "{taken}");
    let rename = UpdatePlan { name: Some("Gold".to_owned()), ..UpdatePlan::default() };
    let taken = refused(plans::update(control, actor, &pets.api.id, &pets.automatic.id, rename).await);
    assert!(taken.at("name").is_some(), "{taken}");
    assert_eq!(plans::list(control, actor, &birds.api.id).await.unwrap().len(), 2);
    // a plan is found through its own api alone
    let through = |api| plans::update(control, actor, api, &birds.manual.id, UpdatePlan::default());
    refused_as(ProblemKind::NotFound, through(&pets.api.id).await);
    through(&birds.api.id).await.unwrap();
});

both!(a_plan_in_use_is_closed_and_not_deleted, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let (control, actor, api) = (&world.control, &world.publisher, &pets.api.id);
    let application = world.application("Forecast").await;
    let held = world.request(&application, &pets.automatic).await.unwrap();
    let in_use =
        refused_as(ProblemKind::Conflict, plans::delete(control, actor, api, &pets.automatic.id).await);
    assert!(in_use.detail.contains("close it"), "{in_use}");

    let close = UpdatePlan { closed: Some(true), ..UpdatePlan::default() };
    plans::update(control, actor, api, &pets.automatic.id, close).await.unwrap();
    let other = world.application("Other").await;
    let closed = refused_as(ProblemKind::Conflict, world.request(&other, &pets.automatic).await);
    assert!(closed.at("plan").unwrap().contains("closed"), "{closed}");
    assert_eq!(world.subscription(&held.id).await.subscription.state, SubscriptionState::Active);

    // its history keeps it
    let cancel = control::subscriptions::cancel(control, actor, &held.id, Default::default());
    cancel.await.unwrap();
    refused_as(ProblemKind::Conflict, plans::delete(control, actor, api, &pets.automatic.id).await);
    plans::delete(control, actor, api, &pets.manual.id).await.unwrap();
    assert_eq!(plans::list(control, actor, api).await.unwrap().len(), 1);
});

both!(new_limits_reach_the_gateway_and_new_words_do_not, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let (control, actor, api, plan) = (&world.control, &world.publisher, &pets.api.id, &pets.automatic.id);
    world.request(&world.application("Forecast").await, &pets.automatic).await.unwrap();
    let before = world.signals();
    let words = UpdatePlan { description: Some("for all".to_owned()), ..UpdatePlan::default() };
    plans::update(control, actor, api, plan, words).await.unwrap();
    assert_eq!(world.signals(), before);
    let limits = Limits { quota: Some(Quota { requests: 7, period: Period::Day }), ..Limits::default() };
    let input = UpdatePlan { limits: Some(limits.clone()), ..UpdatePlan::default() };
    plans::update(control, actor, api, plan, input).await.unwrap();
    assert_eq!(world.signals(), before + 1);
    assert_eq!(world.gateway().await.subscriptions[0].limits, limits);
});

both!(plans_are_listed_to_those_who_see_the_api, |store| {
    let world = World::new(store).await;
    let open = world.api("pets").await;
    let private = world.api_that_is("secrets", Visibility::Private, VersionState::Published).await;
    let draft = world.api_that_is("drafts", Visibility::Internal, VersionState::Draft).await;
    let control = &world.control;
    for actor in [&world.developer, &world.foreign, &world.newcomer] {
        assert_eq!(plans::list(control, actor, &open.api.id).await.unwrap().len(), 2);
    }
    for hidden in [&private.api.id, &draft.api.id] {
        assert_eq!(plans::list(control, &world.developer, hidden).await.unwrap().len(), 2);
        assert_eq!(plans::list(control, &world.auditor, hidden).await.unwrap().len(), 2);
        for actor in [&world.foreign, &world.newcomer] {
            refused_as(ProblemKind::NotFound, plans::list(control, actor, hidden).await);
        }
    }
});

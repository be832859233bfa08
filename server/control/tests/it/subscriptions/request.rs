//! Asking for access.

use crate::support::{World, actions, because, refused, refused_as};
use chrono::Duration;
use control::subscriptions::{approve, cancel, reject, request};
use domain::apis::Visibility;
use domain::ids::PlanId;
use domain::lifecycle::VersionState;
use domain::problem::ProblemKind;
use domain::subscriptions::{RequestSubscription, SubscriptionState};
use domain::versions::Lifecycle;
use store::both;

both!(an_automatic_plan_is_active_at_once, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let signals = world.signals();
    let held = world.request(&application, &pets.automatic).await.unwrap();
    assert_eq!((held.state, held.reason.as_str()), (SubscriptionState::Active, "we need pets"));
    assert_eq!(world.signals(), signals + 1);
    let at_gateway = world.gateway().await.subscriptions;
    assert_eq!((at_gateway[0].id.clone(), at_gateway[0].state), (held.id.clone(), SubscriptionState::Active));
    assert_eq!(control::requests::count_pending(&world.control, &world.administrator).await.unwrap(), 0);
    assert_eq!(actions(&world.trail(held.id.as_str()).await), ["subscriptions.request"]);
});

both!(a_manual_plan_waits_in_the_inbox, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    assert_eq!(held.state, SubscriptionState::Pending);
    assert_eq!(world.gateway().await.subscriptions[0].state, SubscriptionState::Pending);
    let request = world.requests(&world.publisher).await.remove(0);
    assert_eq!(request.title, "Forecast wants The pets on plan Gold");
    assert_eq!((request.subscription, request.api), (Some(held.id), Some(pets.api.id)));
    assert_eq!((request.team, request.reason.as_str()), (Some(world.provider.id.clone()), "we need pets"));
    assert_eq!(request.account, world.consumer_owner.account);
});

both!(a_decider_who_asks_for_the_own_application_waits_too, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let input = domain::applications::CreateApplication { name: "Own".into(), ..Default::default() };
    let actor = &world.provider_owner;
    let own = control::applications::create(&world.control, actor, &world.provider.id, input).await.unwrap();
    let held = world.request_as(actor, &own, &pets.manual).await.unwrap();
    assert_eq!(held.state, SubscriptionState::Pending);
    let after = approve(&world.control, actor, &held.id, because("").into()).await.unwrap();
    assert_eq!(after.state, SubscriptionState::Active);
});

both!(request_needs_its_role_in_the_applications_team, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    for (actor, kind) in [
        (&world.viewer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.provider_owner, ProblemKind::NotFound),
        (&world.foreign, ProblemKind::NotFound),
        (&world.newcomer, ProblemKind::NotFound),
    ] {
        refused_as(kind, world.request_as(actor, &application, &pets.automatic).await);
    }
    assert!(world.gateway().await.subscriptions.is_empty());
});

both!(a_plan_that_one_does_not_see_is_absent, |store| {
    let world = World::new(store).await;
    let application = world.application("Forecast").await;
    let private = world.api_that_is("secrets", Visibility::Private, VersionState::Published).await;
    let draft = world.api_that_is("drafts", Visibility::Public, VersionState::Draft).await;
    let actor = &world.consumer_owner;
    let unknown =
        RequestSubscription { plan: world.id(PlanId::from_parts).to_string(), reason: String::new() };
    let absent = refused(request(&world.control, actor, &application.id, unknown).await);
    assert_eq!(absent.kind, ProblemKind::NotFound);
    for hidden in [&private, &draft] {
        assert_eq!(refused(world.request(&application, &hidden.automatic).await), absent);
    }
    // whoever sees the draft is told that it is one
    let seen = world.request_as(&world.administrator, &application, &draft.automatic).await;
    assert!(refused_as(ProblemKind::Conflict, seen).detail.contains("is draft"));
    let malformed = RequestSubscription { plan: "gold".into(), reason: "x".repeat(1_001) };
    let bad = refused_as(
        ProblemKind::InvalidInput,
        request(&world.control, actor, &application.id, malformed).await,
    );
    assert!(bad.at("plan").is_some() && bad.at("reason").is_some(), "{bad}");
});

both!(an_api_on_its_way_out_takes_no_new_ones, |store| {
    let world = World::new(store).await;
    let application = world.application("Forecast").await;
    let blocked = Lifecycle { blocked_reason: Some("a leak".to_owned()), ..Lifecycle::default() };
    let successor = Lifecycle { successor: Some("pets/v2".to_owned()), ..Lifecycle::default() };
    for (slug, state, lifecycle, told) in [
        ("deprecated", VersionState::Deprecated, successor, "pets/v2 takes over"),
        ("blocked", VersionState::Blocked, blocked, "a leak"),
        ("retired", VersionState::Retired, Lifecycle::default(), "takes no new subscriptions"),
    ] {
        let api = world.api(slug).await;
        world.set_state(api.version.clone(), state, lifecycle).await;
        let problem = refused_as(ProblemKind::Conflict, world.request(&application, &api.automatic).await);
        assert!(
            problem.detail.contains(&format!("is {state}")) && problem.detail.contains(told),
            "{problem}"
        );
        // a version that is published takes them
        world.version(&api.api, "v2", VersionState::Published).await;
        world.request(&application, &api.automatic).await.unwrap();
    }
});

both!(one_live_subscription_for_each_application_and_api, |store| {
    let world = World::new(store).await;
    let (control, provider) = (&world.control, &world.publisher);
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let held = world.request(&application, &pets.manual).await.unwrap();
    let again = async |state: SubscriptionState| {
        for plan in [&pets.manual, &pets.automatic] {
            let problem = refused_as(ProblemKind::Conflict, world.request(&application, plan).await);
            assert!(problem.detail.contains(&format!("it is {state}")), "{problem}");
        }
    };
    again(SubscriptionState::Pending).await;
    approve(control, provider, &held.id, because("").into()).await.unwrap();
    again(SubscriptionState::Active).await;
    control::subscriptions::pause(control, provider, &held.id, because("")).await.unwrap();
    again(SubscriptionState::Paused).await;
    // another application and another api have places of their own
    world.request(&world.application("Other").await, &pets.manual).await.unwrap();
    world.request(&application, &world.api("birds").await.manual).await.unwrap();
    cancel(control, provider, &held.id, because("")).await.unwrap();
    world.pass(Duration::seconds(1));
    let next = world.request(&application, &pets.automatic).await.unwrap();
    assert_ne!(next.id, held.id);
});

both!(a_rejected_one_is_asked_for_again_in_its_row, |store| {
    let world = World::new(store).await;
    let (control, provider) = (&world.control, &world.publisher);
    let pets = world.api("pets").await;
    let application = world.application("Forecast").await;
    let first = world.request(&application, &pets.manual).await.unwrap();
    let no = reject(control, provider, &first.id, because("say why")).await.unwrap();
    assert_eq!(no.decision, "say why");
    world.pass(Duration::days(1));
    let second = world.request(&application, &pets.manual).await.unwrap();
    assert_eq!((&second.id, second.state), (&first.id, SubscriptionState::Pending));
    assert_eq!((second.decision.as_str(), second.created_at), ("", first.created_at));
    assert_eq!(control::requests::count_pending(control, provider).await.unwrap(), 1);
    reject(control, provider, &first.id, because("still no")).await.unwrap();
    // on another plan that asks nobody
    world.pass(Duration::days(1));
    let third = world.request(&application, &pets.automatic).await.unwrap();
    assert_eq!((&third.id, third.state), (&first.id, SubscriptionState::Active));
    assert_eq!(third.plan, pets.automatic.id);
    let trail = world.trail(first.id.as_str()).await;
    let (ask, refuse) = ("subscriptions.request", "subscriptions.reject");
    assert_eq!(actions(&trail), [ask, refuse, ask, refuse, ask]);
    assert!(trail[2].entry.before.as_ref().unwrap().contains("rejected"));
});

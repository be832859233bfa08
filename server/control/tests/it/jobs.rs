//! What happens by the clock.

use crate::support::{World, actions, call, call_id};
use chrono::Duration;
use control::jobs::{expire_subscriptions, record_used, sweep};
use domain::accounts::Invitation;
use domain::calls::CallFilter;
use domain::credentials::CreateCredential;
use domain::ids::InvitationId;
use domain::paging::PageOf;
use domain::roles::PlatformRole;
use domain::settings::Settings;
use domain::subscriptions::{Subscription, SubscriptionState};
use domain::usage::{Grain, UsageQuery, Visible};
use store::both;
use store::sessions::Session;
use store::throttle::Attempts;

both!(a_subscription_ends_at_its_end_date, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let end = Some(world.now() + Duration::hours(1));
    let mut held = Vec::new();
    for (name, expires_at) in
        [("ends", end), ("stays", None), ("later", end.map(|at| at + Duration::days(1)))]
    {
        let subscription = world.request(&world.application(name).await, &pets.automatic).await.unwrap();
        let subscription = Subscription { expires_at, ..subscription };
        let mut tx = control.store().begin().await.unwrap();
        store::subscriptions::update(&mut tx, &subscription).await.unwrap();
        tx.commit().await.unwrap();
        held.push(subscription);
    }
    assert_eq!(expire_subscriptions(control).await.unwrap(), 0);
    let signals = world.signals();
    world.pass(Duration::hours(1));
    assert_eq!(expire_subscriptions(control).await.unwrap(), 1);
    assert_eq!(expire_subscriptions(control).await.unwrap(), 0);
    assert_eq!(world.signals(), signals + 1);
    let states = [SubscriptionState::Expired, SubscriptionState::Active, SubscriptionState::Active];
    for (held, state) in held.iter().zip(states) {
        assert_eq!(world.subscription(&held.id).await.subscription.state, state);
    }
    let trail = world.trail(held[0].id.as_str()).await;
    assert_eq!(actions(&trail), ["subscriptions.request", "subscriptions.expire"]);
    assert_eq!((trail[1].entry.actor.as_str(), &trail[1].entry.account), ("system", &None));
});

both!(more_than_a_batch_ends_in_one_run, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let template = world.request(&world.application("first").await, &pets.automatic).await.unwrap();
    for number in 0..101 {
        let application = world.application(&format!("number {number}")).await;
        let mut tx = control.store().begin().await.unwrap();
        let subscription = Subscription {
            id: world.id(domain::ids::SubscriptionId::from_parts),
            application: application.id,
            expires_at: Some(world.now()),
            ..template.clone()
        };
        store::subscriptions::insert(&mut tx, &subscription).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(expire_subscriptions(control).await.unwrap(), 101);
    assert_eq!(control::audit::verify(control).await.unwrap().broken_at, None);
});

both!(record_used_never_goes_back, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.consumer_owner);
    let application = world.application("Forecast").await;
    let input = CreateCredential { name: "key".into(), expires_at: None };
    let id =
        control::credentials::create(control, actor, &application.id, input).await.unwrap().credential.id;
    let signals = world.signals();
    let (earlier, later) = (world.now(), world.now() + Duration::minutes(1));
    record_used(control, &[(id.clone(), later)]).await.unwrap();
    record_used(control, &[(id, earlier)]).await.unwrap();
    record_used(control, &[]).await.unwrap();
    let list = control::credentials::list(control, actor, &application.id, &PageOf::default()).await.unwrap();
    assert_eq!(list.items[0].last_used_at, Some(later));
    assert_eq!(world.signals(), signals, "the gateway need not hear of it");
});

both!(sweep_removes_people_s_rows_that_are_over, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let now = world.now();
    let session = |key: &str, expires_at| Session {
        key: key.to_owned(),
        account: None,
        content: "{}".to_owned(),
        created_at: now,
        expires_at,
    };
    let invitation = |expires_at| Invitation {
        id: world.id(InvitationId::from_parts),
        email: "nora@example.com".parse().unwrap(),
        role: PlatformRole::Member,
        team: None,
        team_role: None,
        invited_by: world.administrator.account.clone(),
        created_at: now,
        expires_at,
    };
    let failed = |last_failed_at| Attempts { failures: 9, last_failed_at, blocked_until: None };
    let hour = Duration::hours(1);
    let mut tx = control.store().begin().await.unwrap();
    store::sessions::insert(&mut tx, &session("over", now + hour)).await.unwrap();
    store::sessions::insert(&mut tx, &session("open", now + Duration::days(9))).await.unwrap();
    let (over, open) = (invitation(now + hour), invitation(now + Duration::days(9)));
    store::invitations::insert(&mut tx, &over, "one hash").await.unwrap();
    store::invitations::insert(&mut tx, &open, "another hash").await.unwrap();
    store::throttle::put(&mut tx, "account:old", &failed(now)).await.unwrap();
    store::throttle::put(&mut tx, "account:new", &failed(now + Duration::days(1))).await.unwrap();
    tx.commit().await.unwrap();

    world.pass(Duration::days(1) + hour);
    sweep(control).await.unwrap();
    let mut conn = control.store().read().await.unwrap();
    assert!(store::sessions::get(&mut conn, "over", now).await.unwrap().is_none());
    assert!(store::sessions::get(&mut conn, "open", now).await.unwrap().is_some());
    assert!(store::invitations::get(&mut conn, &over.id).await.unwrap().is_none());
    assert!(store::invitations::get(&mut conn, &open.id).await.unwrap().is_some());
    assert!(store::throttle::get(&mut conn, "account:old").await.unwrap().is_none());
    assert!(store::throttle::get(&mut conn, "account:new").await.unwrap().is_some());
});

both!(sweep_keeps_calls_as_long_as_settings_say, |store| {
    let world = World::new(store).await;
    let (control, administrator) = (&world.control, &world.administrator);
    let settings = Settings { keep_calls_days: 10, ..Settings::default() };
    control::settings::update(control, administrator, settings).await.unwrap();
    let pets = world.api("pets").await.api;
    let days = |days| world.now() - Duration::days(days);
    // more than one transaction's worth, older than everything but the days
    let mut calls: Vec<_> =
        (0..1_100).map(|n| call(&format!("old-{n:04}"), days(100), Some(&pets), None)).collect();
    calls.push(call("recent", days(8), Some(&pets), None));
    calls.push(call("new", days(1), Some(&pets), None));
    world.record(&calls).await;

    sweep(control).await.unwrap();
    let left = control::calls::list(control, administrator, &CallFilter::default(), &PageOf::default())
        .await
        .unwrap();
    let left: Vec<_> = left.items.into_iter().map(|row| row.call.id).collect();
    assert_eq!(left, [(1, "new"), (8, "recent")].map(|(ago, name)| call_id(name, days(ago))));
    for (step, span, counted) in [(Grain::Minute, 9, 1), (Grain::Hour, 50, 2), (Grain::Day, 200, 1_102)] {
        let whole = UsageQuery {
            group_by: Vec::new(),
            since: days(span),
            until: world.now(),
            step,
            api: None,
            application: None,
            route: String::new(),
            models_only: false,
            visible: Visible::Nothing,
        };
        // the finest grain is asked of the store: a question of control gives at most 1,500 points
        let mut conn = control.store().calls_read().await.unwrap();
        let usage = store::usage::get(&mut conn, &whole, &store::scope::Scope::Everything).await.unwrap();
        assert_eq!(usage.totals.calls, counted, "{step}");
    }
    let hours = UsageQuery {
        group_by: Vec::new(),
        since: days(101),
        until: days(99),
        step: Grain::Hour,
        api: None,
        application: None,
        route: String::new(),
        models_only: false,
        visible: Visible::Nothing,
    };
    assert_eq!(control::usage::get(control, administrator, hours).await.unwrap().totals.calls, 0);
});

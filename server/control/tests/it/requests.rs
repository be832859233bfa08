//! The inbox.

use crate::support::{World, actions, because, refused, refused_as};
use chrono::Duration;
use control::requests::{approve, count_pending, decided, get, list, own, reject, waiting};
use control::{Actor, accounts};
use domain::accounts::{Account, AccountStatus};
use domain::ids::{AccountId, RequestId};
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::requests::{Request, RequestFilter, RequestKind, RequestState};
use domain::roles::PlatformRole;
use domain::subscriptions::{Grant, SubscriptionState};
use store::both;

/// A person who signed up and waits.
async fn sign_up(world: &World, name: &str) -> Request {
    let account = Account {
        id: world.id(AccountId::from_parts),
        email: format!("{name}@example.com").parse().unwrap(),
        name: name.to_owned(),
        role: PlatformRole::Member,
        status: AccountStatus::Pending,
        created_at: world.now(),
        last_sign_in_at: None,
    };
    let request = Request {
        id: world.id(RequestId::from_parts),
        kind: RequestKind::SignUp,
        state: RequestState::Pending,
        team: None,
        subscription: None,
        api: None,
        account: account.id.clone(),
        account_name: account.name.clone(),
        title: format!("{name} wants an account"),
        reason: String::new(),
        created_at: world.now(),
        decided_by: None,
        decided_at: None,
        decision: String::new(),
    };
    let mut tx = world.control.store().begin().await.unwrap();
    store::accounts::insert(&mut tx, &account, "a hash").await.unwrap();
    store::requests::insert(&mut tx, &request).await.unwrap();
    tx.commit().await.unwrap();
    request
}

async fn listed(world: &World, actor: &Actor, state: Option<RequestState>) -> Vec<RequestId> {
    let filter = RequestFilter { state, ..RequestFilter::default() };
    let found = list(&world.control, actor, &filter, &PageOf::default()).await.unwrap();
    found.items.into_iter().map(|request| request.id).collect()
}

async fn only(world: &World, actor: &Actor) -> Request {
    let mut found = world.requests(actor).await;
    assert_eq!(found.len(), 1);
    found.remove(0)
}

both!(the_inbox_holds_what_one_decides_and_what_one_asked, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let newcomer = sign_up(&world, "Nora").await;
    world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    let asked = only(&world, &world.publisher).await;
    let both = [newcomer.id.clone(), asked.id.clone()];
    for (actor, sees, decides) in [
        (&world.administrator, &both[..], 2),
        (&world.auditor, &both[..], 0),
        (&world.publisher, &both[1..], 1),
        (&world.provider_owner, &both[1..], 1),
        (&world.consumer_owner, &both[1..], 0),
        (&world.developer, &[], 0),
        (&world.viewer, &[], 0),
        (&world.foreign, &[], 0),
        (&world.newcomer, &[], 0),
    ] {
        assert_eq!(listed(&world, actor, Some(RequestState::Pending)).await, sees, "{}", actor.name);
        assert_eq!(count_pending(control, actor).await.unwrap(), decides, "{}", actor.name);
        for id in &both {
            let seen = get(control, actor, id).await;
            if sees.contains(id) {
                assert_eq!(seen.unwrap().id, *id);
            } else {
                refused_as(ProblemKind::NotFound, seen);
            }
        }
    }
});

both!(a_request_is_decided_as_its_subscription_is, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let held = world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    let request = only(&world, &world.publisher).await;
    for (actor, kind) in [
        (&world.consumer_owner, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.developer, ProblemKind::NotFound),
        (&world.foreign, ProblemKind::NotFound),
    ] {
        refused_as(kind, approve(control, actor, &request.id, because("").into()).await);
        refused_as(kind, reject(control, actor, &request.id, because("")).await);
    }
    let signals = world.signals();
    let after = approve(control, &world.publisher, &request.id, because("welcome").into()).await.unwrap();
    assert_eq!((after.state, after.decision.as_str()), (RequestState::Approved, "welcome"));
    assert_eq!(world.signals(), signals + 1);
    assert_eq!(world.subscription(&held.id).await.subscription.state, SubscriptionState::Active);
    assert_eq!(actions(&world.trail(held.id.as_str()).await).last(), Some(&"subscriptions.approve"));
    let twice =
        refused_as(ProblemKind::Conflict, reject(control, &world.publisher, &request.id, because("")).await);
    assert!(twice.detail.contains("approved already"), "{twice}");
    assert_eq!(listed(&world, &world.publisher, Some(RequestState::Approved)).await, [request.id]);
});

both!(an_approved_sign_up_may_sign_in, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let request = sign_up(&world, "Nora").await;
    refused_as(
        ProblemKind::NotFound,
        approve(control, &world.publisher, &request.id, because("").into()).await,
    );
    refused_as(
        ProblemKind::Forbidden,
        approve(control, &world.auditor, &request.id, because("").into()).await,
    );
    assert!(accounts::actor(control, &request.account, "").await.unwrap().is_none());
    let after = approve(control, &world.administrator, &request.id, because("").into()).await.unwrap();
    assert_eq!((after.state, after.decided_by.as_deref()), (RequestState::Approved, Some("Ada")));
    assert!(accounts::actor(control, &request.account, "").await.unwrap().is_some());
    assert_eq!(actions(&world.trail(request.account.as_str()).await), ["accounts.approve"]);
});

both!(a_sign_up_has_no_end, |store| {
    let world = World::new(store).await;
    let request = sign_up(&world, "Nora").await;
    let end = Grant { expires_at: Some(world.now() + Duration::days(1)), ..Grant::default() };
    let told = approve(&world.control, &world.administrator, &request.id, end).await;
    assert!(refused_as(ProblemKind::InvalidInput, told).at("expires_at").is_some());
    assert_eq!(world.requests(&world.administrator).await, [request]);
});

both!(a_rejected_sign_up_stays_out, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let request = sign_up(&world, "Nora").await;
    let after = reject(control, &world.administrator, &request.id, because("unknown")).await.unwrap();
    assert_eq!((after.state, after.decision.as_str()), (RequestState::Rejected, "unknown"));
    let account = accounts::get(control, &world.administrator, &request.account).await.unwrap();
    assert_eq!(account.status, AccountStatus::Disabled);
    assert_eq!(count_pending(control, &world.administrator).await.unwrap(), 0);
});

both!(a_sign_up_that_was_settled_elsewhere_is_not_turned_round, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let request = sign_up(&world, "Nora").await;
    let account = accounts::get(control, &world.administrator, &request.account).await.unwrap();
    let mut tx = control.store().begin().await.unwrap();
    let active = Account { status: AccountStatus::Active, ..account };
    store::accounts::update(&mut tx, &active).await.unwrap();
    tx.commit().await.unwrap();
    let late = refused(reject(control, &world.administrator, &request.id, because("")).await);
    assert!(late.detail.contains("active already"), "{late}");
    approve(control, &world.administrator, &request.id, because("").into()).await.unwrap();
    assert_eq!(count_pending(control, &world.administrator).await.unwrap(), 0);
});

both!(the_inbox_tells_what_waits_what_is_decided_and_what_one_asked_apart, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let page = PageOf::default();
    let pets = world.api("pets").await;
    world.request(&world.application("Forecast").await, &pets.manual).await.unwrap();
    let first = only(&world, &world.publisher).await;
    approve(control, &world.publisher, &first.id, because("").into()).await.unwrap();
    // lists are in the order of time: two requests of one millisecond have none
    world.pass(Duration::seconds(1));
    world.request(&world.application("Radar").await, &pets.manual).await.unwrap();
    let second = world.requests(&world.publisher).await.into_iter().find(|it| it.id != first.id).unwrap();
    let (first, second) = (first.id, second.id);
    for (actor, waits, done, asked) in [
        (&world.publisher, vec![&second], vec![&first], vec![]),
        (&world.administrator, vec![&second], vec![&first], vec![]),
        (&world.auditor, vec![], vec![&first], vec![]),
        (&world.consumer_owner, vec![], vec![&first], vec![&second, &first]),
        (&world.foreign, vec![], vec![], vec![]),
    ] {
        for (found, expected) in [
            (waiting(control, actor, &page).await, waits),
            (decided(control, actor, &page).await, done),
            (own(control, actor, &page).await, asked),
        ] {
            let found = found.unwrap().items;
            assert_eq!(found.iter().map(|it| &it.id).collect::<Vec<_>>(), expected, "{}", actor.name);
        }
    }
});

//! Applications, credentials, subscriptions and requests.

use domain::credentials::Credential;
use domain::ids::{CredentialId, RequestId};
use domain::requests::{Request, RequestFilter, RequestKind, RequestState};
use domain::subscriptions::{Side, SubscriptionState};
use store::applications::ApplicationFilter;
use store::requests::RequestScope;
use store::subscriptions::SubscriptionFilter;
use store::{Error, accounts, applications, both, credentials, requests, subscriptions};

use crate::rows::{World, account, application, at, every_page, page, plan, subscription};

both!(subscribe_twice_is_a_conflict, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut first = subscription(1, &world.application.id, &world.plan);
    let mut tx = store.begin().await.unwrap();
    subscriptions::insert(&mut tx, &first).await.unwrap();
    first.state = SubscriptionState::Cancelled;
    subscriptions::update(&mut tx, &first).await.unwrap();
    let second = subscription(2, &world.application.id, &world.plan);
    subscriptions::insert(&mut tx, &second).await.unwrap();
    let live = subscriptions::live(&mut tx, &world.application.id, &world.api.id).await.unwrap();
    assert_eq!(live.as_ref(), Some(&second));
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    let other_plan = plan(9, &world.api.id);
    store::plans::insert(&mut tx, &other_plan).await.unwrap();
    let third = subscription(3, &world.application.id, &other_plan);
    let again = subscriptions::insert(&mut tx, &third).await;
    assert!(
        matches!(again, Err(Error::Conflict { constraint }) if constraint == "subscriptions_application_api")
    );
});

both!(change_and_list_subscriptions, |store| {
    let (rain, sun) = (World::build(store, 1, "rain").await, World::build(store, 2, "sun").await);
    let mut paused = subscription(1, &rain.application.id, &sun.plan);
    let mut ending = subscription(2, &sun.application.id, &rain.plan);
    let mut tx = store.begin().await.unwrap();
    subscriptions::insert(&mut tx, &paused).await.unwrap();
    subscriptions::insert(&mut tx, &ending).await.unwrap();
    paused.state = SubscriptionState::Paused;
    paused.paused_by = Some(Side::Consumer);
    paused.decision = "too much".to_owned();
    ending.state = SubscriptionState::Active;
    ending.expires_at = Some(at(100));
    for changed in [&paused, &ending] {
        subscriptions::update(&mut tx, changed).await.unwrap();
        assert_eq!(subscriptions::get(&mut tx, &changed.id).await.unwrap().as_ref(), Some(changed));
    }
    assert!(subscriptions::due(&mut tx, at(99), 10).await.unwrap().is_empty());
    assert_eq!(subscriptions::due(&mut tx, at(100), 10).await.unwrap(), [ending.clone()]);
    assert_eq!(subscriptions::count_live(&mut tx, &sun.plan.id).await.unwrap(), 1);

    let summary = subscriptions::summary(&mut tx, &paused.id).await.unwrap().unwrap();
    assert_eq!((summary.api_slug.as_str(), &summary.provider_team), ("sun", &sun.team.id));
    assert_eq!((&summary.consumer_team, &summary.consumer_team_name), (&rain.team.id, &rain.team.name));

    let rain_team = Some(vec![rain.team.id.clone()]);
    let none = SubscriptionFilter::default();
    for (filter, found) in [
        (none.clone(), vec![&ending, &paused]),
        (SubscriptionFilter { consumer_teams: rain_team.clone(), ..none.clone() }, vec![&paused]),
        (SubscriptionFilter { provider_teams: rain_team.clone(), ..none.clone() }, vec![&ending]),
        (SubscriptionFilter { of_teams: rain_team, ..none.clone() }, vec![&ending, &paused]),
        (SubscriptionFilter { of_teams: Some(vec![]), ..none.clone() }, vec![]),
        (SubscriptionFilter { state: Some(SubscriptionState::Paused), ..none.clone() }, vec![&paused]),
        (SubscriptionFilter { api: Some(rain.api.id.clone()), ..none.clone() }, vec![&ending]),
    ] {
        let page = subscriptions::list(&mut tx, &filter, &page(10, None)).await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|it| &it.subscription).collect();
        assert_eq!(ids, found, "{filter:?}");
    }
});

both!(list_applications_with_what_they_hold, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut tx = store.begin().await.unwrap();
    for number in 2..=4 {
        applications::insert(&mut tx, &application(number, &world.team.id)).await.unwrap();
    }
    let taken = subscription(1, &world.application.id, &world.plan);
    subscriptions::insert(&mut tx, &taken).await.unwrap();
    let filter = ApplicationFilter { teams: Some(vec![world.team.id.clone()]), text: None };
    let all = every_page(async |page| applications::list(&mut tx, &filter, &page).await.unwrap()).await;
    assert_eq!(all.len(), 4);
    assert_eq!((all[0].subscriptions, all[0].credentials, all[1].subscriptions), (1, 0, 0));
    assert_eq!(all[0].team_name, world.team.name);
    assert!(applications::delete(&mut tx, &world.application.id).await.unwrap());
    assert_eq!(subscriptions::get(&mut tx, &taken.id).await.unwrap(), None);
    tx.commit().await.unwrap();
});

both!(revoke_and_expire_credentials, |store| {
    let world = World::build(store, 1, "rain").await;
    let credential = |number: u64, expires_at| Credential {
        id: CredentialId::from_parts(number, 1),
        application: world.application.id.clone(),
        name: "server".to_owned(),
        prefix: "ghk_abcd".to_owned(),
        created_at: at(0),
        expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    for (number, expires_at) in [(1, None), (2, Some(at(50))), (3, Some(at(70)))] {
        let hash = format!("hash {number}");
        credentials::insert(&mut tx, &credential(number, expires_at), &hash).await.unwrap();
    }
    let teams = [world.team.id.clone()];
    let soon = credentials::expiring(&mut tx, &teams, at(0), at(60), 10).await.unwrap();
    assert_eq!(soon, [credential(2, Some(at(50)))]);

    let application = &world.application.id;
    assert_eq!(credentials::count_live(&mut tx, application, at(49)).await.unwrap(), 3);
    assert_eq!(credentials::count_live(&mut tx, application, at(50)).await.unwrap(), 2);
    let first = credential(1, None).id;
    assert!(credentials::set_expires(&mut tx, &first, Some(at(9))).await.unwrap());
    credentials::set_used(&mut tx, &[(first.clone(), at(8)), (first.clone(), at(7))]).await.unwrap();
    assert!(credentials::revoke(&mut tx, &first, at(5)).await.unwrap());
    assert!(!credentials::revoke(&mut tx, &first, at(6)).await.unwrap(), "only once");
    let found = credentials::get_by_hash(&mut tx, "hash 1").await.unwrap().unwrap();
    assert_eq!(
        (found.revoked_at, found.last_used_at, found.expires_at),
        (Some(at(5)), Some(at(8)), Some(at(9)))
    );
    assert_eq!(credentials::count_live(&mut tx, application, at(0)).await.unwrap(), 2);
    let all = every_page(async |page| credentials::list(&mut tx, application, &page).await.unwrap()).await;
    assert_eq!(all.len(), 3);
    assert_eq!(all[2].id, first);
    let again = credentials::insert(&mut tx, &credential(4, None), "hash 3").await;
    assert!(matches!(again, Err(Error::Conflict { constraint }) if constraint == "credentials_hash"));
});

both!(show_requests_to_those_who_decide, |store| {
    let world = World::build(store, 1, "rain").await;
    let (ada, bob) = (account(1, "ada@example.com"), account(2, "bob@example.com"));
    let taken = subscription(1, &world.application.id, &world.plan);
    let mut access = Request {
        id: RequestId::from_parts(1, 1),
        kind: RequestKind::Subscription,
        state: RequestState::Pending,
        team: Some(world.team.id.clone()),
        subscription: Some(taken.id.clone()),
        api: Some(world.api.id.clone()),
        account: ada.id.clone(),
        account_name: ada.name.clone(),
        title: "Application wants Rain".to_owned(),
        reason: "to know".to_owned(),
        created_at: at(0),
        decided_by: None,
        decided_at: None,
        decision: String::new(),
    };
    let sign_up = Request {
        id: RequestId::from_parts(2, 1),
        kind: RequestKind::SignUp,
        team: None,
        subscription: None,
        api: None,
        account: bob.id.clone(),
        account_name: bob.name.clone(),
        ..access.clone()
    };
    let mut tx = store.begin().await.unwrap();
    for person in [&ada, &bob] {
        accounts::insert(&mut tx, person, "hash").await.unwrap();
    }
    subscriptions::insert(&mut tx, &taken).await.unwrap();
    requests::insert(&mut tx, &access).await.unwrap();
    requests::insert(&mut tx, &sign_up).await.unwrap();
    assert_eq!(requests::get(&mut tx, &access.id).await.unwrap().as_ref(), Some(&access));
    let waiting = requests::pending_for_subscription(&mut tx, &taken.id).await.unwrap();
    assert_eq!(waiting.as_ref(), Some(&access));
    assert_eq!(requests::pending_sign_up(&mut tx, &bob.id).await.unwrap().as_ref(), Some(&sign_up));

    let of = |teams, platform, account| RequestScope::Of { teams, platform, account };
    let pending = RequestFilter { state: Some(RequestState::Pending), kind: None };
    for (scope, found) in [
        (RequestScope::Everything, vec![&access, &sign_up]),
        (of(vec![], false, None), vec![]),
        (of(vec![world.team.id.clone()], false, None), vec![&access]),
        (of(vec![], true, None), vec![&sign_up]),
        (of(vec![], false, Some(ada.id.clone())), vec![&access]),
    ] {
        let page = requests::list(&mut tx, &pending, &scope, &page(10, None)).await.unwrap();
        assert_eq!(page.items.iter().collect::<Vec<_>>(), found, "{scope:?}");
        let count = requests::count_pending(&mut tx, &scope).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), found.len());
    }

    access.state = RequestState::Approved;
    access.decided_by = Some("Bob".to_owned());
    access.decided_at = Some(at(9));
    access.decision = "welcome".to_owned();
    requests::update(&mut tx, &access).await.unwrap();
    assert_eq!(requests::get(&mut tx, &access.id).await.unwrap().as_ref(), Some(&access));
    assert_eq!(requests::count_pending(&mut tx, &RequestScope::Everything).await.unwrap(), 1);
    let every = RequestFilter::default();
    let scope = RequestScope::Everything;
    let all = every_page(async |page| requests::list(&mut tx, &every, &scope, &page).await.unwrap()).await;
    assert_eq!(all, [sign_up, access], "a history has the newest first");
});

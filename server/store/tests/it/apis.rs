//! Apis and plans.

use domain::apis::Visibility;
use domain::plans::Plan;
use domain::versions::Version;
use store::apis::ApiFilter;
use store::{Error, apis, both, plans, versions};

use crate::rows::{World, api, every_page, page, plan, subscription, version};

both!(create_and_change_an_api, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut changed = world.api.clone();
    changed.name = "Rain".to_owned();
    changed.tags = vec!["wet".to_owned()];
    changed.visibility = Visibility::Private;
    let mut tx = store.begin().await.unwrap();
    apis::update(&mut tx, &changed).await.unwrap();
    tx.commit().await.unwrap();

    let mut conn = store.read().await.unwrap();
    assert_eq!(apis::get_by_slug(&mut conn, &changed.slug).await.unwrap(), Some(changed.clone()));
    let detail = apis::detail(&mut conn, &changed.id).await.unwrap().unwrap();
    assert_eq!(detail.team_name, world.team.name);
    assert_eq!(detail.versions.len(), 1);
    assert_eq!(detail.plans, [world.plan]);
    assert_eq!(apis::names(&mut conn, &[changed.id]).await.unwrap()[0].1, "Rain");
});

both!(create_an_api_with_a_taken_slug_is_a_conflict, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut tx = store.begin().await.unwrap();
    let again = apis::insert(&mut tx, &api(2, &world.team.id, "rain")).await;
    assert!(matches!(again, Err(Error::Conflict { constraint }) if constraint == "apis_slug"));
});

both!(list_apis_of_teams, |store| {
    let rain = World::build(store, 1, "rain").await;
    for number in 2..=4 {
        World::build(store, number, &format!("sun-{number}")).await;
    }
    let mut conn = store.read().await.unwrap();
    let every = ApiFilter::default();
    let all = every_page(async |page| apis::list(&mut conn, &every, &page).await.unwrap()).await;
    let slugs: Vec<&str> = all.iter().map(|api| api.slug.as_str()).collect();
    assert_eq!(slugs, ["rain", "sun-2", "sun-3", "sun-4"]);

    let of = |text: Option<&str>, teams| ApiFilter { text: text.map(str::to_owned), teams };
    for (filter, found) in [
        (of(None, Some(vec![rain.team.id.clone()])), 1),
        (of(None, Some(vec![])), 0),
        (of(Some("SUN-3"), None), 1),
        (of(Some("100% of"), None), 4),
        (of(Some("100_ of"), None), 0),
    ] {
        let page = apis::list(&mut conn, &filter, &page(10, None)).await.unwrap();
        assert_eq!(page.items.len(), found, "{filter:?}");
    }
});

both!(delete_an_api_with_all_it_has, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut tx = store.begin().await.unwrap();
    let taken = subscription(1, &world.application.id, &world.plan);
    store::subscriptions::insert(&mut tx, &taken).await.unwrap();
    assert!(apis::delete(&mut tx, &world.api.id).await.unwrap());
    assert!(!apis::delete(&mut tx, &world.api.id).await.unwrap());
    assert_eq!(store::subscriptions::get(&mut tx, &taken.id).await.unwrap(), None);
    assert!(plans::list(&mut tx, &world.api.id).await.unwrap().is_empty());
    tx.commit().await.unwrap();
});

both!(list_plans_and_versions_in_pages, |store| {
    let world = World::build(store, 1, "rain").await;
    World::build(store, 2, "sun").await;
    let (mut expected_plans, mut expected_versions) =
        (vec![world.plan.id.clone()], vec![world.version.id.clone()]);
    let mut tx = store.begin().await.unwrap();
    for number in 12..=15 {
        let plan = Plan { name: format!("Plan {number}"), ..plan(number, &world.api.id) };
        plans::insert(&mut tx, &plan).await.unwrap();
        expected_plans.push(plan.id);
        let name = format!("v{number}").parse().unwrap();
        let version = Version { name, ..version(number, &world.api.id) };
        versions::insert(&mut tx, &version, None).await.unwrap();
        expected_versions.push(version.id);
    }
    let api = &world.api.id;
    let found = every_page(async |page| plans::list_page(&mut tx, api, &page).await.unwrap()).await;
    assert_eq!(found.into_iter().map(|plan| plan.id).collect::<Vec<_>>(), expected_plans);
    let found = every_page(async |page| versions::list_page(&mut tx, api, &page).await.unwrap()).await;
    assert_eq!(found.into_iter().map(|version| version.id).collect::<Vec<_>>(), expected_versions);
});

both!(change_and_delete_plans, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut gold = plan(2, &world.api.id);
    let mut tx = store.begin().await.unwrap();
    plans::insert(&mut tx, &gold).await.unwrap();
    gold.name = "Gold".to_owned();
    gold.limits = domain::plans::Limits::default();
    gold.closed = true;
    plans::update(&mut tx, &gold).await.unwrap();
    assert_eq!(plans::list(&mut tx, &world.api.id).await.unwrap(), [world.plan.clone(), gold.clone()]);
    assert!(plans::delete(&mut tx, &gold.id).await.unwrap());
    assert_eq!(plans::get(&mut tx, &gold.id).await.unwrap(), None);

    let taken = subscription(1, &world.application.id, &world.plan);
    store::subscriptions::insert(&mut tx, &taken).await.unwrap();
    assert!(matches!(plans::delete(&mut tx, &world.plan.id).await, Err(Error::Reference(_))));
});

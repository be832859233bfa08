//! Single calls.

use domain::calls::record::CallRecord;
use domain::calls::{Call, CallFilter, StatusFilter, least_id};
use domain::ids::{ApiId, ApplicationId};
use domain::usage::Visible;
use store::{Scope, both, calls, scope};

use crate::rows::{World, at, every_page, page};

pub fn call(number: u64, seconds: i64) -> Call {
    Call {
        id: format!("{}-7abc-8000-{number:012}", least_id(at(seconds))),
        at: at(seconds),
        api: Some(ApiId::from_parts(1, 1)),
        version: Some("v1".to_owned()),
        route: Some("GET /pets/{id}".to_owned()),
        application: Some(ApplicationId::from_parts(1, 1)),
        credential: None,
        subscription: None,
        plan: None,
        method: "GET".to_owned(),
        path: "/Pets/7".to_owned(),
        status: 200,
        outcome: "ok".to_owned(),
        duration_us: 1_000,
        upstream_us: Some(900),
        request_bytes: 10,
        response_bytes: 100,
        client_address: "127.0.0.1".to_owned(),
        user_agent: "curl".to_owned(),
        attempts: 1,
        ai: None,
    }
}

both!(insert_is_idempotent_by_id, |store| {
    let all: Vec<Call> = (0..600).map(|number| call(number, 0)).collect();
    let mut tx = store.calls_begin().await.unwrap();
    let records = CallRecord::of_all(&all).unwrap();
    assert_eq!(calls::insert(&mut tx, &records[..2]).await.unwrap(), records[..2]);
    let mut twice = records.clone();
    twice.push(records[5].clone());
    assert_eq!(calls::insert(&mut tx, &twice).await.unwrap(), records[2..]);
    tx.commit().await.unwrap();

    let mut conn = store.calls_read().await.unwrap();
    assert_eq!(calls::get(&mut conn, &all[599].id).await.unwrap().as_ref(), Some(&all[599]));
    assert_eq!(calls::get(&mut conn, &least_id(at(0))).await.unwrap(), None);
});

both!(calls_are_added_in_blocks, |store| {
    let all: Vec<Call> = (0..5_000).map(|number| call(number, 0)).collect();
    let mut tx = store.calls_begin().await.unwrap();
    let records = CallRecord::of_all(&all).unwrap();
    calls::add(&mut tx, &records[1..]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.calls_begin().await.unwrap();
    assert_eq!(calls::insert(&mut tx, &records[..100]).await.unwrap(), records[..1]);
    drop(tx);
    let mut conn = store.calls_snapshot().await.unwrap();
    assert!(calls::get(&mut conn, &all[1].id).await.unwrap().is_some());
    assert_eq!(calls::get(&mut conn, &all[0].id).await.unwrap(), None, "given up with its transaction");
    let every = CallFilter::default();
    let most = page(10_000, None);
    let found = calls::list(&mut conn, &every, &Scope::Everything, &most).await.unwrap().items;
    assert!(found.iter().eq(all[1..].iter().rev()), "{}", found.len());
});

both!(calls_that_lasted_are_listed_where_they_began, |store| {
    // a block of each second; in each a call that began 20 seconds before
    for second in 0..40_i64 {
        let number = u64::try_from(second).unwrap();
        let mut tx = store.calls_begin().await.unwrap();
        let two = [call(number, second), call(100 + number, second - 20)];
        calls::add(&mut tx, &CallRecord::of_all(&two).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut conn = store.calls_snapshot().await.unwrap();
    let every = CallFilter::default();
    let found =
        every_page(async |page| calls::list(&mut conn, &every, &Scope::Everything, &page).await.unwrap())
            .await;
    assert_eq!(found.len(), 80);
    assert!(found.is_sorted_by(|one, next| one.id > next.id));
    let long = call(139, 19);
    assert_eq!(calls::get(&mut conn, &long.id).await.unwrap(), Some(long));
});

both!(small_blocks_become_large_ones, |store| {
    let all: Vec<Call> = (0..200).map(|number| call(number, i64::try_from(number).unwrap())).collect();
    for call in &all {
        let mut tx = store.calls_begin().await.unwrap();
        calls::add(&mut tx, &CallRecord::of_all([call]).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut rounds = 0;
    loop {
        let mut tx = store.calls_begin().await.unwrap();
        if !calls::gather(&mut tx).await.unwrap() {
            break;
        }
        tx.commit().await.unwrap();
        rounds += 1;
    }
    assert_eq!(rounds, 3, "each makes one of 64");
    let of_api = CallFilter { api: all[0].api.clone(), ..CallFilter::default() };
    let mut conn = store.calls_snapshot().await.unwrap();
    for filter in [CallFilter::default(), of_api] {
        let found = every_page(async |page| {
            calls::list(&mut conn, &filter, &Scope::Everything, &page).await.unwrap()
        })
        .await;
        assert!(found.iter().eq(all.iter().rev()), "{}", found.len());
    }
});

both!(list_calls_by_everything, |store| {
    let mut all: Vec<Call> = (0..6).map(|number| call(number, i64::try_from(number / 2).unwrap())).collect();
    all[1].status = 404;
    all[2].api = Some(ApiId::from_parts(2, 2));
    all[3].application = None;
    all[3].path = "/100%/x_y".to_owned();
    all[4].outcome = "rate-limited".to_owned();
    all[4].status = 429;
    all[5].duration_us = 2_000_000;
    let mut tx = store.calls_begin().await.unwrap();
    calls::insert(&mut tx, &CallRecord::of_all(&all).unwrap()).await.unwrap();
    tx.commit().await.unwrap();

    let mut conn = store.calls_read().await.unwrap();
    let every = CallFilter::default();
    let found =
        every_page(async |page| calls::list(&mut conn, &every, &Scope::Everything, &page).await.unwrap())
            .await;
    assert_eq!(found.iter().map(|call| &call.id).collect::<Vec<_>>(), [5, 4, 3, 2, 1, 0].map(|n| &all[n].id));

    for (filter, numbers) in [
        (CallFilter { api: Some(ApiId::from_parts(2, 2)), ..every.clone() }, vec![2]),
        (CallFilter { status: Some(StatusFilter::Class(4)), ..every.clone() }, vec![4, 1]),
        (CallFilter { status: Some(StatusFilter::Exact(404)), ..every.clone() }, vec![1]),
        (CallFilter { path: "%/X_".to_owned(), ..every.clone() }, vec![3]),
        (CallFilter { path: "pets".to_owned(), ..every.clone() }, vec![5, 4, 2, 1, 0]),
        (CallFilter { outcome: "rate-limited".to_owned(), ..every.clone() }, vec![4]),
        (CallFilter { slower_than_ms: Some(1_500), ..every.clone() }, vec![5]),
        (CallFilter { id: all[3].id.clone(), ..every.clone() }, vec![3]),
        (CallFilter { id: least_id(at(1)), ..every.clone() }, vec![3, 2]),
        (CallFilter { since: Some(at(1)), until: Some(at(2)), ..every.clone() }, vec![3, 2]),
        (CallFilter { route: "GET /".to_owned(), ..every.clone() }, vec![]),
        (CallFilter { client_address: "127.0.0.1".to_owned(), ..every.clone() }, vec![5, 4, 3, 2, 1, 0]),
    ] {
        let page = calls::list(&mut conn, &filter, &Scope::Everything, &page(10, None)).await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|call| &call.id).collect();
        assert_eq!(ids, numbers.iter().map(|n| &all[*n].id).collect::<Vec<_>>(), "{filter:?}");
    }
    let of = |apis: &[u64], applications: &[u64]| Scope::Of {
        apis: apis.iter().map(|n| ApiId::from_parts(*n, u128::from(*n))).collect(),
        applications: applications.iter().map(|n| ApplicationId::from_parts(*n, u128::from(*n))).collect(),
    };
    for (scope, found) in [(of(&[], &[]), 0), (of(&[2], &[]), 1), (of(&[], &[1]), 5), (of(&[1, 2], &[]), 6)] {
        let page = calls::list(&mut conn, &every, &scope, &page(10, None)).await.unwrap();
        assert_eq!(page.items.len(), found, "{scope:?}");
    }
});

both!(delete_the_oldest_calls_first, |store| {
    let all: Vec<Call> = (0..8).map(|number| call(number, i64::try_from(number).unwrap())).collect();
    let mut tx = store.calls_begin().await.unwrap();
    for alone in &all[..5] {
        calls::add(&mut tx, &CallRecord::of_all([alone]).unwrap()).await.unwrap();
    }
    calls::add(&mut tx, &CallRecord::of_all(&all[5..]).unwrap()).await.unwrap();
    assert_eq!(calls::delete_before(&mut tx, at(4), 3).await.unwrap(), 3);
    assert!(calls::get(&mut tx, &all[3].id).await.unwrap().is_some(), "the oldest first");
    assert_eq!(calls::delete_before(&mut tx, at(4), 3).await.unwrap(), 1);
    assert_eq!(calls::delete_before(&mut tx, at(4), 3).await.unwrap(), 0);
    assert!(calls::get(&mut tx, &all[4].id).await.unwrap().is_some());
    // of a block that has newer ones too
    assert_eq!(calls::delete_before(&mut tx, at(6), 3).await.unwrap(), 2);
    let of_api = CallFilter { api: all[0].api.clone(), ..CallFilter::default() };
    let left = calls::list(&mut tx, &of_api, &Scope::Everything, &page(10, None)).await.unwrap().items;
    assert!(left.iter().eq([&all[7], &all[6]]), "{left:#?}");
});

both!(scope_holds_what_teams_own, |store| {
    let world = World::build(store, 1, "rain").await;
    World::build(store, 2, "sun").await;
    let mut conn = store.read().await.unwrap();
    let teams = Visible::Teams(vec![world.team.id]);
    let owned = Scope::Of { apis: vec![world.api.id], applications: vec![world.application.id] };
    assert_eq!(scope::load(&mut conn, &teams).await.unwrap(), owned);
    let nothing = Scope::Of { apis: vec![], applications: vec![] };
    assert_eq!(scope::load(&mut conn, &Visible::Nothing).await.unwrap(), nothing);
    assert_eq!(scope::load(&mut conn, &Visible::Everything).await.unwrap(), Scope::Everything);
});

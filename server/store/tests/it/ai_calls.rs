//! Calls to models, and what these read, wrote and cost, rolled up.

use domain::calls::record::CallRecord;
use domain::calls::{AiUse, Call, CallFilter};
use domain::ids::{ApiId, ApplicationId};
use domain::usage::{AiFigures, Dimension, Grain, UsageQuery, Visible};
use store::{Scope, Store, both, calls, usage};

use crate::calls::call;
use crate::rows::{at, every_page, page};

fn spent(model: &str, input_tokens: i64, output_tokens: i64, cost_nano: Option<i64>) -> AiUse {
    AiUse {
        provider: format!("prov_of_{}", &model[..1]),
        vendor: "openai".to_owned(),
        model: model.to_owned(),
        asked: "smart".to_owned(),
        input_tokens,
        output_tokens,
        cache_read_tokens: input_tokens / 2,
        cache_write_tokens: 1,
        reasoning_tokens: output_tokens / 2,
        estimated: cost_nano.is_none(),
        cost_nano,
        price: "2026-11-01 catalogue".to_owned(),
        finish: "stop".to_owned(),
        first_token_us: Some(250_000),
        dropped: "seed".to_owned(),
        tried: Vec::new(),
    }
}

/// Every third is a call to model `a`, every third to `b`, whose price is not known, and the others are plain.
fn mixed(count: u64) -> Vec<Call> {
    let ai = |number: u64| match number % 3 {
        0 => Some(spent("a", 10, 4, Some(1_000))),
        1 => Some(spent("b", 100, 40, None)),
        _ => None,
    };
    (0..count).map(|number| Call { ai: ai(number), ..call(number, i64::try_from(number).unwrap()) }).collect()
}

/// As the meter does when it finds that some of a batch is there.
async fn record(store: &Store, all: &[Call]) {
    let mut tx = store.calls_begin().await.unwrap();
    let new = calls::insert(&mut tx, &CallRecord::of_all(all).unwrap()).await.unwrap();
    usage::add(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

/// As the meter does otherwise.
async fn record_new(store: &Store, all: &[Call]) {
    let mut tx = store.calls_begin().await.unwrap();
    usage::add(&mut tx, &CallRecord::of_all(all).unwrap()).await.unwrap();
    calls::add(&mut tx, &CallRecord::of_all(all).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

fn query(group_by: &[Dimension]) -> UsageQuery {
    UsageQuery {
        group_by: group_by.to_vec(),
        since: at(0),
        until: at(86_400),
        step: Grain::Minute,
        api: None,
        application: None,
        route: String::new(),
        models_only: false,
        visible: Visible::Nothing,
    }
}

async fn listed(store: &Store, filter: &CallFilter, scope: &Scope) -> Vec<Call> {
    let mut conn = store.calls_read().await.unwrap();
    calls::list(&mut conn, filter, scope, &page(500, None)).await.unwrap().items
}

both!(what_models_did_is_kept_beside_calls, |store| {
    let all = mixed(300);
    record_new(store, &all).await;
    let mut conn = store.calls_read().await.unwrap();
    for call in &all[..3] {
        assert_eq!(calls::get(&mut conn, &call.id).await.unwrap().as_ref(), Some(call));
    }
    let mut found = listed(store, &CallFilter::default(), &Scope::Everything).await;
    found.reverse();
    assert_eq!(found, all, "plain ones among them");
});

both!(a_batch_that_comes_twice_counts_once, |store| {
    let all = mixed(90);
    record_new(store, &all[..60]).await;
    // killed before the journal let go of it: it comes again, with more
    record(store, &all).await;
    record(store, &all).await;
    assert_eq!(listed(store, &CallFilter::default(), &Scope::Everything).await.len(), 90);
    let mut conn = store.calls_read().await.unwrap();
    let expected = AiFigures {
        input_tokens: 30 * 110,
        output_tokens: 30 * 44,
        cache_read_tokens: 30 * 55,
        cache_write_tokens: 60,
        reasoning_tokens: 30 * 22,
        cost_nano: 30_000,
        unpriced: 30,
        estimated: 30,
    };
    for grain in Grain::ALL {
        let question = UsageQuery { step: *grain, ..query(&[]) };
        let answer = usage::get(&mut conn, &question, &Scope::Everything).await.unwrap();
        assert_eq!((answer.totals.calls, answer.totals.ai), (90, expected), "{grain}");
        assert_eq!(answer.series[0].totals, answer.totals);
    }
});

both!(calls_are_found_by_model_and_provider, |store| {
    let mut all = mixed(30);
    all[0].api = Some(ApiId::from_parts(2, 2));
    record(store, &all).await;
    let every = CallFilter::default();
    let of = |model: &str, provider: &str| CallFilter {
        model: model.to_owned(),
        provider: provider.to_owned(),
        ..every.clone()
    };
    let own = Scope::Of { apis: vec![ApiId::from_parts(2, 2)], applications: vec![] };
    for (filter, scope, found) in [
        (of("a", ""), &Scope::Everything, 10),
        (of("", "prov_of_b"), &Scope::Everything, 10),
        (of("a", "prov_of_a"), &Scope::Everything, 10),
        (of("a", "prov_of_b"), &Scope::Everything, 0),
        (of("smart", ""), &Scope::Everything, 0),
        (CallFilter { api: Some(ApiId::from_parts(1, 1)), ..of("a", "") }, &Scope::Everything, 9),
        (CallFilter { id: all[3].id.clone(), ..of("a", "") }, &Scope::Everything, 1),
        (CallFilter { since: Some(at(15)), ..of("a", "") }, &Scope::Everything, 5),
        (of("a", ""), &own, 1),
        (every.clone(), &own, 1),
    ] {
        assert_eq!(listed(store, &filter, scope).await.len(), found, "{filter:?}");
    }
    let mut conn = store.calls_read().await.unwrap();
    let of_a = of("a", "");
    let seen =
        every_page(async |page| calls::list(&mut conn, &of_a, &Scope::Everything, &page).await.unwrap())
            .await;
    let newest_first = all.iter().rev().filter(|call| call.ai.as_ref().is_some_and(|ai| ai.model == "a"));
    assert_eq!(seen.iter().collect::<Vec<_>>(), newest_first.collect::<Vec<_>>());
});

both!(tokens_are_told_beside_calls_by_every_dimension_of_calls, |store| {
    let mut all = mixed(180);
    for (number, call) in all.iter_mut().enumerate() {
        let half = u64::from(number >= 90);
        call.api = Some(ApiId::from_parts(1 + half, 1));
        call.route = Some(format!("POST /{}", number % 2));
        call.status = if number % 30 == 0 { 502 } else { 200 };
    }
    record(store, &all).await;
    let mut conn = store.calls_read().await.unwrap();
    for by in
        [Dimension::Api, Dimension::Version, Dimension::Route, Dimension::Application, Dimension::Status]
    {
        let answer = usage::get(&mut conn, &query(&[by]), &Scope::Everything).await.unwrap();
        for series in &answer.series {
            let (_, value) = &series.group[0];
            let is_of = |call: &&Call| match by {
                Dimension::Api => call.api.as_ref().unwrap().as_str() == value,
                Dimension::Route => call.route.as_ref().unwrap() == value,
                Dimension::Status => &format!("{}xx", call.status / 100) == value,
                _ => true,
            };
            let of: Vec<&Call> = all.iter().filter(is_of).collect();
            let tokens =
                |of: &[&Call]| of.iter().filter_map(|call| Some(call.ai.as_ref()?.tokens())).sum::<i64>();
            assert_eq!(series.totals.calls, i64::try_from(of.len()).unwrap(), "{by} {value}");
            assert_eq!(series.totals.ai.tokens(), tokens(&of), "{by} {value}");
            for point in &series.points {
                let within = of.iter().copied().filter(|call| {
                    Grain::Minute.start(call.at.timestamp_millis()) == point.at.timestamp_millis()
                });
                let within: Vec<&Call> = within.collect();
                assert_eq!(point.figures.calls, i64::try_from(within.len()).unwrap());
                assert_eq!(point.figures.ai.tokens(), tokens(&within), "{by} {value} {}", point.at);
            }
        }
        let sum: i64 = answer.series.iter().map(|series| series.totals.ai.tokens()).sum();
        assert_eq!((sum, answer.totals.ai.tokens()), (60 * 154, 60 * 154), "{by}");
    }
    let narrowed = UsageQuery { route: "POST /0".to_owned(), ..query(&[Dimension::Api]) };
    let answer = usage::get(&mut conn, &narrowed, &Scope::Everything).await.unwrap();
    assert_eq!(answer.totals.ai.tokens(), 30 * 154);
});

both!(usage_is_told_apart_by_model_and_provider, |store| {
    let mut all = mixed(60);
    all[0].status = 503;
    all[3].application = Some(ApplicationId::from_parts(2, 2));
    record(store, &all).await;
    let mut conn = store.calls_read().await.unwrap();
    let answer = usage::get(&mut conn, &query(&[Dimension::Model]), &Scope::Everything).await.unwrap();
    let found: Vec<_> = answer.series.iter().map(|it| (it.label.as_str(), it.totals.calls)).collect();
    assert_eq!(found, [("a", 20), ("b", 20)], "what costs most comes first");
    assert_eq!((answer.totals.calls, answer.totals.errors), (40, 1), "calls to models alone");
    assert_eq!((answer.totals.p50, answer.series[1].totals.ai.unpriced), (None, 20));

    let by = [Dimension::Provider, Dimension::Application];
    let own = Scope::Of { apis: vec![], applications: vec![ApplicationId::from_parts(2, 2)] };
    let answer = usage::get(&mut conn, &query(&by), &own).await.unwrap();
    assert_eq!((answer.series.len(), answer.totals.ai.cost_nano), (1, 1_000));
    assert_eq!(answer.series[0].group[0], (Dimension::Provider, "prov_of_a".to_owned()));

    let models = UsageQuery { models_only: true, ..query(&[]) };
    let answer = usage::get(&mut conn, &models, &Scope::Everything).await.unwrap();
    assert_eq!((answer.totals.calls, answer.series[0].points.len()), (40, 1));
    let nothing = Scope::Of { apis: vec![], applications: vec![] };
    assert_eq!(usage::get(&mut conn, &models, &nothing).await.unwrap().totals.calls, 0);
    let both = usage::get(&mut conn, &query(&[Dimension::Api]), &nothing).await.unwrap();
    assert_eq!(both.totals.ai, AiFigures::default());
});

both!(what_models_did_goes_with_its_calls_and_roll_ups, |store| {
    let all = mixed(120);
    record(store, &all).await;
    let mut tx = store.calls_begin().await.unwrap();
    assert_eq!(calls::delete_before(&mut tx, at(60), 1_000).await.unwrap(), 1, "all are in one block");
    let again = Call { ai: Some(spent("c", 1, 1, None)), ..all[0].clone() };
    calls::insert(&mut tx, &[CallRecord::of(&again).unwrap()]).await.unwrap();
    assert_eq!(calls::get(&mut tx, &again.id).await.unwrap(), Some(again));
    let left = calls::get(&mut tx, &all[90].id).await.unwrap();
    assert_eq!(left.as_ref(), Some(&all[90]));

    // two models in the first minute, and one row of all calls: fewer than the limit of either only in the end
    assert_eq!(usage::delete_before(&mut tx, Grain::Minute, at(60), 2).await.unwrap(), 2);
    assert_eq!(usage::delete_before(&mut tx, Grain::Minute, at(60), 2).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let mut conn = store.calls_read().await.unwrap();
    for (grain, calls) in [(Grain::Minute, 40), (Grain::Hour, 80)] {
        let question = UsageQuery { step: grain, models_only: true, ..query(&[]) };
        let answer = usage::get(&mut conn, &question, &Scope::Everything).await.unwrap();
        assert_eq!(answer.totals.calls, calls, "{grain}");
    }
});

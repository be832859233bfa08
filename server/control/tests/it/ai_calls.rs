//! Calls to models: whose facts are told to whom, and how long.

use crate::support::{World, call};
use chrono::Duration;
use control::Actor;
use control::calls::list;
use domain::calls::{AiUse, Call, CallFilter};
use domain::paging::PageOf;
use domain::settings::Settings;
use domain::usage::{Dimension, Grain, UsageQuery, Visible};
use store::both;

fn to(model: &str, call: Call) -> Call {
    let ai = AiUse {
        provider: "prov_1".to_owned(),
        model: model.to_owned(),
        input_tokens: 10,
        output_tokens: 5,
        cost_nano: Some(2_000),
        ..AiUse::default()
    };
    Call { ai: Some(ai), ..call }
}

fn by_model(world: &World, group_by: &[Dimension]) -> UsageQuery {
    UsageQuery {
        group_by: group_by.to_vec(),
        since: world.now() - Duration::hours(1),
        until: world.now() + Duration::hours(1),
        step: Grain::Minute,
        api: None,
        application: None,
        route: String::new(),
        models_only: false,
        visible: Visible::Everything,
    }
}

/// The models of the calls that somebody is shown, newest first.
async fn models(world: &World, actor: &Actor, model: &str) -> Vec<String> {
    let filter = CallFilter { model: model.to_owned(), ..CallFilter::default() };
    let found = list(&world.control, actor, &filter, &PageOf::default()).await.unwrap();
    found.items.into_iter().filter_map(|row| Some(row.call.ai?.model)).collect()
}

both!(what_models_did_is_told_to_those_who_read_the_call, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await.api;
    let weather = world.application("Forecast").await;
    let third = {
        let input = domain::applications::CreateApplication { name: "Third".into(), ..Default::default() };
        let team = &world.foreign.teams[0].0;
        control::applications::create(&world.control, &world.foreign, team, input).await.unwrap()
    };
    let at = world.now();
    world
        .record(&[
            to("mine", call("1", at, Some(&pets), Some(&weather))),
            to("theirs", call("2", at, Some(&pets), Some(&third))),
        ])
        .await;
    for (actor, sees) in [
        (&world.administrator, &["theirs", "mine"][..]),
        (&world.developer, &["theirs", "mine"]),
        (&world.consumer_owner, &["mine"]),
        (&world.foreign, &["theirs"]),
        (&world.newcomer, &[]),
    ] {
        assert_eq!(models(&world, actor, "").await, sees, "{}", actor.name);
        for model in ["mine", "theirs"] {
            let found = models(&world, actor, model).await.len();
            assert_eq!(found, usize::from(sees.contains(&model)), "{} {model}", actor.name);
        }
        let question = by_model(&world, &[Dimension::Model]);
        let told = control::usage::get(&world.control, actor, question).await.unwrap();
        let mut labels: Vec<_> = told.series.iter().map(|series| series.label.as_str()).collect();
        labels.sort_by_key(|label| std::cmp::Reverse(*label));
        assert_eq!(labels, sees, "{}", actor.name);
        let all = control::usage::get(&world.control, actor, by_model(&world, &[])).await.unwrap();
        let calls = i64::try_from(sees.len()).unwrap();
        assert_eq!((all.totals.ai.tokens(), all.totals.ai.cost_nano), (15 * calls, 2_000 * calls));
    }
    let by = [Dimension::Api, Dimension::Model, Dimension::Provider];
    let question = by_model(&world, &by);
    let told = control::usage::get(&world.control, &world.consumer_owner, question).await.unwrap();
    assert_eq!(told.series[0].label, "The pets · mine · prov_1");
});

both!(sweep_removes_what_models_did_with_the_calls, |store| {
    let world = World::new(store).await;
    let (control, administrator) = (&world.control, &world.administrator);
    let settings = Settings { keep_calls_days: 10, ..Settings::default() };
    control::settings::update(control, administrator, settings).await.unwrap();
    let pets = world.api("pets").await.api;
    let days = |days| world.now() - Duration::days(days);
    let calls = [(100, "1"), (8, "2"), (1, "3")]
        .map(|(ago, name)| to("gpt-4o", call(name, days(ago), Some(&pets), None)));
    world.record(&calls).await;

    control::jobs::sweep(control).await.unwrap();
    assert_eq!(models(&world, administrator, "gpt-4o").await.len(), 2);
    for (step, counted) in [(Grain::Minute, 1), (Grain::Hour, 2), (Grain::Day, 3)] {
        let whole = UsageQuery { since: days(200), step, models_only: true, ..by_model(&world, &[]) };
        // the finest grain is asked of the store: a question of control gives at most 1,500 points
        let mut conn = control.store().calls_read().await.unwrap();
        let usage = store::usage::get(&mut conn, &whole, &store::scope::Scope::Everything).await.unwrap();
        assert_eq!(usage.totals.calls, counted, "{step}");
    }
});

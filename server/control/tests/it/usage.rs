//! Usage.

use crate::support::{World, call, refused_as};
use chrono::Duration;
use control::usage::get;
use domain::ids::ApiId;
use domain::problem::ProblemKind;
use domain::usage::{Dimension, Grain, UsageQuery, Visible};
use store::both;

fn query(world: &World, group_by: &[Dimension]) -> UsageQuery {
    UsageQuery {
        group_by: group_by.to_vec(),
        since: world.now() - Duration::hours(1),
        until: world.now() + Duration::hours(1),
        step: Grain::Minute,
        api: None,
        application: None,
        route: String::new(),
        models_only: false,
        // what the caller claims to see counts for nothing
        visible: Visible::Everything,
    }
}

both!(labels_have_names_and_groups_have_ids, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await.api;
    let application = world.application("Forecast").await;
    let at = world.now();
    world
        .record(&[
            call("1", at, Some(&pets), Some(&application)),
            call("2", at, Some(&pets), Some(&application)),
            call("3", at, None, None),
        ])
        .await;
    let group_by = [Dimension::Api, Dimension::Application, Dimension::Status];
    let usage = get(&world.control, &world.administrator, query(&world, &group_by)).await.unwrap();
    let labels: Vec<&str> = usage.series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["The pets · Forecast · 2xx", "no api · no application · 4xx"]);
    assert_eq!(usage.series[0].group[0], (Dimension::Api, pets.id.to_string()));
    assert_eq!((usage.series[0].totals.calls, usage.totals.calls), (2, 3));
    let ungrouped = get(&world.control, &world.administrator, query(&world, &[])).await.unwrap();
    assert_eq!(ungrouped.series[0].label, "all calls");
});

both!(each_sees_the_usage_of_the_own_teams, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await.api;
    let application = world.application("Forecast").await;
    let at = world.now();
    world
        .record(&[
            call("1", at, Some(&pets), Some(&application)),
            call("2", at, Some(&pets), None),
            call("3", at, None, None),
        ])
        .await;
    for (actor, calls) in [
        (&world.administrator, 3),
        (&world.auditor, 3),
        (&world.developer, 2),
        (&world.viewer, 1),
        (&world.foreign, 0),
        (&world.newcomer, 0),
    ] {
        let usage = get(&world.control, actor, query(&world, &[Dimension::Api])).await.unwrap();
        assert_eq!(usage.totals.calls, calls, "{}", actor.name);
    }
});

both!(a_question_is_checked, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let unknown = UsageQuery { api: Some(world.id(ApiId::from_parts)), ..query(&world, &[]) };
    refused_as(ProblemKind::NotFound, get(control, &world.developer, unknown).await);
    let application = Some(world.application("Forecast").await.id);
    let foreign = UsageQuery { application, ..query(&world, &[]) };
    refused_as(ProblemKind::NotFound, get(control, &world.foreign, foreign.clone()).await);
    get(control, &world.viewer, foreign).await.unwrap();
    let backwards = UsageQuery { until: world.now() - Duration::days(1), ..query(&world, &[]) };
    let told = refused_as(ProblemKind::InvalidInput, get(control, &world.developer, backwards).await);
    assert!(told.at("since").is_some());
    let fine = UsageQuery { since: world.now() - Duration::days(30), ..query(&world, &[]) };
    let told = refused_as(ProblemKind::InvalidInput, get(control, &world.developer, fine).await);
    assert!(told.at("step").is_some());
});

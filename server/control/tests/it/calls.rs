//! Calls.

use crate::support::{World, call, call_id, call_name, refused, refused_as};
use control::Actor;
use control::calls::{get, list};
use domain::apis::Visibility;
use domain::calls::CallFilter;
use domain::ids::{ApiId, ApplicationId};
use domain::lifecycle::VersionState;
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use store::both;

/// What the ids of the calls end in: their names.
async fn listed(world: &World, actor: &Actor, filter: &CallFilter) -> Vec<String> {
    let found = list(&world.control, actor, filter, &PageOf::default()).await.unwrap();
    found.items.into_iter().map(|row| call_name(&row.call.id)).collect()
}

both!(a_provider_reads_calls_to_its_apis_and_a_consumer_those_it_made, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await.api;
    let weather = world.application("Forecast").await;
    let third = {
        let input = domain::applications::CreateApplication { name: "Third".into(), ..Default::default() };
        let team = &world.foreign.teams[0].0;
        control::applications::create(control, &world.foreign, team, input).await.unwrap()
    };
    let at = world.now();
    world
        .record(&[
            call("1-weather", at, Some(&pets), Some(&weather)),
            call("2-third", at, Some(&pets), Some(&third)),
            call("3-nobody", at, Some(&pets), None),
            call("4-nowhere", at, None, None),
        ])
        .await;
    let all = ["4-nowhere", "3-nobody", "2-third", "1-weather"];
    let id = |name| call_id(name, at);
    for (actor, sees) in [
        (&world.administrator, &all[..]),
        (&world.auditor, &all[..]),
        (&world.developer, &all[1..]),
        (&world.consumer_owner, &all[3..]),
        (&world.foreign, &all[2..3]),
        (&world.newcomer, &[]),
    ] {
        assert_eq!(listed(&world, actor, &CallFilter::default()).await, sees, "{}", actor.name);
        for name in all {
            let got = get(control, actor, &id(name)).await;
            if sees.contains(&name) {
                assert_eq!(got.unwrap().call.id, id(name));
            } else {
                let told = refused_as(ProblemKind::NotFound, got);
                assert_eq!(told, refused(get(control, actor, "no such id").await), "{} {name}", actor.name);
            }
        }
    }
    // a viewer holds no permission to read calls, and is told which role does
    refused_as(
        ProblemKind::Forbidden,
        list(control, &world.viewer, &CallFilter::default(), &PageOf::default()).await,
    );
    refused_as(ProblemKind::Forbidden, get(control, &world.viewer, &id("1-weather")).await);

    let row = get(control, &world.developer, &id("1-weather")).await.unwrap();
    assert_eq!(
        (row.api_name.as_deref(), row.application_name.as_deref()),
        (Some("The pets"), Some("Forecast"))
    );
    let json = serde_json::to_value(&row).unwrap();
    assert_eq!((&json["id"], &json["api_name"]), (&id("1-weather").into(), &"The pets".into()));
    let row = get(control, &world.administrator, &id("4-nowhere")).await.unwrap();
    assert_eq!((row.api_name, row.application_name), (None, None));
});

both!(a_filter_names_only_what_one_knows_of, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let pets = world.api("pets").await;
    let secret = world.api_that_is("secret", Visibility::Private, VersionState::Published).await;
    let application = world.application("Forecast").await;
    let at = world.now();
    world
        .record(&[call("1", at, Some(&pets.api), Some(&application)), call("2", at, Some(&secret.api), None)])
        .await;
    let of_api = |id: &ApiId| CallFilter { api: Some(id.clone()), ..CallFilter::default() };
    let of_application =
        |id: &ApplicationId| CallFilter { application: Some(id.clone()), ..CallFilter::default() };
    let absent = async |actor, filter| {
        refused_as(ProblemKind::NotFound, list(control, actor, &filter, &PageOf::default()).await)
    };

    assert_eq!(listed(&world, &world.consumer_owner, &of_api(&pets.api.id)).await, ["1"]);
    assert!(listed(&world, &world.foreign, &of_api(&pets.api.id)).await.is_empty());
    let hidden = absent(&world.consumer_owner, of_api(&secret.api.id)).await;
    assert_eq!(hidden, absent(&world.consumer_owner, of_api(&world.id(ApiId::from_parts))).await);
    assert_eq!(listed(&world, &world.publisher, &of_api(&secret.api.id)).await, ["2"]);

    // a provider knows the applications that subscribed to its apis, and no others
    absent(&world.publisher, of_application(&application.id)).await;
    absent(&world.foreign, of_application(&application.id)).await;
    world.request(&application, &pets.automatic).await.unwrap();
    assert_eq!(listed(&world, &world.publisher, &of_application(&application.id)).await, ["1"]);
    absent(&world.foreign, of_application(&application.id)).await;

    // an api that was hidden later stays known to those who are subscribed
    world.request_as(&world.administrator, &application, &secret.automatic).await.unwrap();
    assert!(listed(&world, &world.consumer_owner, &of_api(&secret.api.id)).await.is_empty());
});

//! Applications.

use crate::support::{World, actions, refused, refused_as};
use control::{applications, credentials};
use domain::applications::CreateApplication;
use domain::credentials::CreateCredential;
use domain::ids::TeamId;
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use store::both;

fn named(name: &str) -> CreateApplication {
    CreateApplication { name: name.to_owned(), ..CreateApplication::default() }
}

both!(each_action_needs_its_role_in_the_owning_team, |store| {
    let world = World::new(store).await;
    let (control, team) = (&world.control, &world.consumer.id);
    let application = world.application("Forecast").await;
    let id = &application.id;
    for (actor, kind) in [
        (&world.viewer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.provider_owner, ProblemKind::NotFound),
        (&world.foreign, ProblemKind::NotFound),
        (&world.newcomer, ProblemKind::NotFound),
    ] {
        refused_as(kind, applications::create(control, actor, team, named("Mine")).await);
        refused_as(kind, applications::update(control, actor, id, named("Mine")).await);
        refused_as(kind, applications::delete(control, actor, id).await);
    }
    for actor in [&world.viewer, &world.auditor, &world.administrator] {
        assert_eq!(applications::get(control, actor, id).await.unwrap().application, application);
    }
    let absent = world.id(TeamId::from_parts);
    refused_as(
        ProblemKind::NotFound,
        applications::create(control, &world.administrator, &absent, named("Mine")).await,
    );
    let foreign = refused(applications::get(control, &world.foreign, id).await);
    let unknown = world.id(domain::ids::ApplicationId::from_parts);
    let nowhere = refused(applications::get(control, &world.foreign, &unknown).await);
    assert_eq!(foreign, nowhere, "a foreign application reads as one that is not there");
});

both!(a_list_shows_the_teams_that_one_reads, |store| {
    let world = World::new(store).await;
    let (control, page) = (&world.control, PageOf::default());
    world.application("Forecast").await;
    world.application("Archive").await;
    let listed = async |actor, team, text| {
        let found = applications::list(control, actor, team, text, &page).await.unwrap();
        found.items.into_iter().map(|it| it.application.name).collect::<Vec<_>>()
    };
    assert_eq!(listed(&world.viewer, None, "").await, ["Archive", "Forecast"]);
    assert_eq!(listed(&world.viewer, Some(&world.consumer.id), " fore ").await, ["Forecast"]);
    assert_eq!(listed(&world.administrator, None, "").await, ["Archive", "Forecast"]);
    assert!(listed(&world.foreign, None, "").await.is_empty());
    let foreign = applications::list(control, &world.foreign, Some(&world.consumer.id), "", &page).await;
    refused_as(ProblemKind::NotFound, foreign);
});

both!(update_changes_name_and_description, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let id = world.application("Forecast").await.id;
    let bad = refused(applications::update(control, &world.consumer_owner, &id, named(" ")).await);
    assert!(bad.at("name").is_some());
    let input = CreateApplication { name: "Outlook".into(), description: "for phones".into() };
    let after = applications::update(control, &world.consumer_owner, &id, input).await.unwrap();
    assert_eq!((after.name.as_str(), after.description.as_str()), ("Outlook", "for phones"));
    assert_eq!(actions(&world.trail(id.as_str()).await), ["applications.create", "applications.update"]);
});

both!(delete_ends_everything_that_belongs_to_it, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.consumer_owner);
    let (pets, birds) = (world.api("pets").await, world.api("birds").await);
    let application = world.application("Forecast").await;
    let key = CreateCredential { name: "key".into(), expires_at: None };
    credentials::create(control, actor, &application.id, key).await.unwrap();
    let active = world.request(&application, &pets.automatic).await.unwrap();
    let pending = world.request(&application, &birds.manual).await.unwrap();
    let before = world.gateway().await;
    assert_eq!((before.credentials.len(), before.subscriptions.len()), (1, 2));

    let signals = world.signals();
    applications::delete(control, actor, &application.id).await.unwrap();
    assert_eq!(world.signals(), signals + 1);
    let after = world.gateway().await;
    assert_eq!((after.credentials.len(), after.subscriptions.len()), (0, 0));
    refused_as(ProblemKind::NotFound, applications::get(control, actor, &application.id).await);
    for id in [&active.id, &pending.id] {
        let trail = world.trail(id.as_str()).await;
        assert_eq!(actions(&trail), ["subscriptions.request", "subscriptions.cancel"]);
    }
    assert!(world.requests(&world.publisher).await.is_empty());
    assert_eq!(control::audit::verify(control).await.unwrap().broken_at, None);
});

both!(delete_is_heard_by_the_gateway_also_without_subscriptions, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.consumer_owner);
    let application = world.application("Forecast").await;
    let key = CreateCredential { name: "key".into(), expires_at: None };
    credentials::create(control, actor, &application.id, key).await.unwrap();
    let signals = world.signals();
    applications::delete(control, actor, &application.id).await.unwrap();
    assert_eq!(world.signals(), signals + 1);
    assert!(world.gateway().await.credentials.is_empty());
});

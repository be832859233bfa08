//! APIs and their versions: drafts, publication, rollback, life cycle.

mod hosts;
mod models;

use crate::support::{World, actions, refused, refused_as};
use chrono::Duration;
use control::{apis, catalogue, versions};
use domain::apis::{ApiDetail, CreateApi, UpdateApi, Visibility};
use domain::lifecycle::VersionState;
use domain::problem::ProblemKind;
use domain::routes::{Method, Route};
use domain::text::VersionName;
use domain::upstream::UpstreamInput;
use domain::versions::{Block, Deprecate, Publish, Rollback, UpdateDraft};
use store::both;

const DOCUMENT: &str = r#"{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},
    "servers":[{"url":"https://pets.example.com/base"}],
    "paths":{"/pets":{"get":{"responses":{}}},"/pets/{id}":{"get":{"parameters":[{"name":"id","in":"path",
    "required":true,"schema":{"type":"string"}}],"responses":{}},"delete":{"responses":{}}}}}"#;

fn at(slug: &str, url: &str) -> CreateApi {
    let upstream = Some(UpstreamInput::at(url));
    CreateApi { name: slug.to_owned(), slug: slug.to_owned(), upstream, ..CreateApi::default() }
}

fn described(slug: &str, document: &str) -> CreateApi {
    CreateApi {
        name: slug.to_owned(),
        slug: slug.to_owned(),
        openapi: Some(document.to_owned()),
        ..CreateApi::default()
    }
}

async fn create(world: &World, input: CreateApi) -> ApiDetail {
    apis::create(&world.control, &world.publisher, &world.provider.id, input).await.unwrap()
}

async fn publish(world: &World, api: &ApiDetail) -> control::Result<domain::versions::Published> {
    versions::publish(
        &world.control,
        &world.publisher,
        &api.api.id,
        &VersionName::first(),
        Publish::default(),
    )
    .await
}

both!(a_document_gives_a_route_for_each_operation_and_the_upstream, |store| {
    let world = World::new(store).await;
    let api = create(&world, described("pets", DOCUMENT)).await;
    assert_eq!((api.versions.len(), api.versions[0].state), (1, VersionState::Draft));
    assert_eq!((api.plans.len(), api.plans[0].name.as_str()), (1, "Default"));
    let version =
        versions::get(&world.control, &world.developer, &api.api.id, &VersionName::first()).await.unwrap();
    let routes: Vec<String> = version.draft.routes.iter().map(Route::label).collect();
    assert_eq!(routes, ["GET /pets", "GET /pets/{id}", "DELETE /pets/{id}"]);
    assert_eq!(version.draft.upstream.nodes[0].url.to_string(), "https://pets.example.com/base");
    let kept =
        versions::document(&world.control, &world.developer, &api.api.id, &version.name).await.unwrap();
    assert!(kept.unwrap().contains("\"title\":\"Pets\""));
});

both!(bad_input_is_named_and_nothing_is_made, |store| {
    let world = World::new(store).await;
    let (control, team) = (&world.control, &world.provider.id);
    create(&world, at("taken", "http://1.1.1.1")).await;
    let external =
        DOCUMENT.replace(r#"{"get":{"responses":{}}}"#, r##"{"$ref":"https://example.com/x.json"}"##);
    for (input, field) in [
        (CreateApi { upstream: None, ..at("a1", "") }, "upstream.url"),
        (at("a2", "ftp://x"), "upstream.url"),
        (at("a3", "http://127.0.0.1:9000"), "upstream.url"),
        (at("a4", "http://169.254.169.254/latest"), "upstream.url"),
        (at("a10", "https://bad-.example.com"), "upstream.url"),
        (at("a11", &format!("https://{}.example.com", "a".repeat(64))), "upstream.url"),
        (at("taken", "http://1.1.1.1"), "slug"),
        (described("a5", "{not json"), "openapi"),
        (described("a6", "{}"), "openapi"),
        (described("a7", &external), "openapi"),
        (described("a8", &format!("{{\"x\":\"{}\"}}", "y".repeat(6 << 20))), "openapi"),
        (CreateApi { openapi_url: Some("http://127.0.0.1:1/x".to_owned()), ..at("a9", "") }, "openapi_url"),
    ] {
        let slug = input.slug.clone();
        let problem = refused(apis::create(control, &world.publisher, team, input).await);
        assert!(problem.at(field).is_some(), "{slug}: {problem}");
        assert!(
            matches!(problem.kind, ProblemKind::InvalidInput | ProblemKind::Conflict),
            "{slug}: {problem}"
        );
    }
    let all = apis::list(control, &world.publisher, None, "", &Default::default()).await.unwrap().items;
    assert_eq!(all.len(), 1);
});

both!(apis_are_made_and_seen_by_the_right_people, |store| {
    let world = World::new(store).await;
    let (control, team) = (&world.control, &world.provider.id);
    let input = || at("pets", "http://1.1.1.1");
    refused_as(ProblemKind::NotFound, apis::create(control, &world.foreign, team, input()).await);
    refused_as(ProblemKind::Forbidden, apis::create(control, &world.auditor, team, input()).await);
    let api = apis::create(control, &world.developer, team, input()).await.unwrap();
    refused_as(ProblemKind::NotFound, apis::get(control, &world.foreign, &api.api.id).await);
    apis::get(control, &world.auditor, &api.api.id).await.unwrap();
    let publish =
        |actor| versions::publish(control, actor, &api.api.id, &api.api.default_version, Publish::default());
    refused_as(ProblemKind::Forbidden, publish(&world.developer).await);
    refused_as(ProblemKind::NotFound, publish(&world.foreign).await);
    // a draft is not in the catalogue, not even for its editors
    refused_as(ProblemKind::NotFound, catalogue::entry(control, Some(&world.developer), "pets", None).await);
    publish(&world.publisher).await.unwrap();
    catalogue::entry(control, Some(&world.foreign), "pets", None).await.unwrap();
    let private = UpdateApi { visibility: Some(Visibility::Private), ..UpdateApi::default() };
    apis::update(control, &world.publisher, &api.api.id, private).await.unwrap();
    refused_as(ProblemKind::NotFound, catalogue::entry(control, Some(&world.foreign), "pets", None).await);
    refused_as(ProblemKind::Unauthenticated, catalogue::entry(control, None, "pets", None).await);
});

both!(publishing_fixes_a_revision_and_rolling_back_makes_an_older_one_live, |store| {
    let world = World::new(store).await;
    let api = create(&world, at("pets", "http://1.1.1.1")).await;
    let (control, id, v1) = (&world.control, &api.api.id, VersionName::first());
    assert!(world.gateway().await.apis.is_empty());
    let before = world.signals();
    assert_eq!(publish(&world, &api).await.unwrap().revision, 1);
    assert!(world.signals() > before, "the gateway was not waited for");
    let routes =
        vec![Route { methods: vec![Method::Get], path: "/only".parse().unwrap(), summary: String::new() }];
    let change = UpdateDraft { routes: Some(routes), ..UpdateDraft::default() };
    versions::update_draft(control, &world.developer, id, &v1, change).await.unwrap();
    let live =
        |config: &domain::gateway_config::GatewayConfig| config.apis[0].versions[0].config.routes[0].label();
    assert_eq!(live(&world.gateway().await), "ANY /*");
    let changes = versions::changes(control, &world.developer, id, &v1).await.unwrap();
    assert_eq!(changes.count, 2, "{changes:?}");
    assert_eq!(publish(&world, &api).await.unwrap().revision, 2);
    assert_eq!(live(&world.gateway().await), "GET /only");
    let back = |revision| versions::rollback(control, &world.publisher, id, &v1, Rollback { revision });
    assert!(refused(back(9).await).at("revision").is_some());
    refused_as(ProblemKind::Conflict, back(2).await);
    back(1).await.unwrap();
    assert_eq!(live(&world.gateway().await), "ANY /*");
    let version = versions::get(control, &world.publisher, id, &v1).await.unwrap();
    assert_eq!((version.live_revision, version.draft.routes[0].label().as_str()), (Some(1), "GET /only"));
    let trail = world.trail(version.id.as_str()).await;
    let expected = ["versions.publish", "versions.update-draft", "versions.publish", "versions.rollback"];
    assert_eq!(actions(&trail), expected);
});

both!(a_version_is_deprecated_blocked_and_retired, |store| {
    let world = World::new(store).await;
    let api = create(&world, at("pets", "http://1.1.1.1")).await;
    let (control, actor, id, v1) = (&world.control, &world.publisher, &api.api.id, VersionName::first());
    let past = Deprecate { sunset_at: Some(world.now()), successor: None };
    assert!(refused(versions::deprecate(control, actor, id, &v1, past).await).at("sunset_at").is_some());
    refused_as(
        ProblemKind::Conflict,
        versions::deprecate(control, actor, id, &v1, Deprecate::default()).await,
    );
    publish(&world, &api).await.unwrap();
    let sunset = Deprecate {
        sunset_at: Some(world.now() + Duration::days(30)),
        successor: Some("pets/v2".to_owned()),
    };
    let version = versions::deprecate(control, actor, id, &v1, sunset).await.unwrap();
    assert_eq!(
        (version.state, version.lifecycle.deprecated_at),
        (VersionState::Deprecated, Some(world.now()))
    );
    // publishing a correction does not take the deprecation back
    assert_eq!(publish(&world, &api).await.unwrap().state, VersionState::Deprecated);
    versions::restore(control, actor, id, &v1).await.unwrap();
    let why = Block { reason: "leaking".to_owned(), until: None };
    refused_as(
        ProblemKind::Forbidden,
        versions::block(control, &world.developer, id, &v1, why.clone()).await,
    );
    versions::block(control, actor, id, &v1, why).await.unwrap();
    refused_as(ProblemKind::Conflict, publish(&world, &api).await);
    versions::unblock(control, actor, id, &v1).await.unwrap();
    versions::retire(control, actor, id, &v1).await.unwrap();
    refused_as(ProblemKind::Conflict, publish(&world, &api).await);
    let change = UpdateDraft { docs: Some("x".to_owned()), ..UpdateDraft::default() };
    refused_as(ProblemKind::Conflict, versions::update_draft(control, actor, id, &v1, change).await);
});

both!(a_second_version_begins_as_a_copy, |store| {
    let world = World::new(store).await;
    let api = create(&world, described("pets", DOCUMENT)).await;
    let (control, id) = (&world.control, &api.api.id);
    let v2: VersionName = "v2".parse().unwrap();
    publish(&world, &api).await.unwrap();
    let signals = world.signals();
    let made = versions::create(control, &world.developer, id, v2.clone(), None).await.unwrap();
    // nothing answers at its address from now on, not the default version either
    assert_eq!((world.signals(), &world.gateway().await.apis[0].drafts), (signals + 1, &vec![v2.clone()]));
    assert_eq!((made.state, made.draft.routes.len(), made.has_document), (VersionState::Draft, 3, true));
    assert!(
        refused(versions::create(control, &world.developer, id, v2.clone(), None).await).at("name").is_some()
    );
    let missing = UpdateApi { default_version: Some("v3".parse().unwrap()), ..UpdateApi::default() };
    assert!(
        refused(apis::update(control, &world.publisher, id, missing).await).at("default_version").is_some()
    );
    let default = UpdateApi { default_version: Some(v2), ..UpdateApi::default() };
    assert_eq!(
        apis::update(control, &world.publisher, id, default).await.unwrap().default_version.as_str(),
        "v2"
    );
});

//! Apis of kind `ai`: made from models of providers, which are there and switched on.

use crate::providers::{create as connect, input};
use crate::support::{World, actions, refused_as};
use control::versions::DiffKind;
use control::{Result, apis, providers, versions};
use domain::apis::{ApiDetail, ApiKind, CreateApi};
use domain::ids::ProviderId;
use domain::models::{ModelAlias, ModelAliases, ModelRetries, ModelTarget};
use domain::problem::ProblemKind;
use domain::providers::{Provider, UpdateProvider};
use domain::text::VersionName;
use domain::upstream::UpstreamInput;
use domain::versions::{Publish, Published, Rollback, UpdateDraft, Version};
use store::both;

const FIRST: &str = "models[0].targets[0].provider";

fn alias(name: &str, providers: &[&ProviderId]) -> ModelAlias {
    let target = |provider: &&ProviderId| ModelTarget {
        provider: (*provider).clone(),
        model: "large".to_owned(),
        weight: 1,
        priority: 0,
    };
    ModelAlias {
        name: name.to_owned(),
        targets: providers.iter().map(target).collect(),
        strategy: domain::models::AliasStrategy::default(),
    }
}

fn of(slug: &str, models: Vec<ModelAlias>) -> CreateApi {
    CreateApi {
        name: slug.to_owned(),
        slug: slug.to_owned(),
        kind: "ai".to_owned(),
        models: Some(models),
        ..CreateApi::default()
    }
}

async fn create(world: &World, input: CreateApi) -> Result<ApiDetail> {
    apis::create(&world.control, &world.developer, &world.provider.id, input).await
}

async fn change(world: &World, api: &ApiDetail, models: Vec<ModelAlias>) -> Result<Version> {
    let input = UpdateDraft { models: Some(models), ..UpdateDraft::default() };
    versions::update_draft(&world.control, &world.developer, &api.api.id, &VersionName::first(), input).await
}

async fn publish(world: &World, api: &ApiDetail) -> Result<Published> {
    let v1 = VersionName::first();
    versions::publish(&world.control, &world.publisher, &api.api.id, &v1, Publish::default()).await
}

async fn enable(world: &World, provider: &Provider, enabled: bool) {
    let mut input = UpdateProvider::of(provider);
    input.enabled = enabled;
    providers::update(&world.control, &world.administrator, &provider.id, input).await.unwrap();
}

async fn delete(world: &World, provider: &Provider) -> Result<()> {
    providers::delete(&world.control, &world.administrator, &provider.id).await
}

fn nobody() -> ProviderId {
    ProviderId::from_parts(9, 9)
}

fn offered(config: &domain::gateway_config::GatewayConfig) -> Vec<String> {
    let models = config.apis[0].versions[0].models.as_ref().unwrap();
    models.aliases.iter().map(|alias| alias.name.clone()).collect()
}

both!(an_ai_api_is_made_published_changed_and_rolled_back, |store| {
    let world = World::new(store).await;
    let one = connect(&world, input("One", "openai", &[])).await;
    let two = connect(&world, input("Two", "anthropic", &[])).await;
    let strict =
        CreateApi { strict_models: Some(true), ..of("chat", vec![alias("fast", &[&one.id, &two.id])]) };
    let api = create(&world, strict).await.unwrap();
    assert_eq!((api.api.kind, api.plans.len()), (ApiKind::Ai, 1));
    let (control, id, v1) = (&world.control, &api.api.id, VersionName::first());
    let draft = versions::get(control, &world.auditor, id, &v1).await.unwrap().draft;
    let aliases = vec![alias("fast", &[&one.id, &two.id])];
    let models = ModelAliases { aliases, strict: true, ..ModelAliases::default() };
    assert_eq!((draft.models.as_ref(), draft.routes), (Some(&models), domain::models::routes()));
    assert!(world.gateway().await.apis.is_empty());

    assert_eq!(publish(&world, &api).await.unwrap().revision, 1);
    let gateway = world.gateway().await;
    assert_eq!(gateway.apis[0].versions[0].models, Some(models));
    assert!(gateway.apis[0].versions[0].config.upstream.is_nowhere());

    let changed = change(&world, &api, vec![alias("slow", &[&two.id])]).await.unwrap();
    assert!(changed.draft.models.unwrap().strict, "what is absent stays");
    let lines = versions::changes(control, &world.developer, id, &v1).await.unwrap().lines;
    let of = |kind| lines.iter().filter(move |line| line.kind == kind).map(|line| line.text.clone());
    let added: Vec<String> = of(DiffKind::Added).collect();
    assert_eq!(added, [format!("model slow at {} as large, priority 0, weight 1", two.id)]);
    assert_eq!(of(DiffKind::Removed).count(), 2);
    assert!(of(DiffKind::Kept).any(|line| line == "models strict"));
    assert_eq!(offered(&world.gateway().await), ["fast"]);
    assert_eq!(publish(&world, &api).await.unwrap().revision, 2);
    assert_eq!(offered(&world.gateway().await), ["slow"]);
    let back = || versions::rollback(control, &world.publisher, id, &v1, Rollback { revision: 1 });
    enable(&world, &one, false).await;
    assert!(refused_as(ProblemKind::InvalidInput, back().await).at(FIRST).is_some());
    enable(&world, &one, true).await;
    back().await.unwrap();
    assert_eq!(offered(&world.gateway().await), ["fast"]);
    let did = ["versions.publish", "versions.update-draft", "versions.publish", "versions.rollback"];
    assert_eq!(actions(&world.trail(changed.id.as_str()).await), did);
});

both!(what_a_call_may_try_is_shown_among_the_changes_and_published, |store| {
    let world = World::new(store).await;
    let one = connect(&world, input("One", "openai", &[])).await;
    let api = create(&world, of("chat", vec![alias("fast", &[&one.id])])).await.unwrap();
    publish(&world, &api).await.unwrap();
    let (control, id, v1) = (&world.control, &api.api.id, VersionName::first());
    let retries = ModelRetries { attempts: Some(2), within_s: Some(30) };
    let change = || UpdateDraft { model_retries: Some(retries), ..UpdateDraft::default() };
    versions::update_draft(control, &world.developer, id, &v1, change()).await.unwrap();
    let lines = versions::changes(control, &world.developer, id, &v1).await.unwrap().lines;
    let added: Vec<&str> =
        lines.iter().filter(|line| line.kind == DiffKind::Added).map(|line| line.text.as_str()).collect();
    assert_eq!(added, ["models attempts 2", "models begin to answer within 30 s"]);
    publish(&world, &api).await.unwrap();
    let models = world.gateway().await.apis[0].versions[0].models.clone().unwrap();
    assert_eq!(models.retries, retries);
    for stranger in [&world.foreign, &world.newcomer, &world.consumer_owner] {
        let changed = versions::update_draft(control, stranger, id, &v1, change()).await;
        refused_as(ProblemKind::NotFound, changed);
    }
});

both!(targets_name_providers_that_are_there_and_switched_on, |store| {
    let world = World::new(store).await;
    let one = connect(&world, input("One", "openai", &[])).await;
    let off = connect(&world, input("Off", "openai", &[])).await;
    let api = create(&world, of("chat", vec![alias("fast", &[&one.id, &off.id])])).await.unwrap();
    enable(&world, &off, false).await;
    for (models, field, said) in [
        (vec![alias("a", &[&nobody()])], FIRST, "no such provider"),
        (vec![alias("a", &[&off.id])], FIRST, "switched off"),
        (
            vec![alias("a", &[&one.id]), alias("b", &[&one.id, &off.id])],
            "models[1].targets[1].provider",
            "off",
        ),
    ] {
        let made = create(&world, of("new", models.clone())).await.map(drop);
        let changed = change(&world, &api, models).await.map(drop);
        for refused in [made, changed] {
            let problem = refused_as(ProblemKind::InvalidInput, refused);
            let message = problem.at(field).unwrap_or_else(|| panic!("{field}: {problem}"));
            assert!(message.contains(said), "{message}");
            assert_eq!(problem.fields.len(), 1, "{problem}");
        }
    }
    let docs = UpdateDraft { docs: Some("# Chat".to_owned()), ..UpdateDraft::default() };
    let v1 = VersionName::first();
    versions::update_draft(&world.control, &world.developer, &api.api.id, &v1, docs).await.unwrap();
    let problem = refused_as(ProblemKind::InvalidInput, publish(&world, &api).await);
    assert!(problem.at("models[0].targets[1].provider").is_some(), "{problem}");
    let upstream = Some(UpstreamInput::at("http://1.1.1.1"));
    let input = UpdateDraft { upstream, openapi: Some("{}".to_owned()), ..UpdateDraft::default() };
    let refused = versions::update_draft(&world.control, &world.developer, &api.api.id, &v1, input).await;
    let problem = refused_as(ProblemKind::InvalidInput, refused);
    assert!(problem.at("upstream").is_some() && problem.at("openapi").is_some(), "{problem}");
    enable(&world, &off, true).await;
    publish(&world, &api).await.unwrap();
});

both!(a_provider_that_an_api_calls_is_not_deleted, |store| {
    let world = World::new(store).await;
    let one = connect(&world, input("One", "openai", &[])).await;
    let two = connect(&world, input("Two", "openai", &[])).await;
    let api = create(&world, of("chat", vec![alias("fast", &[&one.id])])).await.unwrap();
    let detail = refused_as(ProblemKind::Conflict, delete(&world, &one).await).detail;
    assert!(detail.contains("used by chat;"), "{detail}");
    publish(&world, &api).await.unwrap();
    change(&world, &api, vec![alias("fast", &[&two.id])]).await.unwrap();
    for provider in [&one, &two] {
        // the live revision names one, the draft the other
        refused_as(ProblemKind::Conflict, delete(&world, provider).await);
    }
    publish(&world, &api).await.unwrap();
    delete(&world, &one).await.unwrap();
    let target = Rollback { revision: 1 };
    let v1 = VersionName::first();
    let back = versions::rollback(&world.control, &world.publisher, &api.api.id, &v1, target).await;
    assert!(refused_as(ProblemKind::InvalidInput, back).at(FIRST).is_some());

    for number in 1..=9 {
        create(&world, of(&format!("more-{number:02}"), vec![alias("a", &[&two.id])])).await.unwrap();
    }
    let detail = refused_as(ProblemKind::Conflict, delete(&world, &two).await).detail;
    assert!(detail.contains("used by chat, more-01, more-02, more-03, more-04 and others"), "{detail}");
    let kept = providers::get(&world.control, &world.auditor, &two.id).await.unwrap();
    assert_eq!(kept.id, two.id);
    assert_eq!(actions(&world.trail(two.id.as_str()).await), ["providers.create"]);
});

both!(ai_apis_are_made_by_the_right_people, |store| {
    let world = World::new(store).await;
    let one = connect(&world, input("One", "openai", &[])).await;
    let team = &world.provider.id;
    let input = || of("chat", vec![alias("fast", &[&one.id])]);
    refused_as(ProblemKind::NotFound, apis::create(&world.control, &world.foreign, team, input()).await);
    refused_as(ProblemKind::Forbidden, apis::create(&world.control, &world.auditor, team, input()).await);
    let api = create(&world, input()).await.unwrap();
    let v1 = VersionName::first();
    for stranger in [&world.foreign, &world.newcomer, &world.consumer_owner] {
        let change = UpdateDraft { models: Some(Vec::new()), ..UpdateDraft::default() };
        let changed = versions::update_draft(&world.control, stranger, &api.api.id, &v1, change).await;
        refused_as(ProblemKind::NotFound, changed);
        let shown = versions::get(&world.control, stranger, &api.api.id, &v1).await;
        refused_as(ProblemKind::NotFound, shown);
    }
});

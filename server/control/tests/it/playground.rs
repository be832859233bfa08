//! Runs of the playground: who may, what each side is given, and what is kept of it.

use crate::prompts::{ASKED, SAID, create, played, prompt, template};
use crate::providers::{create as connect, input};
use crate::support::{World, refused_as};
use chrono::Duration;
use control::prompts::{offered, run, runs, start_run};
use control::{Actor, Result, jobs, versions};
use domain::apis::ApiDetail;
use domain::ids::{ProviderId, RunId};
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::prompts::playground::{Run, StartRun};
use domain::prompts::trial::TriedPrompt;
use domain::text::VersionName;
use domain::versions::{Publish, UpdateDraft};
use serde_json::{Value, json};
use store::both;

async fn start(world: &World, actor: &Actor, api: &ApiDetail, input: Value) -> Result<Run> {
    let input: StartRun = serde_json::from_value(input).unwrap();
    start_run(&world.control, actor, &api.api.id, input).await
}

/// One that is live, and a draft that is another one.
async fn published(world: &World, provider: &ProviderId) -> ApiDetail {
    let api = create(world, provider).await;
    let (control, v1) = (&world.control, VersionName::first());
    versions::publish(control, &world.publisher, &api.api.id, &v1, Publish::default()).await.unwrap();
    let draft = Some(prompt(provider, "Draft: {{ text }}"));
    let change = UpdateDraft { prompt: draft, ..UpdateDraft::default() };
    versions::update_draft(control, &world.developer, &api.api.id, &v1, change).await.unwrap();
    api
}

fn two() -> Value {
    let sides = json!([{ "version": "v1" }, { "version": "v1", "of": "live" }]);
    json!({ "variables": { "text": ASKED }, "sides": sides })
}

both!(two_prompts_are_run_side_by_side_and_kept, |store| {
    let world = World::new(store).await;
    let gateway = played(&world);
    let provider = connect(&world, input("One", "openai", &[])).await.id;
    let api = published(&world, &provider).await;
    let (control, id) = (&world.control, &api.api.id);
    let known = offered(control, &world.developer, id).await.unwrap();
    let known: Vec<_> = known.iter().map(|known| (known.of, known.revision)).collect();
    assert_eq!(known, [(TriedPrompt::Draft, None), (TriedPrompt::Live, Some(1))]);

    let made = start(&world, &world.developer, &api, two()).await.unwrap();
    let templates: Vec<String> = gateway.all().iter().map(|call| template(call).to_owned()).collect();
    assert_eq!(templates, ["Draft: {{ text }}", "{{ text }}"]);
    let sides: Vec<_> = made.content.sides.iter().map(|side| (side.of, side.revision)).collect();
    assert_eq!(sides, [(TriedPrompt::Draft, None), (TriedPrompt::Live, Some(1))]);
    assert!(made.content.sides.iter().all(|side| side.trial.output == Some(json!(SAID))));
    assert_eq!(made.content.variables["text"], ASKED);

    world.pass(Duration::seconds(1));
    let target = json!({ "provider": provider, "model": "small" });
    let other = json!({ "variables": { "text": "b" }, "sides": [{ "version": "v1", "target": target }] });
    let second = start(&world, &world.publisher, &api, other).await.unwrap();
    assert_eq!(second.content.sides[0].target.as_ref().unwrap().model, "small");
    let first_page = PageOf { limit: 1, cursor: None };
    let listed = runs(control, &world.provider_owner, id, &first_page).await.unwrap();
    assert_eq!(listed.items, [second]);
    let next = PageOf { limit: 1, cursor: listed.next };
    assert_eq!(
        runs(control, &world.provider_owner, id, &next).await.unwrap().items,
        std::slice::from_ref(&made)
    );
    assert_eq!(run(control, &world.provider_owner, id, &made.id).await.unwrap(), made);

    let mut conn = control.store().read().await.unwrap();
    let developer = store::accounts::get(&mut conn, &world.developer.account).await.unwrap().unwrap();
    assert_eq!(made.by, Some(developer.name));
    let kept = store::prompt_runs::get(&mut conn, id, &made.id).await.unwrap().unwrap();
    assert!(!kept.sealed.contains(SAID) && !kept.sealed.contains(ASKED), "what was said is sealed");
});

both!(nobody_is_asked_when_one_side_is_wrong, |store| {
    let world = World::new(store).await;
    let gateway = played(&world);
    let provider = connect(&world, input("One", "openai", &[])).await.id;
    let api = create(&world, &provider).await;
    let nobody = json!({ "provider": ProviderId::from_parts(9, 9), "model": "m" });
    let (values, v1) = (json!({ "text": "a" }), json!({ "version": "v1" }));
    for (input, field) in [
        (json!({ "variables": values }), "sides"),
        (json!({ "variables": values, "sides": [v1, v1, v1, v1, v1] }), "sides"),
        (json!({ "variables": { "text": "a", "more": 1 }, "sides": [v1] }), "variables.more"),
        (json!({ "variables": {}, "sides": [v1] }), "variables.text"),
        (json!({ "variables": values, "sides": [v1, { "version": "v1", "of": "live" }] }), "sides[1].of"),
        (
            json!({ "variables": values, "sides": [v1, { "version": "v1", "target": nobody }] }),
            "sides[1].target.provider",
        ),
    ] {
        let refused = start(&world, &world.developer, &api, input.clone()).await;
        let problem = refused_as(ProblemKind::InvalidInput, refused);
        assert!(problem.at(field).is_some() && problem.fields.len() == 1, "{input}: {problem}");
    }
    let absent = json!({ "variables": values, "sides": [v1, { "version": "v9" }] });
    let problem = refused_as(ProblemKind::NotFound, start(&world, &world.developer, &api, absent).await);
    assert_eq!(problem.detail, "sides[1]: no such version");
    assert!(gateway.all().is_empty());
    let page = PageOf { limit: 10, cursor: None };
    assert!(runs(&world.control, &world.developer, &api.api.id, &page).await.unwrap().items.is_empty());
});

both!(runs_are_for_those_who_may_change_the_prompt, |store| {
    let world = World::new(store).await;
    let gateway = played(&world);
    let provider = connect(&world, input("One", "openai", &[])).await.id;
    let api = published(&world, &provider).await;
    let made = start(&world, &world.developer, &api, two()).await.unwrap();
    let (control, id, page) = (&world.control, &api.api.id, PageOf { limit: 10, cursor: None });
    for stranger in [&world.foreign, &world.newcomer, &world.consumer_owner, &world.viewer] {
        refused_as(ProblemKind::NotFound, start(&world, stranger, &api, two()).await);
        refused_as(ProblemKind::NotFound, run(control, stranger, id, &made.id).await);
        refused_as(ProblemKind::NotFound, runs(control, stranger, id, &page).await);
        refused_as(ProblemKind::NotFound, offered(control, stranger, id).await);
    }
    refused_as(ProblemKind::Forbidden, run(control, &world.auditor, id, &made.id).await);
    assert_eq!(gateway.all().len(), 2);
    let other = world.api("pets").await;
    refused_as(ProblemKind::NotFound, run(control, &world.developer, &other.api.id, &made.id).await);
    refused_as(ProblemKind::NotFound, run(control, &world.developer, id, &RunId::from_parts(1, 1)).await);
});

both!(runs_are_gone_after_a_week, |store| {
    let world = World::new(store).await;
    let _gateway = played(&world);
    let provider = connect(&world, input("One", "openai", &[])).await.id;
    let api = published(&world, &provider).await;
    let made = start(&world, &world.developer, &api, two()).await.unwrap();
    let (control, id) = (&world.control, &api.api.id);
    world.pass(Duration::days(7) - Duration::minutes(1));
    jobs::sweep(control).await.unwrap();
    assert_eq!(run(control, &world.developer, id, &made.id).await.unwrap(), made);
    world.pass(Duration::minutes(2));
    jobs::sweep(control).await.unwrap();
    refused_as(ProblemKind::NotFound, run(control, &world.developer, id, &made.id).await);
});

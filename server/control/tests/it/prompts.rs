//! Trials of prompts: who may, what the gateway is given, and what is written down of it.

use crate::providers::{create as connect, input};
use crate::support::{World, actions, refused_as};
use control::gateway::{Gateway, Trying};
use control::prompts::try_prompt;
use control::{Actor, Result, apis, providers, versions};
use domain::apis::{ApiDetail, CreateApi};
use domain::calls::AiUse;
use domain::gateway_status::{GatewayStatus, JournalStatus, NodeStatus, Traffic};
use domain::ids::ProviderId;
use domain::problem::{Problem, ProblemKind};
use domain::prompts::Prompt;
use domain::prompts::trial::{PromptCall, Trial, TryPrompt};
use domain::providers::{KeyHealth, UpdateProvider};
use domain::text::VersionName;
use domain::versions::{Publish, UpdateDraft};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use store::both;

/// What the model says: in no trail.
pub const SAID: &str = "an answer of the model";
/// What it is asked: neither.
pub const ASKED: &str = "a value of a caller";

/// Answers every trial, or refuses it, and keeps what it was given.
#[derive(Default)]
pub struct Played {
    calls: Mutex<Vec<PromptCall>>,
    refuses: bool,
}

impl Gateway for Played {
    fn status(&self) -> GatewayStatus {
        GatewayStatus {
            listeners: Vec::new(),
            sequence: 1,
            troubles: Vec::new(),
            traffic: Traffic::default(),
            journal: JournalStatus::default(),
            certificates: Vec::new(),
        }
    }

    fn nodes(&self) -> Vec<NodeStatus> {
        Vec::new()
    }

    fn keys(&self, _: &ProviderId) -> Vec<KeyHealth> {
        Vec::new()
    }

    fn try_prompt(&self, call: PromptCall) -> Trying {
        self.calls.lock().unwrap().push(call);
        let answer = if self.refuses {
            Err(Problem::new(ProblemKind::Unavailable, "too many"))
        } else {
            let ai = AiUse { model: "large".to_owned(), cost_nano: Some(7), ..AiUse::default() };
            Ok(Trial {
                call: "a call".to_owned(),
                output: Some(json!(SAID)),
                ai: Some(ai),
                ..Trial::default()
            })
        };
        Box::pin(std::future::ready(answer))
    }
}

impl Played {
    fn last(&self) -> PromptCall {
        self.calls.lock().unwrap().last().unwrap().clone()
    }

    fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    pub fn all(&self) -> Vec<PromptCall> {
        self.calls.lock().unwrap().clone()
    }
}

pub fn played(world: &World) -> Arc<Played> {
    let gateway = Arc::<Played>::default();
    world.control.observe(gateway.clone());
    gateway
}

pub fn prompt(provider: &ProviderId, template: &str) -> Prompt {
    let prompt = json!({
        "messages": [{ "role": "user", "template": template }],
        "variables": [{ "name": "text", "type": "string" }],
        "model": { "provider": provider, "model": "large" },
    });
    serde_json::from_value(prompt).unwrap()
}

pub async fn create(world: &World, provider: &ProviderId) -> ApiDetail {
    let input = CreateApi {
        name: "Translate".to_owned(),
        slug: "translate".to_owned(),
        kind: "prompt".to_owned(),
        prompt: Some(prompt(provider, "{{ text }}")),
        ..CreateApi::default()
    };
    apis::create(&world.control, &world.developer, &world.provider.id, input).await.unwrap()
}

fn asked(input: Value) -> TryPrompt {
    let mut input: TryPrompt = serde_json::from_value(input).unwrap();
    if input.variables.is_empty() {
        input.variables.insert("text".to_owned(), ASKED.into());
    }
    input
}

async fn run(world: &World, actor: &Actor, api: &ApiDetail, input: TryPrompt) -> Result<Trial> {
    try_prompt(&world.control, actor, &api.api.id, &VersionName::first(), input).await
}

pub fn template(call: &PromptCall) -> &str {
    &call.version.config.prompt.as_ref().unwrap().messages[0].template
}

fn models(call: &PromptCall) -> Vec<(ProviderId, String)> {
    let targets = call.version.models.iter().flat_map(|models| models.targets());
    targets.map(|(_, target)| (target.provider.clone(), target.model.clone())).collect()
}

both!(the_draft_the_live_prompt_or_another_one_is_run, |store| {
    let world = World::new(store).await;
    let gateway = played(&world);
    let one = connect(&world, input("One", "openai", &[])).await.id;
    let two = connect(&world, input("Two", "openai", &[])).await.id;
    let api = create(&world, &one).await;
    let (control, v1) = (&world.control, VersionName::first());
    versions::publish(control, &world.publisher, &api.api.id, &v1, Publish::default()).await.unwrap();
    let change = UpdateDraft { prompt: Some(prompt(&two, "Draft: {{ text }}")), ..UpdateDraft::default() };
    let draft = versions::update_draft(control, &world.developer, &api.api.id, &v1, change).await.unwrap();

    let trial = run(&world, &world.developer, &api, asked(json!({}))).await.unwrap();
    assert_eq!(trial.output, Some(json!(SAID)));
    let call = gateway.last();
    assert_eq!(
        (template(&call), models(&call)),
        ("Draft: {{ text }}", vec![(two.clone(), "large".to_owned())])
    );
    assert_eq!(
        (call.api, call.slug, call.team),
        (api.api.id.clone(), api.api.slug.clone(), api.api.team.clone())
    );
    assert_eq!((call.version.id, call.version.config.models), (draft.id.clone(), None));
    assert_eq!(call.variables["text"], ASKED);

    let target = json!({ "provider": two, "model": "small" });
    let given = prompt(&one, "Given: {{ text }}");
    for (input, expected, model) in [
        (json!({ "of": "live" }), "{{ text }}", (&one, "large")),
        (json!({ "of": "live", "target": target }), "{{ text }}", (&two, "small")),
        (json!({ "prompt": given }), "Given: {{ text }}", (&one, "large")),
        (json!({ "prompt": given, "target": target }), "Given: {{ text }}", (&two, "small")),
    ] {
        run(&world, &world.developer, &api, asked(input.clone())).await.unwrap();
        let call = gateway.last();
        assert_eq!(
            (template(&call), models(&call)),
            (expected, vec![(model.0.clone(), model.1.to_owned())]),
            "{input}"
        );
    }
    let kept = versions::get(control, &world.developer, &api.api.id, &v1).await.unwrap();
    assert_eq!(kept, draft, "nothing is changed by it");

    let trail = world.trail(draft.id.as_str()).await;
    assert_eq!(actions(&trail).iter().filter(|action| **action == "prompts.try").count(), 5);
    let last = &trail.last().unwrap().entry;
    let after: Value = serde_json::from_str(last.after.as_deref().unwrap()).unwrap();
    assert_eq!(
        (&after["call"], &after["model"], &after["cost_nano"]),
        (&json!("a call"), &json!("large"), &json!(7))
    );
    let all = serde_json::to_string(&trail).unwrap();
    assert!(!all.contains(SAID) && !all.contains(ASKED), "{all}");
});

both!(what_is_wrong_with_a_trial_is_told_before_anybody_is_asked, |store| {
    let world = World::new(store).await;
    let gateway = played(&world);
    let one = connect(&world, input("One", "openai", &[])).await;
    let off = connect(&world, input("Off", "openai", &[])).await;
    let mut change = UpdateProvider::of(&off);
    change.enabled = false;
    providers::update(&world.control, &world.administrator, &off.id, change).await.unwrap();
    let nobody = ProviderId::from_parts(9, 9);
    let api = create(&world, &one.id).await;
    let model = |provider: &ProviderId| json!({ "provider": provider, "model": "m" });
    for (input, field) in [
        (json!({ "variables": { "text": 7 } }), "variables.text"),
        (json!({ "variables": { "text": "a", "more": 1 } }), "variables.more"),
        (json!({ "of": "live" }), "of"),
        (json!({ "target": model(&nobody) }), "target.provider"),
        (json!({ "target": model(&off.id) }), "target.provider"),
        (json!({ "target": { "provider": one.id, "model": "" } }), "target.model"),
        (json!({ "prompt": prompt(&nobody, "{{ text }}") }), "prompt.model.targets[0].provider"),
        (json!({ "prompt": prompt(&one.id, "{{ text") }), "prompt.messages[0].template"),
    ] {
        let problem = refused_as(
            ProblemKind::InvalidInput,
            run(&world, &world.developer, &api, asked(input.clone())).await,
        );
        assert!(problem.at(field).is_some() && problem.fields.len() == 1, "{input}: {problem}");
    }
    let rest = world.api("pets").await;
    let v1 = VersionName::first();
    let tried = try_prompt(&world.control, &world.developer, &rest.api.id, &v1, TryPrompt::default()).await;
    refused_as(ProblemKind::Conflict, tried);
    let version = versions::get(&world.control, &world.developer, &api.api.id, &v1).await.unwrap();
    let state = domain::lifecycle::VersionState::Retired;
    world.set_state(version, state, domain::versions::Lifecycle::default()).await;
    refused_as(ProblemKind::Conflict, run(&world, &world.developer, &api, asked(json!({}))).await);
    assert_eq!(gateway.count(), 0);
});

both!(prompts_are_tried_by_those_who_may_change_them, |store| {
    let world = World::new(store).await;
    let gateway = played(&world);
    let one = connect(&world, input("One", "openai", &[])).await.id;
    let api = create(&world, &one).await;
    for stranger in [&world.foreign, &world.newcomer, &world.consumer_owner, &world.viewer] {
        refused_as(ProblemKind::NotFound, run(&world, stranger, &api, asked(json!({}))).await);
    }
    refused_as(ProblemKind::Forbidden, run(&world, &world.auditor, &api, asked(json!({}))).await);
    assert_eq!(gateway.count(), 0);
    for editor in [&world.developer, &world.publisher, &world.provider_owner, &world.administrator] {
        run(&world, editor, &api, asked(json!({}))).await.unwrap();
    }
});

both!(a_gateway_that_cannot_run_a_prompt_says_so, |store| {
    let world = World::new(store).await;
    let one = connect(&world, input("One", "openai", &[])).await.id;
    let api = create(&world, &one).await;
    let tried = run(&world, &world.developer, &api, asked(json!({}))).await;
    assert_eq!(refused_as(ProblemKind::Unavailable, tried).detail, "this process has no gateway");
    world.control.observe(Arc::new(Played { refuses: true, ..Played::default() }));
    let tried = run(&world, &world.developer, &api, asked(json!({}))).await;
    assert_eq!(refused_as(ProblemKind::Unavailable, tried).detail, "too many");
    let v1 = VersionName::first();
    let version = versions::get(&world.control, &world.developer, &api.api.id, &v1).await.unwrap();
    assert!(!actions(&world.trail(version.id.as_str()).await).contains(&"prompts.try"));
});

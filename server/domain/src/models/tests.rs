use super::*;
use crate::apis::{ApiKind, CreateApi};
use crate::routes::check_routes;
use crate::upstream::UpstreamInput;
use crate::versions::{UpdateDraft, VersionConfig};
use serde_json::{Value, json};

fn provider() -> ProviderId {
    ProviderId::from_parts(1, 1)
}

fn target() -> ModelTarget {
    ModelTarget { provider: provider(), model: "large".to_owned(), weight: 1, priority: 0 }
}

fn alias(name: &str) -> ModelAlias {
    ModelAlias { name: name.to_owned(), targets: vec![target()], strategy: AliasStrategy::default() }
}

fn offer(aliases: Vec<ModelAlias>) -> ModelAliases {
    ModelAliases { aliases, ..ModelAliases::default() }
}

fn fields<T: std::fmt::Debug>(result: Result<T, Invalid>) -> Vec<String> {
    let Invalid(errors) = result.unwrap_err();
    errors.into_iter().map(|error| error.field).collect()
}

fn with(change: impl FnOnce(&mut ModelTarget)) -> ModelAliases {
    let mut changed = target();
    change(&mut changed);
    offer(vec![ModelAlias { targets: vec![target(), changed], ..alias("a") }])
}

#[test]
fn what_is_wrong_is_told_at_its_field() {
    let bare = ModelAlias { targets: Vec::new(), ..alias("a") };
    let crowded = ModelAlias { targets: vec![target(); 11], ..alias("a") };
    for (wrong, field) in [
        (offer(Vec::new()), "models"),
        (offer((0..101).map(|number| alias(&number.to_string())).collect()), "models"),
        (offer(vec![alias("")]), "models[0].alias"),
        (offer(vec![alias("a"), alias("a b")]), "models[1].alias"),
        (offer(vec![alias("\u{e9}")]), "models[0].alias"),
        (offer(vec![alias(&"x".repeat(121))]), "models[0].alias"),
        (offer(vec![alias("a"), alias("b"), alias("a")]), "models[2].alias"),
        (offer(vec![bare]), "models[0].targets"),
        (offer(vec![crowded]), "models[0].targets"),
        (with(|target| target.model = " ".to_owned()), "models[0].targets[1].model"),
        (with(|target| target.model = "a\nb".to_owned()), "models[0].targets[1].model"),
        (with(|target| target.model = "x".repeat(201)), "models[0].targets[1].model"),
        (with(|target| target.weight = 0), "models[0].targets[1].weight"),
        (with(|target| target.weight = 101), "models[0].targets[1].weight"),
        (with(|target| target.priority = 101), "models[0].targets[1].priority"),
    ] {
        assert_eq!(fields(wrong.check()), [field], "{wrong:?}");
    }
    let most = offer((0..100).map(|number| alias(&format!("{number:0>120}"))).collect());
    assert_eq!(most.check(), Ok(()));
    let heaviest = with(|target| {
        target.model = "\u{e9}".repeat(200);
        (target.weight, target.priority) = (100, 100);
    });
    assert_eq!(heaviest.check(), Ok(()));
}

#[test]
fn models_are_written_as_they_are_given() {
    let given = json!({ "alias": "fast", "targets": [{ "provider": provider(), "model": "large" }] });
    let read: ModelAlias = serde_json::from_value(given).unwrap();
    assert_eq!(read, alias("fast"));
    let target = json!({ "provider": provider(), "model": "large", "weight": 1, "priority": 0 });
    assert_eq!(serde_json::to_value(read).unwrap(), json!({ "alias": "fast", "targets": [target] }));
}

#[test]
fn an_ai_api_answers_where_sdks_call() {
    let routes = routes();
    assert_eq!(check_routes(&routes), Ok(()));
    let labels: Vec<String> = routes.iter().map(Route::label).collect();
    assert_eq!(
        labels,
        [
            "POST /chat/completions",
            "POST /responses",
            "POST /messages",
            "POST /messages/count_tokens",
            "POST /embeddings",
            "POST /rerank",
            "POST /images/generations",
            "POST /audio/speech",
            "POST /audio/transcriptions",
            "POST /moderations",
            "GET /models",
            "GET /models/*",
            "GET /v1beta/models",
            "GET /v1beta/models/*",
            "POST /models/{call}",
            "POST /v1beta/models/{call}",
        ]
    );
}

fn creation(models: Option<Vec<ModelAlias>>) -> CreateApi {
    CreateApi { name: "Chat".to_owned(), kind: "ai".to_owned(), models, ..CreateApi::default() }
}

#[test]
fn an_ai_api_is_made_from_models_and_nothing_else() {
    let new = CreateApi { strict_models: Some(true), ..creation(Some(vec![alias("a")])) }.check().unwrap();
    let models = ModelAliases { strict: true, ..offer(vec![alias("a")]) };
    assert_eq!((new.kind, new.upstream, new.models), (ApiKind::Ai, None, Some(models)));
    let upstream = Some(UpstreamInput::at("http://a.test"));
    let rest = |input: CreateApi| CreateApi { kind: String::new(), upstream: upstream.clone(), ..input };
    let models = || Some(vec![alias("a")]);
    let text = || Some("{}".to_owned());
    for (input, field) in [
        (creation(None), "models"),
        (CreateApi { kind: "ia".to_owned(), ..creation(models()) }, "kind"),
        (creation(Some(Vec::new())), "models"),
        (creation(Some(vec![alias(" ")])), "models[0].alias"),
        (CreateApi { upstream: upstream.clone(), ..creation(models()) }, "upstream"),
        (CreateApi { openapi: text(), ..creation(models()) }, "openapi"),
        (CreateApi { openapi_url: text(), ..creation(models()) }, "openapi_url"),
        (rest(creation(models())), "models"),
        (CreateApi { strict_models: Some(true), ..rest(creation(None)) }, "strict_models"),
    ] {
        assert_eq!(fields(input.check()), [field], "{input:?}");
    }
}

fn rest() -> VersionConfig {
    let kept = json!({ "upstream": { "url": "http://a.test" }, "routes": [{ "path": "/*" }] });
    serde_json::from_value(kept).unwrap()
}

#[test]
fn a_version_has_either_an_upstream_or_models() {
    let ai = VersionConfig::of_models(offer(vec![alias("a")]));
    assert_eq!((ai.check(), rest().check()), (Ok(()), Ok(())));
    let both = VersionConfig { models: ai.models.clone(), ..rest() };
    assert_eq!(fields(both.check()), ["models"]);
    let none = VersionConfig { models: None, ..ai.clone() };
    assert_eq!(fields(none.check()), ["upstream.nodes"]);
    let empty = VersionConfig { models: Some(offer(Vec::new())), ..ai.clone() };
    assert_eq!(fields(empty.check()), ["models"]);

    let written = serde_json::to_value(&ai).unwrap();
    assert_eq!(written.get("upstream"), None);
    assert_eq!(written.pointer("/models/0/alias"), Some(&Value::from("a")));
    assert_eq!(serde_json::from_value::<VersionConfig>(written).unwrap(), ai);
}

#[test]
fn a_draft_takes_what_fits_its_kind() {
    let ai = VersionConfig::of_models(offer(vec![alias("a")]));
    let models = || UpdateDraft { models: Some(vec![alias("b")]), ..UpdateDraft::default() };
    let strict = || UpdateDraft { strict_models: Some(true), ..UpdateDraft::default() };
    let changed = strict().apply(&models().apply(&ai).unwrap()).unwrap();
    assert_eq!(changed.models, Some(ModelAliases { strict: true, ..offer(vec![alias("b")]) }));
    let older = VersionConfig { routes: rest().routes, ..ai.clone() };
    assert_eq!(strict().apply(&older).unwrap().routes, routes(), "as this release has them");
    let other_routes = || UpdateDraft { routes: Some(rest().routes), ..UpdateDraft::default() };
    let upstream = Some(UpstreamInput::at("http://a.test"));
    let openapi = || UpdateDraft { openapi: Some("{}".to_owned()), ..UpdateDraft::default() };
    let wrong = UpdateDraft { models: Some(vec![alias("")]), ..UpdateDraft::default() };
    for (draft, input, field) in [
        (&ai, UpdateDraft { upstream, ..UpdateDraft::default() }, "upstream"),
        (&ai, other_routes(), "routes"),
        (&ai, openapi(), "openapi"),
        (&ai, wrong, "models[0].alias"),
        (&rest(), models(), "models"),
        (&rest(), strict(), "strict_models"),
    ] {
        assert_eq!(fields(input.apply(draft)), [field]);
    }
    let hosts = UpdateDraft { hosts: Some(vec!["ai.test".to_owned()]), ..UpdateDraft::default() };
    assert_eq!(hosts.apply(&ai).unwrap().hosts.len(), 1);
}

#[test]
fn a_strategy_is_told_where_it_is_not_the_usual_one() {
    let usual = serde_json::to_value(alias("a")).unwrap();
    assert!(usual.get("strategy").is_none(), "{usual}");
    assert_eq!(serde_json::from_value::<ModelAlias>(usual.clone()).unwrap(), alias("a"));
    for strategy in [AliasStrategy::LeastLatency, AliasStrategy::LowestCost] {
        let mut said = usual.clone();
        said["strategy"] = json!(strategy.as_str());
        let read: ModelAlias = serde_json::from_value(said.clone()).unwrap();
        assert_eq!((read.strategy, serde_json::to_value(&read).unwrap()), (strategy, said));
    }
    let mut wrong = usual;
    wrong["strategy"] = json!("cheapest");
    let error = serde_json::from_value::<ModelAlias>(wrong).unwrap_err().to_string();
    assert!(error.contains("least_latency") && error.contains("lowest_cost"), "{error}");
}

#[test]
fn what_a_call_may_try_is_kept_while_other_things_change() {
    let retries = |attempts, within_s| ModelRetries { attempts, within_s };
    let change = |retries| UpdateDraft { model_retries: Some(retries), ..UpdateDraft::default() };
    let ai = VersionConfig::of_models(offer(vec![alias("a")]));
    let message = json!({ "role": "user", "template": "Hello" });
    let model = json!({ "provider": provider(), "model": "large" });
    let prompt = json!({ "messages": [message], "model": model });
    let prompt: crate::prompts::Prompt = serde_json::from_value(prompt).unwrap();
    for draft in [ai, VersionConfig::of_prompt(prompt.clone())] {
        assert_eq!(draft.models.as_ref().map(|models| models.retries), Some(retries(None, None)));
        for within in [retries(Some(1), Some(1)), retries(Some(8), Some(1_800)), retries(None, None)] {
            let changed = change(within).apply(&draft).unwrap();
            let again = UpdateDraft {
                models: draft.prompt.is_none().then(|| vec![alias("b")]),
                prompt: draft.prompt.is_some().then(|| prompt.clone()),
                ..UpdateDraft::default()
            };
            let changed = again.apply(&changed).unwrap();
            assert_eq!(changed.models.as_ref().map(|models| models.retries), Some(within));
            assert_eq!(changed.check(), Ok(()));
            let told = serde_json::to_value(&changed).unwrap();
            assert_eq!(serde_json::from_value::<VersionConfig>(told).unwrap(), changed);
        }
        for (wrong, field) in [
            (retries(Some(0), None), "model_retries.attempts"),
            (retries(Some(9), None), "model_retries.attempts"),
            (retries(None, Some(0)), "model_retries.within_s"),
            (retries(None, Some(1_801)), "model_retries.within_s"),
        ] {
            assert_eq!(fields(change(wrong).apply(&draft)), [field]);
            let mut kept = draft.clone();
            kept.models.as_mut().unwrap().retries = wrong;
            assert_eq!(fields(kept.check()), [field], "before it goes live");
        }
    }
    assert_eq!(fields(change(retries(Some(1), None)).apply(&rest())), ["model_retries"]);
    let unknown = json!({ "attempts": 2, "pause_s": 1 });
    assert!(serde_json::from_value::<ModelRetries>(unknown).unwrap_err().to_string().contains("pause_s"));
}

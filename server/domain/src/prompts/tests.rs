use super::values::{Given, read_all};
use super::variables::VariableKind;
use super::*;
use crate::check::Invalid;
use crate::ids::ProviderId;
use serde_json::json;

/// A prompt with one variable of each type.
pub(super) fn prompt() -> Prompt {
    let provider = ProviderId::from_parts(1, 1);
    serde_json::from_value(json!({
        "messages": [
            { "role": "system", "template": "You are {{ tone }}." },
            { "role": "user", "template": "{{ text }}{% if note %} ({{ note }}){% endif %}" },
        ],
        "variables": [
            { "name": "text", "type": "string", "required": true },
            { "name": "tone", "type": "enum", "values": ["kind", "curt"], "default": "kind" },
            { "name": "note", "type": "string", "required": false },
            { "name": "count", "type": "number", "required": false },
            { "name": "loud", "type": "boolean", "required": false },
            { "name": "day", "type": "date", "required": false },
            { "name": "photo", "type": "image", "required": false, "max_bytes": 6 },
        ],
        "model": { "provider": provider, "model": "large" },
        "parameters": { "temperature": 0.2, "max_tokens": 100 },
        "output_schema": { "type": "object", "properties": { "n": { "type": "integer" } }, "required": ["n"] },
    }))
    .unwrap()
}

fn fields<T: std::fmt::Debug>(result: Result<T, Invalid>) -> Vec<String> {
    result.unwrap_err().0.into_iter().map(|error| error.field).collect()
}

#[test]
fn a_model_may_be_one_target_a_list_or_the_whole() {
    let target = json!({ "provider": ProviderId::from_parts(1, 1), "model": "m" });
    let whole: PromptModel = serde_json::from_value(json!({ "targets": [target] })).unwrap();
    for form in [target.clone(), json!([target])] {
        assert_eq!(serde_json::from_value::<PromptModel>(form).unwrap(), whole);
    }
    assert_eq!(serde_json::from_value::<PromptModel>(serde_json::to_value(&whole).unwrap()).unwrap(), whole);
    let error = serde_json::from_value::<PromptModel>(json!({ "target": [] })).unwrap_err();
    assert!(error.to_string().contains("targets"), "{error}");
    let offers = prompt().offers();
    assert_eq!((offers.aliases[0].name.as_str(), offers.check()), (ALIAS, Ok(())));
}

#[test]
fn what_is_wrong_with_a_prompt_is_told_at_its_field() {
    assert_eq!(prompt().check(), Ok(()));
    type Change = fn(&mut Prompt);
    let cases: [(Change, &str); 22] = [
        (|prompt| prompt.messages.clear(), "messages"),
        (|prompt| prompt.messages[1].template = " ".into(), "messages[1].template"),
        (|prompt| prompt.messages[1].template = "\0".into(), "messages[1].template"),
        (|prompt| prompt.messages[1].template = "x".repeat(50_001), "messages[1].template"),
        (|prompt| prompt.messages[1].role = PromptRole::Assistant, "messages[1].role"),
        (|prompt| prompt.variables[0].name = String::new(), "variables[0].name"),
        (|prompt| prompt.variables[3].name = "2x".into(), "variables[3].name"),
        (|prompt| prompt.variables[3].name = "for".into(), "variables[3].name"),
        (|prompt| prompt.variables[3].name = "loud".into(), "variables[4].name"),
        (|prompt| prompt.variables[1].values.clear(), "variables[1].values"),
        (|prompt| prompt.variables[0].values = vec!["a".into()], "variables[0].values"),
        (|prompt| prompt.variables[0].max_bytes = Some(1), "variables[0].max_bytes"),
        (|prompt| prompt.variables[6].max_bytes = Some(0), "variables[6].max_bytes"),
        (|prompt| prompt.variables[1].default = Some("rude".into()), "variables[1].default"),
        (|prompt| prompt.variables[3].default = Some("1".into()), "variables[3].default"),
        (|prompt| prompt.variables[6].default = Some("data:".into()), "variables[6].default"),
        (|prompt| prompt.model.targets.clear(), "model.targets"),
        (|prompt| prompt.model.targets[0].weight = 0, "model.targets[0].weight"),
        (
            |prompt| prompt.parameters.temperature = serde_json::Number::from_f64(2.1),
            "parameters.temperature",
        ),
        (|prompt| prompt.parameters.max_tokens = Some(0), "parameters.max_tokens"),
        (|prompt| prompt.parameters.stop = vec![String::new()], "parameters.stop[0]"),
        (|prompt| prompt.output_schema = Some(json!({ "type": "array" })), "output_schema"),
    ];
    for (change, field) in cases {
        let mut wrong = prompt();
        change(&mut wrong);
        assert_eq!(fields(wrong.check()), [field]);
    }
}

#[test]
fn values_are_checked_by_their_type() {
    let prompt = prompt();
    let read = |given: Value| read_all(&prompt.variables, given.as_object().unwrap().clone());
    let values = read(json!({
        "text": "a", "count": 1.5, "loud": true, "day": "2026-02-28", "photo": "data:image/png;base64,AAAA",
    }))
    .unwrap();
    assert_eq!(values["tone"], Given::Text("kind".into()), "its default");
    assert_eq!((&values["note"], &values["loud"]), (&Given::Nothing, &Given::Flag(true)));
    assert!(matches!(&values["photo"], Given::Media(media) if media.media_type == "image/png"));
    for (given, said) in [
        (json!({}), "variables.text is required"),
        (json!({ "text": null }), "variables.text is required"),
        (json!({ "text": 7 }), "variables.text expected a text, got 7"),
        (json!({ "text": "a\u{0}b" }), "variables.text expected text without"),
        (json!({ "text": "a", "count": "7" }), "variables.count expected a number, got \"7\""),
        (json!({ "text": "a", "loud": "yes" }), "variables.loud expected true or false"),
        (json!({ "text": "a", "tone": "rude" }), "variables.tone expected one of kind, curt, got \"rude\""),
        (json!({ "text": "a", "day": "2026-02-29" }), "variables.day expected a date like 2026-03-14"),
        (json!({ "text": "a", "day": "2026-2-8" }), "variables.day expected a date"),
        (json!({ "text": "a", "photo": "AAAA" }), "variables.photo expected a data URL"),
        (
            json!({ "text": "a", "photo": "data:image/svg+xml;base64,AAAA" }),
            "variables.photo expected one of image/png",
        ),
        (json!({ "text": "a", "photo": "data:image/png;base64,AA=A" }), "variables.photo expected base64"),
        (
            json!({ "text": "a", "photo": "data:image/png;base64,AAAAAAAAAAA=" }),
            "variables.photo expected at most 6 bytes, got 8",
        ),
        (
            json!({ "text": "a", "photo": { "media_type": "image/png" } }),
            "variables.photo expected a data URL",
        ),
        (
            json!({ "text": "a", "other": 1 }),
            "variables.other there is no such variable; expected text, tone",
        ),
    ] {
        let Invalid(errors) = read(given.clone()).unwrap_err();
        let told: Vec<String> =
            errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        assert!(told.len() == 1 && told[0].starts_with(said), "{given}: {told:?}");
    }
}

#[test]
fn texts_of_forms_become_values() {
    for (kind, text, value) in [
        (VariableKind::Number, " 1.5 ", json!(1.5)),
        (VariableKind::Number, "1,5", json!("1,5")),
        (VariableKind::Boolean, "true", json!(true)),
        (VariableKind::Boolean, "on", json!("on")),
        (VariableKind::String, " a ", json!(" a ")),
        (VariableKind::Date, " 2026-03-14 ", json!("2026-03-14")),
    ] {
        assert_eq!(values::of_text(kind, text), value, "{kind} {text:?}");
    }
}

#[test]
fn a_version_of_a_prompt_keeps_its_kind() {
    use crate::versions::{UpdateDraft, VersionConfig};
    let draft = VersionConfig::of_prompt(prompt());
    assert_eq!(draft.check(), Ok(()));
    let kept: VersionConfig = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
    assert_eq!(kept, draft);
    let mut other = prompt();
    other.model.targets[0].model = "small".to_owned();
    let changed = UpdateDraft { prompt: Some(other), ..UpdateDraft::default() }.apply(&draft).unwrap();
    assert_eq!(changed.models.unwrap().aliases[0].targets[0].model, "small");
    let routes = UpdateDraft { routes: Some(Vec::new()), models: Some(Vec::new()), ..UpdateDraft::default() };
    assert_eq!(fields(routes.apply(&draft)), ["routes", "models"]);
    let ai = VersionConfig::of_models(draft.models.clone().unwrap());
    let prompted = UpdateDraft { prompt: Some(prompt()), ..UpdateDraft::default() };
    assert_eq!(fields(prompted.apply(&ai)), ["prompt"]);
    let mut apart = draft;
    apart.models = None;
    assert_eq!(fields(apart.check())[0], "prompt.model");
}

#[test]
fn an_api_is_made_of_a_prompt_alone() {
    use crate::apis::{ApiKind, CreateApi};
    let input = CreateApi {
        name: "Translate".to_owned(),
        kind: "prompt".to_owned(),
        prompt: Some(prompt()),
        ..CreateApi::default()
    };
    let new = input.check().unwrap();
    assert_eq!((new.kind, new.prompt, new.upstream), (ApiKind::Prompt, Some(prompt()), None));
    assert_eq!(fields(CreateApi { prompt: None, ..input.clone() }.check()), ["prompt"]);
    let models = Some(prompt().offers().aliases);
    assert_eq!(fields(CreateApi { models: models.clone(), ..input.clone() }.check()), ["models"]);
    let ai = CreateApi { kind: "ai".to_owned(), models, ..input.clone() };
    assert_eq!(fields(ai.check()), ["prompt"]);
    let wrong = Prompt { messages: Vec::new(), ..prompt() };
    assert_eq!(fields(CreateApi { prompt: Some(wrong), ..input }.check()), ["prompt.messages"]);
}

#[cfg(feature = "prompts")]
mod filled {
    use super::*;
    use crate::prompts::compiled::{CompiledPrompt, Filled, Piece};

    fn with(template: &str) -> Prompt {
        let message = PromptMessage { role: PromptRole::User, template: template.to_owned() };
        Prompt { messages: vec![message], ..prompt() }
    }

    fn fill(prompt: &Prompt, given: Value) -> Result<Vec<Filled>, String> {
        let compiled = CompiledPrompt::new(prompt).unwrap();
        let values = read_all(&prompt.variables, given.as_object().unwrap().clone()).unwrap();
        compiled.fill(&values).map_err(|error| error.to_string())
    }

    fn text(template: &str, given: Value) -> String {
        match fill(&with(template), given).unwrap().remove(0).pieces.remove(0) {
            Piece::Text(text) => text,
            Piece::Media(media) => panic!("{media:?}"),
        }
    }

    #[test]
    fn what_a_caller_says_is_never_read_as_a_template() {
        for inert in
            ["{{ tone }}", "{% include 'x' %}", "{# gone #}", "<b>&\"'", "{{ 7 * 7 }}", "-}}{{- note"]
        {
            assert_eq!(text("a {{ text }} b", json!({ "text": inert })), format!("a {inert} b"));
        }
    }

    #[test]
    fn each_type_reads_as_it_is_written() {
        let given = json!({ "text": "x", "count": 3, "loud": false, "day": "2026-01-02" });
        assert_eq!(
            text("{{ text }} {{ count }} {{ loud }} {{ day }}|{{ note }}|", given),
            "x 3 false 2026-01-02||"
        );
        assert_eq!(text("{{ count }}", json!({ "text": "x", "count": 1.5 })), "1.5");
        assert_eq!(text("{{ text | upper }}{% if note %}!{% endif %}", json!({ "text": "x" })), "X");
    }

    #[test]
    fn files_stand_where_the_template_puts_them() {
        let given = json!({ "text": "0", "photo": { "media_type": "image/png", "data": "AAAA" } });
        let pieces = fill(&with("see {{ photo }} and {{ text }}"), given).unwrap().remove(0).pieces;
        assert_eq!(pieces[0], Piece::Text("see ".into()));
        assert!(matches!(&pieces[1], Piece::Media(media) if media.data == "AAAA"));
        assert_eq!(pieces[2], Piece::Text(" and 0".into()));
    }

    #[test]
    fn templates_are_refused_with_the_line() {
        for (template, said) in [
            ("a\n{{ other }}", "line 2: there is no variable \"other\""),
            ("{{ text", "line 1: "),
            ("\n{% include 'a' %}", "line 2: "),
            ("{% macro a() %}{% endmacro %}", "line 1: "),
            ("{% import 'a' as b %}", "line 1: "),
            ("{{ range(9) }}", "line 1: there is no variable \"range\""),
        ] {
            let Invalid(errors) = with(template).check().unwrap_err();
            assert_eq!(errors[0].field, "messages[0].template", "{template}");
            assert!(errors[0].message.starts_with(said), "{template}: {}", errors[0].message);
        }
    }

    #[test]
    fn templates_that_take_too_much_are_cut_off() {
        let loops = "{% for a in text|list %}{% for b in text|list %}{{ b }}{% endfor %}{% endfor %}";
        let error = fill(&with(loops), json!({ "text": "x".repeat(1_000) })).unwrap_err();
        assert!(error.contains("too many steps"), "{error}");
        let error = fill(&with("{{ 'x' * 90000000 }}"), json!({ "text": "x" })).unwrap_err();
        assert!(error.contains("too many steps"), "{error}");
        let error = fill(&with(&"{{ text }}".repeat(5)), json!({ "text": "x".repeat(1 << 20) })).unwrap_err();
        assert!(error.contains("longer than"), "{error}");
    }

    #[test]
    fn answers_are_read_by_the_schema() {
        let compiled = CompiledPrompt::new(&prompt()).unwrap();
        let schema = compiled.schema.unwrap();
        assert_eq!(schema.read(r#"{"n":1}"#).unwrap(), json!({ "n": 1 }));
        assert_eq!(schema.read("```json\n{\"n\":1}\n```").unwrap(), json!({ "n": 1 }));
        for (wrong, said) in [("no", "no JSON"), (r#"{"n":"1"}"#, "/n"), ("{}", "at the top")] {
            let error = schema.read(wrong).unwrap_err();
            assert!(error.contains(said), "{wrong}: {error}");
        }
        assert!(!schema.strict, "other members are allowed");
        let closed = json!({
            "type": "object", "properties": { "n": { "type": "integer" } }, "required": ["n"],
            "additionalProperties": false,
        });
        assert!(schema::OutputSchema::new(&closed).unwrap().strict);
        for wrong in [
            json!({ "type": "object", "properties": { "a": { "type": "text" } } }),
            json!({ "type": "object", "properties": { "a": { "type": "string", "pattern": "(?=a)" } } }),
            json!({ "type": "object", "properties": { "a": { "$ref": "http://127.0.0.1:1/a" } } }),
        ] {
            let refused = Prompt { output_schema: Some(wrong.clone()), ..prompt() };
            assert_eq!(fields(refused.check()), ["output_schema"], "{wrong}");
        }
    }
}

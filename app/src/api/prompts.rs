//! Prompts, as their forms say them: rows of messages, variables and models. A row without its main field is left out;
//! messages stand in the order of their places.

use crate::api::typed::{number_in, optional_number};
use crate::api::upload::{Fields, list};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::versions;
use domain::apis::ApiKind;
use domain::check::{Check, Invalid};
use domain::ids::{ApiId, ProviderId};
use domain::models::{MOST_TARGETS, ModelTarget};
use domain::prompts::parameters::Parameters;
use domain::prompts::variables::{Variable, VariableKind};
use domain::prompts::{MOST_MESSAGES, MOST_VARIABLES, Prompt, PromptMessage, PromptModel, values};
use domain::text::VersionName;
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde_json::Number;
use server_fn::codec::{MultipartData, MultipartFormData};

/// Rows that a form may have beyond those that are stored.
const MORE: usize = 5;

/// The prompt that a form describes, and the rows that its parts are from.
pub struct Prompted {
    pub prompt: Prompt,
    messages: Vec<usize>,
    variables: Vec<usize>,
    targets: Vec<usize>,
}

/// Replaces the prompt of a draft.
#[server(prefix = "/api", endpoint = "prompts/update", input = MultipartFormData)]
pub async fn update(form: MultipartData) -> Result<Done, AppError> {
    let fields = Fields::read(form).await?;
    let api: ApiId = fields.text("api").parse().map_err(|_| AppError::not_found("api"))?;
    let version: VersionName = fields.text("version").parse().map_err(|_| AppError::not_found("version"))?;
    let prompted = Prompted::read(&fields)?;
    let input = UpdateDraft { prompt: Some(prompted.prompt.clone()), ..UpdateDraft::default() };
    let changed = versions::update_draft(&control(), &actor(), &api, &version, input).await;
    changed.map_err(|error| prompted.at_the_form(error.into()))?;
    Ok(Done::here().saying("the draft is changed; callers notice nothing until you publish it"))
}

impl Prompted {
    /// The prompt of the form of a new api, if it is to be one.
    pub fn of_new(fields: &Fields) -> Result<Option<Self>, Invalid> {
        let is_prompt = fields.text("kind") == ApiKind::Prompt.as_str();
        is_prompt.then(|| Self::read(fields)).transpose()
    }

    pub fn read(fields: &Fields) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let rows = |list, main, most| Rows { fields, list, main, most: most + MORE };
        let (prompt_messages, messages) =
            read_messages(&rows("messages", "template", MOST_MESSAGES), &mut check);
        let (prompt_variables, variables) =
            read_variables(&rows("variables", "name", MOST_VARIABLES), &mut check);
        let (model, targets) = read_targets(&rows("targets", "model", MOST_TARGETS), &mut check);
        let strategy = check.parse_optional("strategy", &fields.text("strategy")).unwrap_or_default();
        let parameters = read_parameters(fields, &mut check);
        let schema = fields.text("output_schema");
        let output_schema = match schema.trim() {
            "" => None,
            text => serde_json::from_str(text)
                .map_err(|error| check.error("output_schema", format!("expected a JSON schema: {error}")))
                .ok(),
        };
        check.done(|| {
            let prompt = Prompt {
                messages: prompt_messages,
                variables: prompt_variables,
                model: PromptModel { targets: model, strategy },
                parameters,
                output_schema,
            };
            Some(Self { prompt, messages, variables, targets })
        })
    }

    /// What is wrong with the prompt, told at the fields of its form.
    pub fn at_the_form(&self, mut error: AppError) -> AppError {
        for wrong in &mut error.problem.fields {
            if let Some(field) = wrong.field.strip_prefix("prompt.") {
                wrong.field = self.at_row(field.strip_prefix("model.").unwrap_or(field));
            }
        }
        error
    }

    fn at_row(&self, field: &str) -> String {
        let lists =
            [("messages", &self.messages), ("variables", &self.variables), ("targets", &self.targets)];
        let moved = lists.into_iter().find_map(|(list, rows)| {
            let (number, rest) = field.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
            let row = rows.get(number.parse::<usize>().ok()?)?;
            Some(format!("{list}[{row}]{rest}"))
        });
        moved.unwrap_or_else(|| field.to_owned())
    }
}

/// The rows of one list of the form.
struct Rows<'a> {
    fields: &'a Fields,
    list: &'static str,
    /// The field without which a row is left out.
    main: &'static str,
    most: usize,
}

impl Rows<'_> {
    fn text(&self, at: usize, field: &str) -> String {
        self.fields.text(&format!("{}[{at}][{field}]", self.list))
    }

    fn filled(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.most).filter(|at| !self.text(*at, self.main).trim().is_empty())
    }

    /// Its name in errors.
    fn field(&self, at: usize, field: &str) -> String {
        format!("{}[{at}].{field}", self.list)
    }
}

fn read_messages(rows: &Rows<'_>, check: &mut Check) -> (Vec<PromptMessage>, Vec<usize>) {
    let mut placed = Vec::new();
    for at in rows.filled() {
        let place = match rows.text(at, "place") {
            empty if empty.trim().is_empty() => u32::MAX,
            typed => number_in(check, &rows.field(at, "place"), &typed).unwrap_or_default(),
        };
        let role = check.parse(&rows.field(at, "role"), &rows.text(at, "role")).unwrap_or_default();
        // browsers send CR LF
        let template = rows.text(at, "template").replace("\r\n", "\n");
        placed.push((place, at, PromptMessage { role, template }));
    }
    placed.sort_by_key(|(place, at, _)| (*place, *at));
    placed.into_iter().map(|(_, at, message)| (message, at)).unzip()
}

fn read_variables(rows: &Rows<'_>, check: &mut Check) -> (Vec<Variable>, Vec<usize>) {
    let variable = |at: usize| {
        let kind = check.parse(&rows.field(at, "type"), &rows.text(at, "type"));
        let kind: VariableKind = kind.unwrap_or_default();
        let default = rows.text(at, "default");
        let max_bytes = match rows.text(at, "max_bytes") {
            empty if empty.trim().is_empty() => None,
            typed => number_in(check, &rows.field(at, "max_bytes"), &typed),
        };
        let variable = Variable {
            name: rows.text(at, "name").trim().to_owned(),
            kind,
            required: !rows.text(at, "required").is_empty(),
            default: (!default.trim().is_empty()).then(|| values::of_text(kind, &default)),
            description: rows.text(at, "description").trim().to_owned(),
            values: list(&rows.text(at, "values")),
            max_bytes,
        };
        (variable, at)
    };
    rows.filled().map(variable).unzip()
}

fn read_targets(rows: &Rows<'_>, check: &mut Check) -> (Vec<ModelTarget>, Vec<usize>) {
    let (mut targets, mut places) = (Vec::new(), Vec::new());
    for at in rows.filled() {
        let mut number = |field: &str, otherwise: u32| match rows.text(at, field) {
            empty if empty.trim().is_empty() => otherwise,
            typed => number_in(check, &rows.field(at, field), &typed).unwrap_or(otherwise),
        };
        let (priority, weight) = (number("priority", 0), number("weight", 1));
        let provider = check.parse::<ProviderId>(&rows.field(at, "provider"), &rows.text(at, "provider"));
        let model = rows.text(at, "model").trim().to_owned();
        targets.extend(provider.map(|provider| ModelTarget { provider, model, weight, priority }));
        places.push(at);
    }
    (targets, places)
}

fn read_parameters(fields: &Fields, check: &mut Check) -> Parameters {
    let text = |name: &str| fields.text(&format!("parameters[{name}]")).trim().to_owned();
    let mut decimal = |name: &str| {
        let typed = text(name);
        if typed.is_empty() {
            return None;
        }
        let number = typed.parse::<Number>();
        number.map_err(|_| check.error(&format!("parameters.{name}"), "expected a number like 0.7")).ok()
    };
    let (temperature, top_p) = (decimal("temperature"), decimal("top_p"));
    let (presence_penalty, frequency_penalty) = (decimal("presence_penalty"), decimal("frequency_penalty"));
    let max_tokens = optional_number("parameters.max_tokens", &text("max_tokens"));
    let seed = optional_number("parameters.seed", &text("seed"));
    let mut told = |result: Result<(), Invalid>| check.all(result);
    told(max_tokens.clone().map(|_| ()));
    told(seed.clone().map(|_| ()));
    let stop = text("stop").lines().map(str::to_owned).filter(|line| !line.is_empty()).collect();
    Parameters {
        temperature,
        top_p,
        max_tokens: max_tokens.unwrap_or_default(),
        stop,
        seed: seed.unwrap_or_default(),
        presence_penalty,
        frequency_penalty,
    }
}

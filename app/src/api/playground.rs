//! The playground's form: values of variables, and what stands side by side.

use crate::api::upload::Fields;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::prompts;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::prompts::playground::{MOST_SIDES, Offered, Side, StartRun};
use domain::prompts::trial::TrialTarget;
use domain::prompts::values;
use domain::prompts::variables::VariableKind;
use leptos::prelude::*;
use serde_json::{Map, Value};
use server_fn::codec::{MultipartData, MultipartFormData};

/// Puts the values to all sides and shows what they answer.
#[server(prefix = "/api", endpoint = "prompts/run", input = MultipartFormData)]
pub async fn run(form: MultipartData) -> Result<Done, AppError> {
    let fields = Fields::read(form).await?;
    let api: ApiId = fields.text("api").parse().map_err(|_| AppError::not_found("api"))?;
    let (sides, rows) = read_sides(&fields)?;
    let offered = prompts::offered(&control(), &actor(), &api).await?;
    let input = StartRun { variables: read_variables(&fields, &offered), sides };
    let started = prompts::start_run(&control(), &actor(), &api, input).await;
    let run = started.map_err(|error| at_rows(error.into(), &rows))?;
    let version = fields.text("version");
    Ok(Done::at(format!("/apis/{api}/playground?version={version}&run={}", run.id)))
}

/// The sides, and the rows of the form that they are from. A row without a prompt is left out.
fn read_sides(fields: &Fields) -> Result<(Vec<Side>, Vec<usize>), Invalid> {
    let mut check = Check::new();
    let (mut sides, mut rows) = (Vec::new(), Vec::new());
    for row in 0..MOST_SIDES {
        let text = |field: &str| fields.text(&format!("sides[{row}][{field}]")).trim().to_owned();
        let prompt = text("prompt");
        let Some((of, version)) = prompt.split_once(' ') else { continue };
        let of = check.parse(&format!("sides[{row}].of"), of);
        let version = check.parse(&format!("sides[{row}].version"), version);
        let (provider, model) = (text("provider"), text("model"));
        let target = match (provider.as_str(), model.as_str()) {
            ("", "") => None,
            ("", _) => {
                check.error(&format!("sides[{row}].provider"), "expected the provider of this model");
                None
            }
            (provider, _) => check
                .parse(&format!("sides[{row}].target.provider"), provider)
                .map(|provider| TrialTarget { provider, model }),
        };
        if let (Some(of), Some(version)) = (of, version) {
            sides.push(Side { version, of, target });
            rows.push(row);
        }
    }
    check.finish()?;
    Ok((sides, rows))
}

/// What was filled in, as the variables of the prompts take it.
fn read_variables(fields: &Fields, offered: &[Offered]) -> Map<String, Value> {
    let mut variables = Map::new();
    for variable in offered.iter().flat_map(|offered| &offered.prompt.variables) {
        let field = format!("variables[{}]", variable.name);
        let value = match variable.kind {
            VariableKind::Image | VariableKind::File => fields.data_url(&field).map(Value::String),
            kind => Some(fields.text(&field).replace("\r\n", "\n"))
                .filter(|text| !text.is_empty())
                .map(|text| values::of_text(kind, &text)),
        };
        if let Some(value) = value {
            variables.entry(variable.name.clone()).or_insert(value);
        }
    }
    variables
}

/// What is wrong with a side, told at its row.
fn at_rows(mut error: AppError, rows: &[usize]) -> AppError {
    for wrong in &mut error.problem.fields {
        let moved = wrong.field.strip_prefix("sides[").and_then(|rest| {
            let (number, rest) = rest.split_once(']')?;
            Some(format!("sides[{}]{rest}", rows.get(number.parse::<usize>().ok()?)?))
        });
        if let Some(moved) = moved {
            wrong.field = moved;
        }
    }
    error
}

//! Prompts: trials of them, and runs of the playground. A prompt itself is a part of its version.

use crate::answer::{Changed, Created, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, LARGE, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::ids::{ApiId, RunId};
use domain::prompts::playground::{Run, StartRun};
use domain::prompts::trial::{Trial, TryPrompt};
use domain::roles::Permission;
use domain::text::VersionName;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/apis/{api}/versions/{version}/trials", "prompts.try", try_prompt)
            .needs_in_team(Permission::ApisEdit)
            .audited()
            .summary(
                "Runs a prompt once, the draft's, the live one or a given one, as a call of the API that its budgets and \
                 its team's pay; why there is no output stands in `problem`",
            ),
        Endpoint::post("/apis/{api}/runs", "prompts.runs.start", start_run)
            .needs_in_team(Permission::ApisEdit)
            .audited()
            .summary(
                "Puts the same values to one to four prompts or models at once, each a call of the API that its budgets \
                 and its team's pay; kept for a week, sealed",
            ),
        Endpoint::get("/apis/{api}/runs", "prompts.runs.list", runs)
            .needs_in_team(Permission::ApisEdit)
            .summary("Runs of an API's prompts, newest first"),
        Endpoint::get("/apis/{api}/runs/{run}", "prompts.runs.get", run)
            .needs_in_team(Permission::ApisEdit)
            .summary("One run, with what each side answered, used and cost"),
    ]
}

async fn try_prompt(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): At<(ApiId, VersionName)>,
    Body(input): Body<TryPrompt, LARGE>,
) -> Answer<Changed<Trial>> {
    Ok(Changed(control::prompts::try_prompt(&control, &actor, &api, &name, input).await?))
}

async fn start_run(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(api): At<ApiId>,
    Body(input): Body<StartRun, LARGE>,
) -> Answer<Created<Run>> {
    let run = control::prompts::start_run(&control, &actor, &api, input).await?;
    Ok(Created { location: format!("/apis/{api}/runs/{}", run.id), object: run })
}

async fn runs(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(api): At<ApiId>,
    Paged(page): Paged,
) -> Answer<Listed<Run>> {
    Ok(Listed(control::prompts::runs(&control, &actor, &api, &page).await?))
}

async fn run(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, run)): At<(ApiId, RunId)>,
) -> Answer<Object<Run>> {
    Ok(Object(control::prompts::run(&control, &actor, &api, &run).await?))
}

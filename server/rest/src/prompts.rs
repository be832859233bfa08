//! Prompts: trials of them. A prompt itself is a part of its version.

use crate::answer::Changed;
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, LARGE};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::ids::ApiId;
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

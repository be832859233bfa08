//! Trials of a prompt: somebody who may change the draft has the gateway run it once.

use crate::actor::Actor;
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::gateway::running;
use crate::services::Control;
use crate::versions::{deed, judge, named, open, title};
use domain::apis::Api;
use domain::check::Invalid;
use domain::gateway_config::GatewayVersion;
use domain::ids::ApiId;
use domain::lifecycle::VersionState;
use domain::prompts::Prompt;
use domain::prompts::trial::{PromptCall, Trial, TriedPrompt, TryPrompt};
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Version, VersionConfig};
use serde::Serialize;
use store::Conn;

/// As it is written down: nothing of what was said.
#[derive(Serialize)]
struct Tried<'a> {
    call: &'a str,
    of: TriedPrompt,
    provider: Option<&'a str>,
    model: Option<&'a str>,
    cost_nano: Option<i64>,
    problem: Option<&'a str>,
}

/// A version that may be tried, and the configuration that is meant.
pub(super) struct Opened {
    api: Api,
    version: Version,
    of: TriedPrompt,
    config: VersionConfig,
}

/// A trial of which all was looked at that can be refused.
pub(super) struct Ready {
    api: Api,
    version: Version,
    of: TriedPrompt,
    call: PromptCall,
}

/// Runs the draft's prompt, the live one, or the one that is given. It is a call of the api, which its budgets and
/// those of its team pay; what a vendor does wrong is told in the trial.
pub async fn try_prompt(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    input: TryPrompt,
) -> Result<Trial> {
    let mut conn = control.store().read().await?;
    let opened = Opened::new(&mut conn, actor, api, name, input.of).await?;
    let ready = opened.ready(&mut conn, input).await?;
    // a vendor may take its time
    drop(conn);
    ready.run(control, actor).await
}

impl Opened {
    pub(super) async fn new(
        conn: &mut Conn,
        actor: &Actor,
        api: &ApiId,
        name: &VersionName,
        of: TriedPrompt,
    ) -> Result<Self> {
        let (api, version) = open(conn, actor, api, name, Permission::ApisEdit).await?;
        if version.state == VersionState::Retired {
            return Err(Error::conflict("a retired version is not called any more"));
        }
        let config = config(conn, &version, of).await?;
        Ok(Self { api, version, of, config })
    }

    pub(super) fn prompt(&self) -> Result<&Prompt> {
        self.config.prompt.as_ref().ok_or_else(none)
    }

    /// Of what is live.
    pub(super) fn revision(&self) -> Option<i64> {
        self.version.live_revision.filter(|_| self.of == TriedPrompt::Live)
    }

    pub(super) async fn ready(self, conn: &mut Conn, input: TryPrompt) -> Result<Ready> {
        let Self { api, version, of, config } = self;
        let config = input.over(&config)?.ok_or_else(none)?;
        config.check()?;
        check_providers(conn, &input, &config).await?;
        let (id, slug, team) = (api.id.clone(), api.slug.clone(), api.team.clone());
        let (version_of_call, variables) = (alone(&version, config), input.variables);
        let call = PromptCall { api: id, slug, team, version: version_of_call, variables };
        Ok(Ready { api, version, of, call })
    }
}

fn none() -> Error {
    Error::conflict("this version has no prompt that could be tried")
}

impl Ready {
    /// Has the gateway make the call, and writes down that it was made.
    pub(super) async fn run(self, control: &Control, actor: &Actor) -> Result<Trial> {
        let Self { api, version, of, call } = self;
        let trial = running(control)?.try_prompt(call).await.map_err(Error::Refused)?;
        let mut tx = control.store().begin().await?;
        let tried = Tried {
            call: &trial.call,
            of,
            provider: trial.ai.as_ref().map(|ai| ai.provider.as_str()),
            model: trial.ai.as_ref().map(|ai| ai.model.as_str()),
            cost_nano: trial.ai.as_ref().and_then(|ai| ai.cost_nano),
            problem: trial.problem.as_ref().map(|problem| problem.name.as_str()),
        };
        let name = title(&api, &version);
        let deed = deed("prompts.try", &api, &version, &name);
        audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&tried)).await?;
        control.commit(tx).await?;
        Ok(trial)
    }
}

async fn config(conn: &mut Conn, version: &Version, of: TriedPrompt) -> Result<VersionConfig> {
    match (of, version.live_revision) {
        (TriedPrompt::Draft, _) => Ok(version.draft.clone()),
        (TriedPrompt::Live, None) => Err(Invalid::one("of", "expected draft: nothing is live yet").into()),
        (TriedPrompt::Live, Some(number)) => {
            let live = store::versions::revision(conn, &version.id, number).await?;
            Ok(live.ok_or_else(|| Error::not_found("revision"))?.config)
        }
    }
}

/// Of what is given here. That a provider of the version itself has gone since, the call tells.
async fn check_providers(conn: &mut Conn, input: &TryPrompt, config: &VersionConfig) -> Result<()> {
    let asked = match &input.target {
        Some(target) => vec![("target.provider".to_owned(), &target.provider)],
        None if input.prompt.is_some() => named(config),
        None => return Ok(()),
    };
    let known = store::providers::states(conn, asked.iter().map(|(_, provider)| *provider)).await?;
    judge(&known, &asked)
}

/// The version as the gateway is given those that are live.
fn alone(version: &Version, mut config: VersionConfig) -> GatewayVersion {
    let models = config.models.take();
    config.docs.clear();
    GatewayVersion {
        id: version.id.clone(),
        name: version.name.clone(),
        state: version.state,
        lifecycle: version.lifecycle.clone(),
        revision: version.live_revision.unwrap_or_default(),
        config,
        certificate: None,
        models,
    }
}

//! The playground: prompts and models side by side. A run is sealed, as what people try is nobody else's.

use super::trials::{Opened, Ready};
use crate::actor::Actor;
use crate::apis;
use crate::error::{Error, Result};
use crate::seal;
use crate::services::Control;
use domain::ids::{ApiId, RunId};
use domain::lifecycle::VersionState;
use domain::paging::{Page, PageOf};
use domain::prompts::Prompt;
use domain::prompts::playground::{Offered, Run, RunContent, RunSide, StartRun};
use domain::prompts::trial::{Trial, TriedPrompt};
use domain::roles::Permission;
use domain::versions::Version;
use futures_util::future::join_all;
use store::Conn;
use store::prompt_runs::KeptRun;

/// The prompts of the api that can be run: of each version that is not retired what is live, and the draft where that is
/// another one.
pub async fn offered(control: &Control, actor: &Actor, api: &ApiId) -> Result<Vec<Offered>> {
    let mut conn = control.store().read().await?;
    let api = apis::open(&mut conn, actor, api, Permission::ApisEdit).await?;
    let mut offered = Vec::new();
    for summary in store::versions::list(&mut conn, &api.id).await? {
        if summary.state == VersionState::Retired {
            continue;
        }
        if let Some(version) = store::versions::get(&mut conn, &api.id, &summary.name).await? {
            offered.extend(of_version(&mut conn, version).await?);
        }
    }
    Ok(offered)
}

async fn of_version(conn: &mut Conn, version: Version) -> Result<Vec<Offered>> {
    let live = match version.live_revision {
        Some(number) => store::versions::revision(conn, &version.id, number).await?,
        None => None,
    };
    let revision = live.as_ref().map(|live| live.revision.number);
    let live = live.and_then(|live| live.config.prompt);
    let draft = version.draft.prompt.filter(|draft| live.as_ref() != Some(draft));
    let offer = |of, revision, prompt: Option<Prompt>| {
        prompt.map(|prompt| Offered { version: version.name.clone(), of, revision, prompt })
    };
    let both = [offer(TriedPrompt::Draft, None, draft), offer(TriedPrompt::Live, revision, live)];
    Ok(both.into_iter().flatten().collect())
}

/// Runs all sides at the same time; nothing is called when one of them is refused. Each is a call of the api, which its
/// budgets and those of its team pay; what a vendor does wrong is told in its trial.
pub async fn start_run(control: &Control, actor: &Actor, api: &ApiId, input: StartRun) -> Result<Run> {
    let (sides, mut content) = prepare(control, actor, api, &input).await?;
    // a call that was begun is seen to its end, also where another one could not be made
    let trials = join_all(sides.into_iter().map(|ready| ready.run(control, actor))).await;
    for (side, trial) in content.sides.iter_mut().zip(trials) {
        side.trial = trial?;
    }
    let id = control.new_id(RunId::from_parts);
    let plain = serde_json::to_vec(&content).map_err(|error| Error::Internal(error.to_string()))?;
    let sealed = seal::seal(control.run_key(), &place(&id), &plain)?;
    let mut tx = control.store().begin().await?;
    store::prompt_runs::insert(&mut tx, &id, api, &actor.account, control.now(), &sealed).await?;
    tx.commit().await?;
    run(control, actor, api, &id).await
}

/// Looks at everything that can be refused. The trials of what is kept are still empty.
async fn prepare(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    input: &StartRun,
) -> Result<(Vec<Ready>, RunContent)> {
    let mut conn = control.store().read().await?;
    apis::open(&mut conn, actor, api, Permission::ApisEdit).await?;
    input.check()?;
    let mut opened = Vec::new();
    for (at, side) in input.sides.iter().enumerate() {
        let one = Opened::new(&mut conn, actor, api, &side.version, side.of).await;
        let one = one.and_then(|one| one.prompt().map(drop).and(Ok(one)));
        opened.push(one.map_err(|error| at_side(error, at))?);
    }
    let prompts = opened.iter().map(Opened::prompt).collect::<Result<Vec<&Prompt>>>()?;
    input.check_names(&prompts)?;
    let asked: Vec<_> =
        input.sides.iter().zip(&prompts).map(|(side, prompt)| input.asked(side, prompt)).collect();
    let variables = input.kept(&prompts);
    let (mut sides, mut ready) = (Vec::new(), Vec::new());
    for (at, ((side, one), asked)) in input.sides.iter().zip(opened).zip(asked).enumerate() {
        let (version, of, target) = (side.version.clone(), side.of, side.target.clone());
        sides.push(RunSide { version, of, revision: one.revision(), target, trial: Trial::default() });
        ready.push(one.ready(&mut conn, asked).await.map_err(|error| at_side(error, at))?);
    }
    Ok((ready, RunContent { variables, sides }))
}

/// Says of which side it is; the variables are those of all.
fn at_side(error: Error, at: usize) -> Error {
    let Error::Refused(mut problem) = error else { return error };
    if problem.fields.is_empty() {
        problem.detail = format!("sides[{at}]: {}", problem.detail);
    }
    for field in problem.fields.iter_mut().filter(|field| !field.field.starts_with("variables.")) {
        field.field = format!("sides[{at}].{}", field.field);
    }
    Error::Refused(problem)
}

/// A run of the api. It is there for a week.
pub async fn run(control: &Control, actor: &Actor, api: &ApiId, id: &RunId) -> Result<Run> {
    let mut conn = control.store().read().await?;
    let api = apis::open(&mut conn, actor, api, Permission::ApisEdit).await?;
    let kept = store::prompt_runs::get(&mut conn, &api.id, id).await?;
    opened(control, kept.ok_or_else(|| Error::not_found("run"))?)
}

/// The api's runs, newest first.
pub async fn runs(control: &Control, actor: &Actor, api: &ApiId, page: &PageOf) -> Result<Page<Run>> {
    let mut conn = control.store().read().await?;
    let api = apis::open(&mut conn, actor, api, Permission::ApisEdit).await?;
    let page = store::prompt_runs::list(&mut conn, &api.id, page).await?;
    let items = page.items.into_iter().map(|kept| opened(control, kept)).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

fn opened(control: &Control, kept: KeptRun) -> Result<Run> {
    let KeptRun { id, api, created_at, started_by: by, sealed } = kept;
    let plain = seal::open(control.run_key(), &place(&id), &sealed)?;
    let content = serde_json::from_slice(&plain).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Run { id, api, created_at, by, content })
}

fn place(id: &RunId) -> String {
    format!("prompt_runs.content.{id}.1")
}

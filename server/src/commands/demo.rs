//! `gatehouse demo`: fills an empty installation with two teams, three APIs in front of a built-in backend,
//! applications, a request that waits and a week of traffic, and serves it. Every page says that it is a demo.

mod content;
mod traffic;

use super::Failure;
use crate::config::Config;
use crate::serve::{self, Running};
use control::Control;
use faultlab::echo::Echo;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::net::SocketAddr;

const KEY: &str = "demo";

/// What is kept of a demo, so that it can be started again.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Where its backend listens: the upstreams of its APIs name it.
    backend: SocketAddr,
}

pub async fn run(config: Config) -> Result<(), Failure> {
    let running = serve::start(&config).await?;
    let backend = prepare(&running).await?;
    running
        .control
        .announce("This is a demo: people, APIs and traffic are made up. Calls go to a built-in backend.");
    let end = serve::wait_for_end()?;
    serve::announce(&running).await?;
    end.await;
    drop(backend);
    running.stop().await
}

/// Starts the backend; fills the installation the first time.
async fn prepare(running: &Running) -> Result<Echo, Failure> {
    let control = &running.control;
    let kept: Option<Kept> = store::settings::get(&mut control.store().read().await?, KEY).await?;
    if let Some(kept) = kept {
        return Ok(Echo::start_at(kept.backend)?);
    }
    if !control::accounts::needs_setup(control).await? {
        return Err(Failure::new(
            "a demo needs an empty installation; choose another folder with --data-dir",
        ));
    }
    let backend = Echo::start()?;
    fill(control, &backend).await?;
    let mut tx = control.store().begin().await?;
    store::settings::put(&mut tx, KEY, &Kept { backend: backend.addr() }).await?;
    tx.commit().await?;
    Ok(backend)
}

async fn fill(control: &Control, backend: &Echo) -> Result<(), Failure> {
    let password = control::keys::new_link_secret().chars().take(16).collect::<String>();
    let made = content::make(control, &backend.url(), &password).await?;
    let calls = traffic::week(&made, control.now());
    for batch in calls.chunks(1_000) {
        let mut tx = control.store().calls_begin().await?;
        let new = store::calls::insert(&mut tx, batch).await?;
        store::usage::add(&mut tx, new).await?;
        tx.commit().await?;
    }
    let mut out = std::io::stdout();
    writeln!(
        out,
        "Made a demo with {} calls. Sign in at {}/sign-in with",
        calls.len(),
        control.portal_url()
    )?;
    for (who, email) in content::PEOPLE {
        writeln!(out, "  {email:24} ({who})")?;
    }
    writeln!(out, "and the password  {password}  (shown this once)")?;
    for (application, key) in &made.keys {
        writeln!(out, "Key of {application}: {key}")?;
    }
    Ok(())
}

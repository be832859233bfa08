//! `gatehouse demo`: fills an empty installation with two teams, three APIs in front of a built-in backend, one of models
//! and one of a prompt in front of a simulated AI vendor, applications, a request that waits and a week of traffic, and
//! serves it. Every page says that it is a demo.

mod content;
mod conversations;
mod models;
mod prompt;
mod traffic;

use super::Failure;
use crate::config::Config;
use crate::serve::{self, Running};
use control::Control;
use domain::calls::record::CallRecord;
use faultlab::echo::Echo;
use faultlab::vendor::Vendor;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::net::SocketAddr;

const KEY: &str = "demo";

/// What is kept of a demo, so that it can be started again.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Where its backend listens: the upstreams of its APIs name it.
    backend: SocketAddr,
    /// Where its AI vendor listens: its providers name it. Absent in a demo that was made without.
    #[serde(default)]
    vendor: Option<SocketAddr>,
}

/// What answers the calls; it stops when dropped.
struct Backends {
    echo: Echo,
    vendor: Option<Vendor>,
}

impl Backends {
    fn start() -> std::io::Result<Self> {
        Ok(Self { echo: Echo::start()?, vendor: Some(Vendor::start()?) })
    }

    /// Where they were before.
    fn start_at(kept: &Kept) -> std::io::Result<Self> {
        Ok(Self {
            echo: Echo::start_at(kept.backend)?,
            vendor: kept.vendor.map(Vendor::start_at).transpose()?,
        })
    }

    fn kept(&self) -> Kept {
        Kept { backend: self.echo.addr(), vendor: self.vendor.as_ref().map(Vendor::addr) }
    }

    fn addresses(&self) -> content::Addresses {
        let vendor = self.vendor.as_ref().map(Vendor::url).unwrap_or_default();
        content::Addresses { backend: self.echo.url(), vendor }
    }
}

pub async fn run(config: Config) -> Result<(), Failure> {
    let running = serve::start(&config).await?;
    let backends = prepare(&running).await?;
    running.control.announce(
        "This is a demo: people, APIs and traffic are made up. Calls go to a built-in backend and a simulated AI vendor.",
    );
    let end = serve::wait_for_end()?;
    serve::announce(&running).await?;
    end.await;
    drop(backends);
    running.stop().await
}

/// Starts the backends; fills the installation the first time.
async fn prepare(running: &Running) -> Result<Backends, Failure> {
    let control = &running.control;
    let kept: Option<Kept> = store::settings::get(&mut control.store().read().await?, KEY).await?;
    if let Some(kept) = kept {
        return Ok(Backends::start_at(&kept)?);
    }
    if !control::accounts::needs_setup(control).await? {
        return Err(Failure::new(
            "a demo needs an empty installation; choose another folder with --data-dir",
        ));
    }
    let backends = Backends::start()?;
    fill(control, &backends.addresses()).await?;
    let mut tx = control.store().begin().await?;
    store::settings::put(&mut tx, KEY, &backends.kept()).await?;
    tx.commit().await?;
    Ok(backends)
}

async fn fill(control: &Control, addresses: &content::Addresses) -> Result<(), Failure> {
    let password = control::keys::new_link_secret().chars().take(16).collect::<String>();
    let made = content::make(control, addresses, &password).await?;
    let calls = calls(&made, control.now())?;
    for batch in calls.chunks(1_000) {
        let mut tx = control.store().calls_begin().await?;
        let new = store::calls::insert(&mut tx, &CallRecord::of_all(batch)?).await?;
        store::usage::add(&mut tx, &new).await?;
        tx.commit().await?;
    }
    say(control, &made, calls.len(), &password)?;
    Ok(())
}

/// A week of calls to backends and to models, oldest first.
fn calls(made: &content::Made, now: domain::Time) -> Result<Vec<domain::calls::Call>, Failure> {
    let (_, catalogue) = crate::vendors::known()?;
    let mut calls = traffic::week(made, now);
    calls.extend(conversations::week(&made.models, &catalogue, now));
    calls.sort_by_key(|call| call.at);
    Ok(calls)
}

fn say(control: &Control, made: &content::Made, calls: usize, password: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "Made a demo with {calls} calls. Sign in at {}/sign-in with", control.portal_url())?;
    for (who, email) in content::PEOPLE {
        writeln!(out, "  {email:24} ({who})")?;
    }
    writeln!(out, "and the password  {password}  (shown this once)")?;
    for (application, key) in &made.keys {
        writeln!(out, "Key of {application}: {key}")?;
    }
    let aliases: Vec<_> = models::ALIASES.iter().map(|(name, _)| *name).collect();
    writeln!(
        out,
        "Clients of OpenAI with that of {} and the base URL {}/models/v1 may ask for the models {}: a simulated vendor answers.",
        models::APPLICATION,
        control.gateway_url(),
        aliases.join(", ")
    )
}

//! What the gateway serves, kept in the data folder, so that it starts without its database.
//!
//! A file of JSON lines: parts of a configuration, and after them the change mark up to which all lines above are
//! true. It begins with the whole state; each change is appended. What stands after the last mark was not written to
//! its end, and does not count. When what was appended has grown larger than the state, the file is written anew.

use crate::data_dir::create_private;
use domain::gateway_config::{
    GatewayApi, GatewayBudget, GatewayConfig, GatewayCredential, GatewayProvider, GatewaySubscription,
    GatewayUpdate, Part,
};
use domain::ids::{ApiId, ApplicationId, BudgetId, ProviderId};
use domain::settings::UnknownPrice;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::path::PathBuf;

/// Up to so many bytes of changes are left beside the state, however small it is.
const SMALL: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Part(Box<Part>),
    /// A change mark.
    Mark(i64),
}

/// The file.
pub struct Kept {
    path: PathBuf,
    /// None until a state was written: changes to what an earlier process wrote are not known to fit it.
    open: Option<Open>,
}

struct Open {
    file: File,
    /// Bytes.
    state: u64,
    appended: u64,
}

impl Kept {
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path, open: None }
    }

    /// The state as of the last mark; `None` when nothing was kept.
    pub fn read(&self) -> io::Result<Option<GatewayConfig>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut state = State::default();
        let mut unmarked = Vec::new();
        let mut reader = BufReader::new(file);
        let mut text = Vec::new();
        loop {
            text.clear();
            reader.read_until(b'\n', &mut text)?;
            // the line that was being written at the end
            let Some(line) = text.strip_suffix(b"\n") else { break };
            match serde_json::from_slice(line).map_err(io::Error::other)? {
                Line::Part(part) => unmarked.push(*part),
                Line::Mark(sequence) => {
                    unmarked.drain(..).for_each(|part| state.put(part));
                    state.sequence = Some(sequence);
                }
            }
        }
        Ok(state.into_config())
    }

    /// Keeps the whole state, in the place of what was kept.
    pub fn write(&mut self, config: &GatewayConfig) -> io::Result<()> {
        self.open = None;
        let beside = self.path.with_extension("new");
        let mut out = BufWriter::new(create_private(&beside)?);
        for api in &config.apis {
            line(&mut out, &Line::Part(Box::new(Part::Api(api.clone()))))?;
        }
        for credential in &config.credentials {
            line(&mut out, &Line::Part(Box::new(Part::Credential(credential.clone()))))?;
        }
        for subscription in &config.subscriptions {
            line(&mut out, &Line::Part(Box::new(Part::Subscription(subscription.clone()))))?;
        }
        for provider in &config.providers {
            line(&mut out, &Line::Part(Box::new(Part::Provider(provider.clone()))))?;
        }
        for budget in &config.budgets {
            line(&mut out, &Line::Part(Box::new(Part::Budget(budget.clone()))))?;
        }
        line(&mut out, &Line::Part(Box::new(Part::UnknownPrice(config.unknown_price))))?;
        line(&mut out, &Line::Mark(config.sequence))?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        let state = file.metadata()?.len();
        self.open = Some(Open { file, state, appended: 0 });
        Ok(())
    }

    /// Keeps a change. After an error, and before the first [`Kept::write`], nothing but a whole state can be kept:
    /// `false` asks for one.
    pub fn append(&mut self, update: &GatewayUpdate) -> io::Result<bool> {
        let Some(mut open) = self.open.take() else { return Ok(false) };
        let mut text = Vec::new();
        for part in &update.parts {
            line(&mut text, &Line::Part(Box::new(part.clone())))?;
        }
        line(&mut text, &Line::Mark(update.sequence))?;
        open.file.write_all(&text)?;
        open.file.sync_data()?;
        open.appended += text.len() as u64;
        self.open = Some(open);
        Ok(true)
    }

    /// Writes the file anew if most of it is changes.
    pub fn compact(&mut self) -> io::Result<()> {
        if self.open.as_ref().is_some_and(|open| open.appended > open.state.max(SMALL))
            && let Some(config) = self.read()?
        {
            self.write(&config)?;
        }
        Ok(())
    }
}

fn line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// What the lines say so far.
#[derive(Default)]
struct State {
    sequence: Option<i64>,
    apis: BTreeMap<ApiId, GatewayApi>,
    /// By their hashes.
    credentials: BTreeMap<String, GatewayCredential>,
    subscriptions: BTreeMap<(ApplicationId, ApiId), GatewaySubscription>,
    providers: BTreeMap<ProviderId, GatewayProvider>,
    budgets: BTreeMap<BudgetId, GatewayBudget>,
    unknown_price: UnknownPrice,
}

impl State {
    fn put(&mut self, part: Part) {
        match part {
            Part::Api(api) => drop(self.apis.insert(api.id.clone(), api)),
            Part::NoApi(id) => drop(self.apis.remove(&id)),
            Part::NoApplication(id) => {
                self.credentials.retain(|_, credential| credential.application != id);
                self.subscriptions.retain(|(application, _), _| *application != id);
            }
            Part::Credential(credential) => {
                self.credentials.insert(credential.hash.clone(), credential);
            }
            Part::NoCredential(hash) => drop(self.credentials.remove(&hash)),
            Part::Subscription(subscription) => {
                let pair = (subscription.application.clone(), subscription.api.clone());
                self.subscriptions.insert(pair, subscription);
            }
            Part::NoSubscription(application, api) => {
                self.subscriptions.remove(&(application, api));
            }
            Part::Provider(provider) => {
                self.providers.insert(provider.id.clone(), provider);
            }
            Part::NoProvider(id) => {
                self.providers.remove(&id);
            }
            Part::Budget(budget) => {
                self.budgets.insert(budget.id.clone(), budget);
            }
            Part::NoBudget(id) => {
                self.budgets.remove(&id);
            }
            Part::UnknownPrice(unknown_price) => self.unknown_price = unknown_price,
        }
    }

    fn into_config(self) -> Option<GatewayConfig> {
        Some(GatewayConfig {
            sequence: self.sequence?,
            apis: self.apis.into_values().collect(),
            credentials: self.credentials.into_values().collect(),
            subscriptions: self.subscriptions.into_values().collect(),
            providers: self.providers.into_values().collect(),
            budgets: self.budgets.into_values().collect(),
            unknown_price: self.unknown_price,
        })
    }
}

#[cfg(test)]
mod tests;

//! Settings of the process: file < environment < flags, read once, checked before anything starts.

use crate::commands::Failure;
use control::keys::MasterKey;
use domain::net::{OutboundGuard, local_ranges};
use ipnet::IpNet;
use journal::Durability;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store::Address;

/// What can be set, as text; every field may be left out.
#[derive(clap::Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `SQLite` files, journal, snapshot and master key [default: ./data]
    #[arg(long, global = true, env = "GATEHOUSE_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// sqlite:PATH or postgres://… [default: a file in the data folder]
    #[arg(long, global = true, env = "GATEHOUSE_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Portal and management API [default: 127.0.0.1:3000]
    #[arg(long, global = true, env = "GATEHOUSE_PORTAL_LISTEN", value_name = "ADDRESS")]
    pub portal_listen: Option<String>,
    /// Data plane [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "GATEHOUSE_GATEWAY_LISTEN", value_name = "ADDRESS")]
    pub gateway_listen: Option<String>,
    /// Health and metrics [default: 127.0.0.1:9090]
    #[arg(long, global = true, env = "GATEHOUSE_ADMIN_LISTEN", value_name = "ADDRESS")]
    pub admin_listen: Option<String>,
    /// Threads of the data plane [default: one for each core]
    #[arg(long, global = true, env = "GATEHOUSE_GATEWAY_THREADS", value_name = "N")]
    pub gateway_threads: Option<usize>,
    /// What a call on record survives: `normal`, a killed process, and a power cut after 20 ms; `strict`, a power cut
    /// too, and answers wait for the disk [default: normal]
    #[arg(long, global = true, env = "GATEHOUSE_DURABILITY", value_name = "NAME")]
    pub durability: Option<String>,
    /// How people reach the portal [default: from the listener]
    #[arg(long, global = true, env = "GATEHOUSE_PORTAL_URL", value_name = "URL")]
    pub portal_url: Option<String>,
    /// How programs reach the gateway [default: from the listener]
    #[arg(long, global = true, env = "GATEHOUSE_GATEWAY_URL", value_name = "URL")]
    pub gateway_url: Option<String>,
    /// 32 bytes in base64 [default: a file in the data folder]
    #[arg(skip)]
    pub master_key: Option<String>,
    /// Private ranges that upstreams may reach, separated by commas [default: loopback and private ranges while every
    /// listener is on loopback, else none]
    #[arg(long, global = true, env = "GATEHOUSE_OUTBOUND_ALLOW", value_name = "CIDRS")]
    pub outbound_allow: Option<String>,
    /// Tracing filter [default: info]
    #[arg(long, global = true, env = "GATEHOUSE_LOG", value_name = "FILTER")]
    pub log: Option<String>,
}

impl Settings {
    fn or(self, file: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(file.data_dir),
            database_url: self.database_url.or(file.database_url),
            portal_listen: self.portal_listen.or(file.portal_listen),
            gateway_listen: self.gateway_listen.or(file.gateway_listen),
            admin_listen: self.admin_listen.or(file.admin_listen),
            gateway_threads: self.gateway_threads.or(file.gateway_threads),
            durability: self.durability.or(file.durability),
            portal_url: self.portal_url.or(file.portal_url),
            gateway_url: self.gateway_url.or(file.gateway_url),
            master_key: self.master_key.or(file.master_key),
            outbound_allow: self.outbound_allow.or(file.outbound_allow),
            log: self.log.or(file.log),
        }
    }
}

/// Checked settings.
pub struct Config {
    pub data_dir: PathBuf,
    pub database: Address,
    /// The database address without its password.
    pub database_shown: String,
    pub portal_listen: SocketAddr,
    pub gateway_listen: SocketAddr,
    pub admin_listen: SocketAddr,
    pub gateway_threads: usize,
    pub durability: Durability,
    pub portal_url: Option<String>,
    pub gateway_url: Option<String>,
    /// From the environment or the file; absent: from the data folder.
    pub master_key: Option<MasterKey>,
    pub outbound_allow: Vec<IpNet>,
    pub log: String,
}

impl Config {
    /// Reads the file, if there is one, and checks everything.
    pub fn load(settings: Settings, file: Option<&Path>) -> Result<Self, Failure> {
        let settings = match file {
            None => settings,
            Some(path) => settings.or(read_file(path)?),
        };
        Self::check(settings, master_key_from_environment())
    }

    fn check(settings: Settings, environment_key: Option<String>) -> Result<Self, Failure> {
        let data_dir = settings.data_dir.unwrap_or_else(|| PathBuf::from("./data"));
        let url = settings
            .database_url
            .unwrap_or_else(|| format!("sqlite:{}", data_dir.join("gatehouse.db").display()));
        let database = url
            .parse()
            .map_err(|_| bad("database_url", "expected sqlite:PATH or postgres://user@host/name"))?;
        let portal_listen = listen("portal_listen", settings.portal_listen, "127.0.0.1:3000")?;
        let gateway_listen = listen("gateway_listen", settings.gateway_listen, "127.0.0.1:8080")?;
        let admin_listen = listen("admin_listen", settings.admin_listen, "127.0.0.1:9090")?;
        let trying_out =
            [portal_listen, gateway_listen, admin_listen].iter().all(|address| address.ip().is_loopback());
        let outbound_allow = match settings.outbound_allow {
            Some(text) => ranges(&text)?,
            None if trying_out => local_ranges(),
            None => Vec::new(),
        };
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let gateway_threads = settings.gateway_threads.unwrap_or(cores);
        if !(1..=256).contains(&gateway_threads) {
            return Err(bad("gateway_threads", "expected 1 to 256"));
        }
        let key = environment_key.or(settings.master_key);
        let master_key = key.map(|text| MasterKey::parse(&text)).transpose();
        Ok(Self {
            data_dir,
            database_shown: mask(&url),
            database,
            portal_listen,
            gateway_listen,
            admin_listen,
            gateway_threads,
            durability: durability(settings.durability.as_deref())?,
            portal_url: public_url("portal_url", settings.portal_url)?,
            gateway_url: public_url("gateway_url", settings.gateway_url)?,
            master_key: master_key.map_err(|error| bad("master_key", error.to_string()))?,
            outbound_allow,
            log: settings.log.unwrap_or_else(|| "info".to_owned()),
        })
    }

    /// The guard of every outbound call, once the listeners are bound.
    #[must_use]
    pub fn outbound_guard(&self, own_listeners: Vec<SocketAddr>) -> OutboundGuard {
        OutboundGuard { allow: self.outbound_allow.clone(), own_listeners }
    }
}

fn durability(name: Option<&str>) -> Result<Durability, Failure> {
    match name {
        None | Some("normal") => Ok(Durability::Normal),
        Some("strict") => Ok(Durability::Strict),
        Some(_) => Err(bad("durability", "expected normal or strict")),
    }
}

#[expect(clippy::disallowed_methods, reason = "a secret does not belong among flags, which other users see")]
fn master_key_from_environment() -> Option<String> {
    std::env::var("GATEHOUSE_MASTER_KEY").ok()
}

fn read_file(path: &Path) -> Result<Settings, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

fn bad(field: &str, message: impl std::fmt::Display) -> Failure {
    Failure::new(format!(
        "{field}: {message} (flag --{}, environment GATEHOUSE_{})",
        field.replace('_', "-"),
        field.to_uppercase()
    ))
}

fn listen(field: &str, text: Option<String>, default: &str) -> Result<SocketAddr, Failure> {
    let text = text.unwrap_or_else(|| default.to_owned());
    text.parse().map_err(|_| bad(field, format!("expected an address like {default}, got {text:?}")))
}

fn ranges(text: &str) -> Result<Vec<IpNet>, Failure> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let one = || part.parse().ok().map(|ip: std::net::IpAddr| IpNet::from(ip));
            part.parse().ok().or_else(one).ok_or_else(|| {
                bad("outbound_allow", format!("expected ranges like 10.2.0.0/16, got {part:?}"))
            })
        })
        .collect()
}

fn public_url(field: &str, text: Option<String>) -> Result<Option<String>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let url: domain::upstream::UpstreamUrl = text.parse().map_err(|error| bad(field, error))?;
    Ok(Some(url.to_string().trim_end_matches('/').to_owned()))
}

/// `postgres://user:secret@host/name` without the secret.
fn mask(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{scheme}://{user}:***@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(settings: Settings) -> Result<Config, Failure> {
        Config::check(settings, None)
    }

    #[test]
    fn private_ranges_are_open_only_while_everything_is_on_loopback() {
        assert_eq!(
            check(Settings::default()).unwrap_or_else(|_| unreachable!()).outbound_allow,
            local_ranges()
        );
        let public = Settings { gateway_listen: Some("0.0.0.0:8080".to_owned()), ..Settings::default() };
        assert_eq!(check(public).map(|config| config.outbound_allow.len()).ok(), Some(0));
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let file: Settings = toml::from_str("log = 'debug'\ngateway_threads = 3").unwrap();
        let merged = Settings { log: Some("warn".to_owned()), ..Settings::default() }.or(file);
        assert_eq!((merged.log.as_deref(), merged.gateway_threads), (Some("warn"), Some(3)));
        assert!(toml::from_str::<Settings>("nonsense = 1").is_err());
    }

    #[test]
    fn calls_survive_a_power_cut_at_once_when_that_is_asked_for() {
        let strict = Settings { durability: Some("strict".into()), ..Settings::default() };
        assert_eq!(check(strict).map(|config| config.durability).ok(), Some(Durability::Strict));
        assert_eq!(check(Settings::default()).map(|config| config.durability).ok(), Some(Durability::Normal));
    }

    #[test]
    fn wrong_values_name_their_field() {
        for (settings, field) in [
            (Settings { portal_listen: Some("x".into()), ..Settings::default() }, "portal_listen"),
            (Settings { gateway_threads: Some(0), ..Settings::default() }, "gateway_threads"),
            (Settings { durability: Some("eternal".into()), ..Settings::default() }, "durability"),
            (Settings { outbound_allow: Some("10/8x".into()), ..Settings::default() }, "outbound_allow"),
            (Settings { database_url: Some("mysql://x".into()), ..Settings::default() }, "database_url"),
            (Settings { portal_url: Some("portal".into()), ..Settings::default() }, "portal_url"),
        ] {
            let message = check(settings).err().map(|failure| failure.to_string()).unwrap_or_default();
            assert!(message.starts_with(field), "{message}");
        }
    }

    #[test]
    fn passwords_are_masked() {
        assert_eq!(mask("postgres://ada:p@ss@db/x"), "postgres://ada:***@db/x");
        assert_eq!(mask("sqlite:data/x.db"), "sqlite:data/x.db");
    }
}

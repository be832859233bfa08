//! Settings of the process: file < environment < flags, read once, checked before anything starts.

mod intake;
mod masked;
mod observation;
mod settings;
mod values;

pub use intake::Intake;
pub use observation::Observation;
pub use settings::Settings;

use crate::commands::Failure;
use crate::interfaces;
use control::keys::MasterKey;
use domain::net::{OutboundGuard, local_ranges};
use ipnet::IpNet;
use journal::Durability;
use masked::mask;
use rustls::pki_types::CertificateDer;
use settings::{master_key_from_environment, read_file, service_name_from_environment};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store::Address;
use values::{bad, certificates, durability, filter, listen, ranges, threads, url_or_guess};

/// Checked settings.
pub struct Config {
    pub data_dir: PathBuf,
    pub database: Address,
    /// The database address without its password.
    pub database_shown: String,
    pub portal_listen: SocketAddr,
    pub gateway_listen: SocketAddr,
    /// Where it speaks TLS, if anywhere.
    pub gateway_tls_listen: Option<SocketAddr>,
    /// Where its certificates are.
    pub gateway_tls_dir: PathBuf,
    pub admin_listen: SocketAddr,
    pub gateway_threads: usize,
    pub portal_url: Option<String>,
    pub gateway_url: Option<String>,
    /// From the environment or the file; absent: from the data folder.
    pub master_key: Option<MasterKey>,
    pub outbound_allow: Vec<IpNet>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub upstream_ca_file: Option<PathBuf>,
    /// What is in that file.
    pub upstream_roots: Vec<CertificateDer<'static>>,
    pub intake: Intake,
    pub journal_durability: Durability,
    pub observation: Observation,
    /// A filter that can be read.
    pub log: String,
    /// What works, though perhaps not as meant.
    pub warnings: Vec<String>,
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
        let observation = Observation::check(&settings, service_name_from_environment())?;
        let intake = Intake::check(&settings)?;
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
        let secure = settings.gateway_tls_listen.map(Some);
        let gateway_tls_listen =
            secure.map(|text| listen("gateway_tls_listen", text, "0.0.0.0:8443")).transpose()?;
        let listeners = [portal_listen, gateway_listen, admin_listen].into_iter().chain(gateway_tls_listen);
        let trying_out = listeners.into_iter().all(|address| address.ip().is_loopback());
        let outbound_allow = match settings.outbound_allow {
            None if trying_out => local_ranges(),
            text => ranges("outbound_allow", text)?,
        };
        let mut warnings = Vec::new();
        let portal_url = url_or_guess("portal_url", settings.portal_url, portal_listen, &mut warnings)?;
        let gateway_url = url_or_guess("gateway_url", settings.gateway_url, gateway_listen, &mut warnings)?;
        let key = environment_key.or(settings.master_key);
        let master_key = key.map(|text| MasterKey::parse(&text)).transpose();
        Ok(Self {
            gateway_tls_listen,
            gateway_tls_dir: settings.gateway_tls_dir.unwrap_or_else(|| data_dir.join("certificates")),
            data_dir,
            database_shown: mask(&url),
            database,
            portal_listen,
            gateway_listen,
            admin_listen,
            gateway_threads: threads(settings.gateway_threads)?,
            portal_url,
            gateway_url,
            master_key: master_key.map_err(|error| bad("master_key", error.to_string()))?,
            outbound_allow,
            trusted_proxies: ranges("trusted_proxies", settings.trusted_proxies)?,
            upstream_roots: certificates(settings.upstream_ca_file.as_deref())?,
            upstream_ca_file: settings.upstream_ca_file,
            intake,
            journal_durability: durability(settings.journal_durability.as_deref())?,
            observation,
            log: filter(settings.log.unwrap_or_else(|| "info".to_owned()))?,
            warnings,
        })
    }

    /// The guard of every outbound call, once the listeners are bound.
    #[must_use]
    pub fn outbound_guard(&self, own_listeners: Vec<SocketAddr>) -> OutboundGuard {
        let own_listeners = interfaces::spelled_out(own_listeners, &interfaces::addresses());
        OutboundGuard { allow: self.outbound_allow.clone(), own_listeners }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::net::AddressRefused;
    use std::net::IpAddr;

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
    fn a_portal_on_every_address_warns_until_it_is_told_its_url() {
        let open = Settings { portal_listen: Some("0.0.0.0:3000".to_owned()), ..Settings::default() };
        let warned = check(open.clone()).unwrap_or_else(|_| unreachable!()).warnings;
        assert!(warned.len() == 1 && warned[0].contains("GATEHOUSE_PORTAL_URL"), "{warned:?}");
        let told = Settings { portal_url: Some("http://gatehouse.lan:3000".to_owned()), ..open };
        let told = check(told).unwrap_or_else(|_| unreachable!());
        assert_eq!((told.portal_url.as_deref(), told.warnings.len()), (Some("http://gatehouse.lan:3000"), 0));
    }

    #[test]
    fn a_listener_on_every_address_is_ours_on_each_of_them() {
        let settings = Settings { outbound_allow: Some("0.0.0.0/0,::/0".to_owned()), ..Settings::default() };
        let guard = check(settings).unwrap_or_else(|_| unreachable!()).outbound_guard(vec![
            "0.0.0.0:3000".parse().unwrap(),
            "[::]:9090".parse().unwrap(),
            "127.0.0.1:8080".parse().unwrap(),
        ]);
        let machine = interfaces::addresses();
        assert!(machine.contains(&IpAddr::from([127, 0, 0, 1])), "{machine:?}");
        for ip in machine {
            for port in [3000, 9090] {
                let refused = guard.check(SocketAddr::new(ip, port));
                assert!(matches!(refused, Err(AddressRefused::OwnListener(_))), "{ip}: {refused:?}");
            }
            let free = guard.check(SocketAddr::new(ip, 8000));
            assert!(!matches!(free, Err(AddressRefused::OwnListener(_))), "{ip}: {free:?}");
        }
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let file: Settings = toml::from_str("log = 'debug'\ngateway_threads = 3").unwrap();
        let merged = Settings { log: Some("warn".to_owned()), ..Settings::default() }.or(file);
        assert_eq!((merged.log.as_deref(), merged.gateway_threads), (Some("warn"), Some(3)));
        assert!(toml::from_str::<Settings>("nonsense = 1").is_err());
    }

    #[test]
    fn wrong_values_name_their_field() {
        for (settings, field) in [
            (Settings { portal_listen: Some("x".into()), ..Settings::default() }, "portal_listen"),
            (Settings { gateway_threads: Some(0), ..Settings::default() }, "gateway_threads"),
            (
                Settings { gateway_threads: Some(129), ..Settings::default() },
                "gateway_threads: expected 1 to 128",
            ),
            (Settings { trusted_proxies: Some("proxy".into()), ..Settings::default() }, "trusted_proxies"),
            (
                Settings { upstream_ca_file: Some("/dev/null".into()), ..Settings::default() },
                "upstream_ca_file",
            ),
            (
                Settings { upstream_ca_file: Some("/nowhere".into()), ..Settings::default() },
                "upstream_ca_file",
            ),
            (Settings { max_connections: Some(0), ..Settings::default() }, "max_connections"),
            (Settings { access_log: Some("/var/log/".into()), ..Settings::default() }, "access_log"),
            (Settings { trace_ratio: Some(1.5), ..Settings::default() }, "trace_ratio"),
            (
                Settings { otlp_endpoint: Some("collector:4318".into()), ..Settings::default() },
                "otlp_endpoint",
            ),
            (Settings { otlp_endpoint: Some("http://a:b@c".into()), ..Settings::default() }, "otlp_endpoint"),
            (Settings { metrics_series: Some(0), ..Settings::default() }, "metrics_series"),
            (Settings { max_calls: Some(0), ..Settings::default() }, "max_calls"),
            (Settings { max_body_bytes: Some(u64::MAX), ..Settings::default() }, "max_body_bytes"),
            (
                Settings { journal_durability: Some("lax".into()), ..Settings::default() },
                "journal_durability",
            ),
            (Settings { outbound_allow: Some("10/8x".into()), ..Settings::default() }, "outbound_allow"),
            (Settings { database_url: Some("mysql://x".into()), ..Settings::default() }, "database_url"),
            (Settings { portal_url: Some("portal".into()), ..Settings::default() }, "portal_url"),
            (Settings { log: Some("gateway=loud".into()), ..Settings::default() }, "log"),
        ] {
            let message = check(settings).err().map(|failure| failure.to_string()).unwrap_or_default();
            assert!(message.starts_with(field), "{message}");
        }
    }
}

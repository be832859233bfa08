//! What can be set, before it is checked: flags, the environment and a file.

use crate::commands::Failure;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What can be set, as text; every field may be left out. No `Debug`: there are secrets in it.
#[derive(clap::Args, Clone, Default, Deserialize)]
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
    /// Data plane with TLS [default: none]
    #[arg(long, global = true, env = "GATEHOUSE_GATEWAY_TLS_LISTEN", value_name = "ADDRESS")]
    pub gateway_tls_listen: Option<String>,
    /// Pairs of name.pem and name.key for it [default: certificates in the data folder]
    #[arg(long, global = true, env = "GATEHOUSE_GATEWAY_TLS_DIR", value_name = "DIR")]
    pub gateway_tls_dir: Option<PathBuf>,
    /// Health and metrics [default: 127.0.0.1:9090]
    #[arg(long, global = true, env = "GATEHOUSE_ADMIN_LISTEN", value_name = "ADDRESS")]
    pub admin_listen: Option<String>,
    /// Threads of the data plane [default: one for each core]
    #[arg(long, global = true, env = "GATEHOUSE_GATEWAY_THREADS", value_name = "N")]
    pub gateway_threads: Option<usize>,
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
    /// Proxies in front of us whose X-Forwarded-For is believed, ranges separated by commas [default: none]
    #[arg(long, global = true, env = "GATEHOUSE_TRUSTED_PROXIES", value_name = "CIDRS")]
    pub trusted_proxies: Option<String>,
    /// Authorities that upstreams' certificates may come from besides the public ones, as PEM
    #[arg(long, global = true, env = "GATEHOUSE_UPSTREAM_CA_FILE", value_name = "FILE")]
    pub upstream_ca_file: Option<PathBuf>,
    /// Connections of the data plane at the same time [default: 10000]
    #[arg(long, global = true, env = "GATEHOUSE_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<usize>,
    /// Connections of one address, or behind a trusted proxy its calls at the same time [default: 512]
    #[arg(long, global = true, env = "GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub max_connections_per_address: Option<usize>,
    /// Calls of the data plane at the same time; further ones are refused with 503 [default: 10000]
    #[arg(long, global = true, env = "GATEHOUSE_MAX_CALLS", value_name = "N")]
    pub max_calls: Option<usize>,
    /// Largest request body that the data plane takes, in bytes [default: 10485760]
    #[arg(long, global = true, env = "GATEHOUSE_MAX_BODY_BYTES", value_name = "BYTES")]
    pub max_body_bytes: Option<u64>,
    /// Largest request body of calls to models, in bytes [default: 33554432]
    #[arg(long, global = true, env = "GATEHOUSE_MAX_AI_BODY_BYTES", value_name = "BYTES")]
    pub max_ai_body_bytes: Option<u64>,
    /// Largest head of a request, in bytes; one field, and a head in HTTP/2, may have half of it [default: 32768]
    #[arg(long, global = true, env = "GATEHOUSE_MAX_HEAD_BYTES", value_name = "BYTES")]
    pub max_head_bytes: Option<usize>,
    /// Fields in the head of a request [default: 100]
    #[arg(long, global = true, env = "GATEHOUSE_MAX_HEAD_FIELDS", value_name = "N")]
    pub max_head_fields: Option<usize>,
    /// How long a client may take for its TLS handshake [default: 5000]
    #[arg(long, global = true, env = "GATEHOUSE_CLIENT_HANDSHAKE_MS", value_name = "MS")]
    pub client_handshake_ms: Option<u64>,
    /// How long a client may take to say something [default: 10000]
    #[arg(long, global = true, env = "GATEHOUSE_CLIENT_FIRST_BYTE_MS", value_name = "MS")]
    pub client_first_byte_ms: Option<u64>,
    /// How long a client may take for the head of a request, in total [default: 10000]
    #[arg(long, global = true, env = "GATEHOUSE_CLIENT_HEAD_MS", value_name = "MS")]
    pub client_head_ms: Option<u64>,
    /// How long a client may send nothing of a body, or take nothing of an answer [default: 30000]
    #[arg(long, global = true, env = "GATEHOUSE_CLIENT_BODY_IDLE_MS", value_name = "MS")]
    pub client_body_idle_ms: Option<u64>,
    /// How long a client may keep a connection between requests [default: 60000]
    #[arg(long, global = true, env = "GATEHOUSE_CLIENT_KEEP_ALIVE_MS", value_name = "MS")]
    pub client_keep_alive_ms: Option<u64>,
    /// What a power cut may cost: normal (20 ms of calls) or strict (none, each call waits for the disk) [default: normal]
    #[arg(long, global = true, env = "GATEHOUSE_JOURNAL_DURABILITY", value_name = "MODE")]
    pub journal_durability: Option<String>,
    /// Routes whose calls are counted each for itself in /metrics [default: 2000]
    #[arg(long, global = true, env = "GATEHOUSE_METRICS_SERIES", value_name = "N")]
    pub metrics_series: Option<usize>,
    /// One JSON line for each call: off, stdout, or the path of a file [default: off]
    #[arg(long, global = true, env = "GATEHOUSE_ACCESS_LOG", value_name = "WHERE")]
    pub access_log: Option<String>,
    /// Where spans go (OTLP over HTTP), like http://collector:4318 [default: nowhere]
    #[arg(long, global = true, env = "GATEHOUSE_OTLP_ENDPOINT", value_name = "URL")]
    pub otlp_endpoint: Option<String>,
    /// How many of the traces that begin here are sampled, 0 to 1 [default: 0.01]
    #[arg(long, global = true, env = "GATEHOUSE_TRACE_RATIO", value_name = "RATIO")]
    pub trace_ratio: Option<f64>,
    /// Tracing filter [default: info]
    #[arg(long, global = true, env = "GATEHOUSE_LOG", value_name = "FILTER")]
    pub log: Option<String>,
}

impl Settings {
    /// What is set here, else what is set in the file.
    pub(super) fn or(self, file: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(file.data_dir),
            database_url: self.database_url.or(file.database_url),
            portal_listen: self.portal_listen.or(file.portal_listen),
            gateway_listen: self.gateway_listen.or(file.gateway_listen),
            gateway_tls_listen: self.gateway_tls_listen.or(file.gateway_tls_listen),
            gateway_tls_dir: self.gateway_tls_dir.or(file.gateway_tls_dir),
            admin_listen: self.admin_listen.or(file.admin_listen),
            gateway_threads: self.gateway_threads.or(file.gateway_threads),
            portal_url: self.portal_url.or(file.portal_url),
            gateway_url: self.gateway_url.or(file.gateway_url),
            master_key: self.master_key.or(file.master_key),
            outbound_allow: self.outbound_allow.or(file.outbound_allow),
            trusted_proxies: self.trusted_proxies.or(file.trusted_proxies),
            upstream_ca_file: self.upstream_ca_file.or(file.upstream_ca_file),
            max_connections: self.max_connections.or(file.max_connections),
            max_connections_per_address: self
                .max_connections_per_address
                .or(file.max_connections_per_address),
            max_calls: self.max_calls.or(file.max_calls),
            max_body_bytes: self.max_body_bytes.or(file.max_body_bytes),
            max_ai_body_bytes: self.max_ai_body_bytes.or(file.max_ai_body_bytes),
            max_head_bytes: self.max_head_bytes.or(file.max_head_bytes),
            max_head_fields: self.max_head_fields.or(file.max_head_fields),
            client_handshake_ms: self.client_handshake_ms.or(file.client_handshake_ms),
            client_first_byte_ms: self.client_first_byte_ms.or(file.client_first_byte_ms),
            client_head_ms: self.client_head_ms.or(file.client_head_ms),
            client_body_idle_ms: self.client_body_idle_ms.or(file.client_body_idle_ms),
            client_keep_alive_ms: self.client_keep_alive_ms.or(file.client_keep_alive_ms),
            journal_durability: self.journal_durability.or(file.journal_durability),
            metrics_series: self.metrics_series.or(file.metrics_series),
            access_log: self.access_log.or(file.access_log),
            otlp_endpoint: self.otlp_endpoint.or(file.otlp_endpoint),
            trace_ratio: self.trace_ratio.or(file.trace_ratio),
            log: self.log.or(file.log),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a secret does not belong among flags, which other users see")]
pub(super) fn master_key_from_environment() -> Option<String> {
    std::env::var("GATEHOUSE_MASTER_KEY").ok()
}

#[expect(clippy::disallowed_methods, reason = "this is where settings are read; the name is OpenTelemetry's")]
pub(super) fn service_name_from_environment() -> Option<String> {
    std::env::var("OTEL_SERVICE_NAME").ok()
}

pub(super) fn read_file(path: &Path) -> Result<Settings, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| Failure::new(format!("{}{}", path.display(), told(&error, &text))))
}

/// What is wrong in which line, and never what stands there: it may be a secret.
fn told(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| format!(" line {}", before.matches('\n').count() + 1));
    let message = error.message().replace('\n', ", ");
    // serde quotes the value that has the wrong type
    let message = match message.rsplit_once(", expected ") {
        Some((said, expected)) if said.starts_with("invalid ") => format!("expected {expected}"),
        _ => message,
    };
    format!("{}: {message}", line.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_read_is_told_of_in_one_line_without_its_content() {
        for (text, expected) in [
            ("log = 'info'\nmaster_key = hunter2", "line 2: "),
            ("database_url = 'postgres://ada:hunter2@db/x", "line 1: "),
            ("\n\ngateway_threads = 'hunter2'", "line 3: expected usize"),
            ("master_key = ['hunter2']", "line 1: expected a string"),
            ("log = 'info'\n# and\n\ndata_base = 'hunter2'", "line 4: unknown field `data_base`"),
            ("log = 'info'\nlog = 'hunter2'", "line 2: duplicate key"),
            ("hunter2", "line 1: "),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("gatehouse.toml");
            std::fs::write(&path, text).unwrap();
            let said = read_file(&path).err().expect(text).to_string();
            assert!(said.contains(&format!("gatehouse.toml {expected}")), "{text}: {said}");
            assert!(!said.contains("hunter2") && said.lines().count() == 1, "{text}: {said}");
        }
    }
}

//! Whom a version trusts as its backend, and what it shows there. The rest of the upstream stays as it is.

use super::draft::change;
use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::versions;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::text::VersionName;
use domain::upstream::{UpstreamInput, UpstreamTls};
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is empty is absent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TlsFields {
    pub ca: String,
    pub client_certificate: String,
    pub server_name: String,
}

impl TlsFields {
    fn read(self) -> Result<UpstreamTls, Invalid> {
        let mut check = Check::new();
        let client_certificate =
            check.parse_optional("upstream.tls.client_certificate", &self.client_certificate);
        let server_name = check.parse_optional("upstream.tls.server_name", &self.server_name);
        check.done(|| Some(UpstreamTls { ca: Some(self.ca), client_certificate, server_name }.tidied()))
    }
}

#[server(prefix = "/api", endpoint = "versions/tls")]
pub async fn tls(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: TlsFields,
) -> Result<Done, AppError> {
    let stored = versions::get(&control(), &actor(), &api, &version).await?.draft.upstream;
    let input = UpstreamInput { tls: Some(fields.read()?), ..stored.into() };
    change(&api, &version, UpdateDraft { upstream: Some(input), ..UpdateDraft::default() }).await
}

//! The client certificates that live versions show to their backends.

use std::collections::{BTreeSet, HashMap};

use domain::gateway_config::{GatewayCertificate, GatewayVersion};
use domain::ids::CertificateId;

use crate::error::Result;
use crate::exec::{Conn, Row, sql};

/// Puts with each version the certificate that its configuration names, if it is there; `few` says that there are few
/// versions.
pub async fn attach<'a>(
    conn: &mut Conn,
    versions: impl Iterator<Item = &'a mut GatewayVersion>,
    few: bool,
) -> Result<()> {
    let mut showing: Vec<&mut GatewayVersion> = versions.filter(|version| named(version).is_some()).collect();
    if showing.is_empty() {
        return Ok(());
    }
    let select = sql("SELECT id, chain, private_key FROM certificates");
    let ids: BTreeSet<CertificateId> = showing.iter().filter_map(|version| named(version).cloned()).collect();
    let select = if few { select.filter_in("id", ids) } else { select };
    let found = conn.all(select, certificate).await?;
    let found: HashMap<CertificateId, GatewayCertificate> =
        found.into_iter().map(|certificate| (certificate.id.clone(), certificate)).collect();
    for version in &mut showing {
        version.certificate = named(version).and_then(|id| found.get(id)).cloned();
    }
    Ok(())
}

fn named(version: &GatewayVersion) -> Option<&CertificateId> {
    version.config.upstream.tls.client_certificate.as_ref()
}

fn certificate(row: &Row) -> Result<GatewayCertificate> {
    Ok(GatewayCertificate {
        id: row.get("id")?,
        chain: row.get("chain")?,
        private_key: row.get("private_key")?,
    })
}

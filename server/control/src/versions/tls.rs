//! Whom a version trusts, and what it shows to its backends.

use crate::certificates::check_authorities;
use crate::error::Result;
use domain::check::Check;
use domain::ids::TeamId;
use domain::upstream::UpstreamTls;
use store::Conn;

/// Refuses authorities that cannot be read, and a client certificate of another team, or of none.
pub(crate) async fn check_tls(conn: &mut Conn, team: &TeamId, tls: &UpstreamTls) -> Result<()> {
    let mut check = Check::new();
    if let Some(Err(message)) = tls.ca.as_deref().map(check_authorities) {
        check.error("upstream.tls.ca", message);
    }
    if let Some(id) = &tls.client_certificate {
        let found = store::certificates::get(conn, id).await?;
        let ours = found.is_some_and(|certificate| certificate.team == *team);
        check.require(
            ours,
            "upstream.tls.client_certificate",
            "expected a certificate of the team that owns the api",
        );
    }
    Ok(check.finish()?)
}

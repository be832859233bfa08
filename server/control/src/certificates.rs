//! Client certificates of a team, which its apis show to backends that ask who calls. The private key is sealed as
//! soon as it is here; no use case gives it back.

mod keys;
mod pair;

pub use keys::CertificateKeys;

use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::certificates::{
    Certificate, CertificateDetail, CertificateUse, CreateCertificate, ReplaceCertificate, UpdateCertificate,
};
use domain::gateway_config::Change;
use domain::ids::{CertificateId, TeamId};
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use pair::Facts;
use store::Conn;
use store::certificates::SealedPair;

pub(crate) use pair::check_authorities;

fn deed<'a>(action: &'a str, certificate: &'a Certificate) -> Deed<'a> {
    Deed {
        action,
        kind: "certificate",
        id: certificate.id.as_str(),
        name: &certificate.name,
        team: Some(&certificate.team),
    }
}

/// The certificate, for somebody who holds the permission in its team; who may not see it is told that there is none.
async fn open(
    conn: &mut Conn,
    actor: &Actor,
    id: &CertificateId,
    permission: Permission,
) -> Result<Certificate> {
    let certificate = store::certificates::get(conn, id).await?;
    let certificate = certificate.ok_or_else(|| Error::not_found("certificate"))?;
    actor.require_in(&certificate.team, permission, "certificate")?;
    Ok(certificate)
}

fn named_twice(error: store::Error) -> Error {
    let message = "the team has another certificate of this name";
    Error::from(error).at_constraint("certificates_team_name", "name", message)
}

/// The certificates of a team by name, expired ones too.
pub async fn list(
    control: &Control,
    actor: &Actor,
    team: &TeamId,
    page: &PageOf,
) -> Result<Page<Certificate>> {
    actor.require_in(team, Permission::ApisRead, "team")?;
    Ok(store::certificates::list(&mut control.store().read().await?, team, page).await?)
}

/// A certificate, and which versions show it.
pub async fn get(control: &Control, actor: &Actor, id: &CertificateId) -> Result<CertificateDetail> {
    let mut conn = control.store().read().await?;
    let certificate = open(&mut conn, actor, id, Permission::ApisRead).await?;
    let uses = store::certificates::uses(&mut conn, &certificate).await?;
    Ok(CertificateDetail { certificate, uses })
}

/// Keeps a chain with its key. One that has expired, or is not valid yet, is kept as well: it can be replaced.
pub async fn create(
    control: &Control,
    actor: &Actor,
    team: &TeamId,
    input: CreateCertificate,
) -> Result<Certificate> {
    actor.require_in(team, Permission::ApisPublish, "team")?;
    let input = input.check()?;
    let facts = pair::read(&input.chain, &input.private_key)?;
    let (id, now) = (control.new_id(CertificateId::from_parts), control.now());
    let sealed = control.certificate_keys().seal(&id, &input.private_key)?;
    let Facts { subject, issuer, not_before, not_after, fingerprint } = facts;
    let certificate = Certificate {
        id,
        team: team.clone(),
        name: input.name,
        subject,
        issuer,
        not_before,
        not_after,
        fingerprint,
        created_at: now,
        updated_at: now,
    };
    let mut tx = control.store().begin().await?;
    let pair = SealedPair { chain: input.chain.trim(), private_key: &sealed };
    store::certificates::insert(&mut tx, &certificate, pair).await.map_err(named_twice)?;
    let deed = deed("certificates.create", &certificate);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&certificate)).await?;
    control.commit(tx).await?;
    Ok(certificate)
}

/// Gives it another name.
pub async fn update(
    control: &Control,
    actor: &Actor,
    id: &CertificateId,
    input: UpdateCertificate,
) -> Result<Certificate> {
    let mut tx = control.store().begin().await?;
    let before = open(&mut tx, actor, id, Permission::ApisPublish).await?;
    let UpdateCertificate { name } = input.check()?;
    let after = Certificate { name, updated_at: control.now(), ..before.clone() };
    store::certificates::update(&mut tx, &after).await.map_err(named_twice)?;
    let deed = deed("certificates.update", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Puts another chain and key in the place of those that there are. Whatever shows the certificate shows the new one
/// from then on, without being published again.
pub async fn replace(
    control: &Control,
    actor: &Actor,
    id: &CertificateId,
    input: ReplaceCertificate,
) -> Result<Certificate> {
    // asked before the key is read: reading is work
    open(&mut control.store().read().await?, actor, id, Permission::ApisPublish).await?;
    let input = input.check()?;
    let facts = pair::read(&input.chain, &input.private_key)?;
    let sealed = control.certificate_keys().seal(id, &input.private_key)?;
    let mut tx = control.store().begin().await?;
    let before = open(&mut tx, actor, id, Permission::ApisPublish).await?;
    let Facts { subject, issuer, not_before, not_after, fingerprint } = facts;
    let updated_at = control.now();
    let after =
        Certificate { subject, issuer, not_before, not_after, fingerprint, updated_at, ..before.clone() };
    let pair = SealedPair { chain: input.chain.trim(), private_key: &sealed };
    store::certificates::replace(&mut tx, &after, pair).await?;
    tx.mark_change(Change::Certificate(id.clone()));
    let deed = deed("certificates.replace", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Deletes a certificate that no version shows, neither live nor in its draft.
pub async fn delete(control: &Control, actor: &Actor, id: &CertificateId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let certificate = open(&mut tx, actor, id, Permission::ApisPublish).await?;
    let uses = store::certificates::uses(&mut tx, &certificate).await?;
    if !uses.is_empty() {
        let uses: Vec<String> = uses.iter().map(words).collect();
        return Err(Error::conflict(format!("it is used by {}; take it out there first", uses.join(", "))));
    }
    store::certificates::delete(&mut tx, id).await?;
    let deed = deed("certificates.delete", &certificate);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&certificate), NOTHING).await?;
    control.commit(tx).await
}

fn words(place: &CertificateUse) -> String {
    let which = match (place.draft, place.live) {
        (true, true) => "draft and live",
        (true, false) => "draft",
        _ => "live",
    };
    format!("{} {} ({which})", place.api_name, place.version)
}

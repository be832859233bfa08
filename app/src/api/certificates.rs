//! Client certificates of teams. A private key goes in; no page shows it.

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::certificates;
use domain::certificates::{CreateCertificate, ReplaceCertificate, UpdateCertificate};
use domain::ids::{CertificateId, TeamId};
use leptos::prelude::*;

#[server(prefix = "/api", endpoint = "certificates/create")]
pub async fn create(
    team: TeamId,
    #[server(default)] name: String,
    #[server(default)] chain: String,
    #[server(default)] private_key: String,
) -> Result<Done, AppError> {
    let input = CreateCertificate { name, chain, private_key };
    let certificate = certificates::create(&control(), &actor(), &team, input).await?;
    let page = format!("/certificates/{}", certificate.id);
    Ok(Done::at(page).saying("the certificate is kept; choose it as the upstream of an API to use it"))
}

#[server(prefix = "/api", endpoint = "certificates/update")]
pub async fn update(certificate: CertificateId, #[server(default)] name: String) -> Result<Done, AppError> {
    certificates::update(&control(), &actor(), &certificate, UpdateCertificate { name }).await?;
    Ok(Done::here().saying("the certificate has another name"))
}

/// Another chain and key, in effect at once wherever the certificate is live.
#[server(prefix = "/api", endpoint = "certificates/replace")]
pub async fn replace(
    certificate: CertificateId,
    #[server(default)] chain: String,
    #[server(default)] private_key: String,
) -> Result<Done, AppError> {
    let input = ReplaceCertificate { chain, private_key };
    certificates::replace(&control(), &actor(), &certificate, input).await?;
    Ok(Done::here().saying("the certificate is replaced; the gateway shows the new one from now on"))
}

#[server(prefix = "/api", endpoint = "certificates/delete")]
pub async fn delete(certificate: CertificateId) -> Result<Done, AppError> {
    let (control, actor) = (control(), actor());
    let team = certificates::get(&control, &actor, &certificate).await?.certificate.team;
    certificates::delete(&control, &actor, &certificate).await?;
    Ok(Done::at(format!("/teams/{team}/certificates")).saying("the certificate is deleted"))
}

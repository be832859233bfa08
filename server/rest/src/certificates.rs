//! Client certificates of teams. A private key goes in, and is in no answer.

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::certificates::{
    Certificate, CertificateDetail, CreateCertificate, ReplaceCertificate, UpdateCertificate,
};
use domain::ids::{CertificateId, TeamId};
use domain::roles::Permission;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/teams/{team}/certificates", "certificates.list", list)
            .needs_in_team(Permission::ApisRead)
            .summary("Lists the client certificates of a team, without their keys"),
        Endpoint::post("/teams/{team}/certificates", "certificates.create", create)
            .needs_in_team(Permission::ApisPublish)
            .audited()
            .summary("Keeps a client certificate with its key, which is never shown again"),
        Endpoint::get("/certificates/{certificate}", "certificates.get", get)
            .needs_in_team(Permission::ApisRead)
            .summary("Shows a client certificate and the versions that use it"),
        Endpoint::patch("/certificates/{certificate}", "certificates.update", update)
            .needs_in_team(Permission::ApisPublish)
            .audited()
            .summary("Renames a client certificate"),
        Endpoint::delete("/certificates/{certificate}", "certificates.delete", delete)
            .needs_in_team(Permission::ApisPublish)
            .audited()
            .summary("Deletes a client certificate that no draft and no live revision uses"),
        Endpoint::post("/certificates/{certificate}/replace", "certificates.replace", replace)
            .needs_in_team(Permission::ApisPublish)
            .audited()
            .summary("Puts another chain and key in place of those; live versions use them at once"),
    ]
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Paged(page): Paged,
) -> Answer<Listed<Certificate>> {
    Ok(Listed(control::certificates::list(&control, &actor, &team, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Body(input): Body<CreateCertificate>,
) -> Answer<Created<Certificate>> {
    let certificate = control::certificates::create(&control, &actor, &team, input).await?;
    Ok(Created { location: format!("/certificates/{}", certificate.id), object: certificate })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<CertificateId>,
) -> Answer<Object<CertificateDetail>> {
    Ok(Object(control::certificates::get(&control, &actor, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<CertificateId>,
    patch: Patch<UpdateCertificate>,
) -> Answer<Changed<Certificate>> {
    let name = control::certificates::get(&control, &actor, &id).await?.certificate.name;
    let input = patch.over(&UpdateCertificate { name })?;
    Ok(Changed(control::certificates::update(&control, &actor, &id, input).await?))
}

async fn delete(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<CertificateId>,
) -> Answer<Done> {
    control::certificates::delete(&control, &actor, &id).await?;
    Ok(Done)
}

async fn replace(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<CertificateId>,
    Body(input): Body<ReplaceCertificate>,
) -> Answer<Changed<Certificate>> {
    Ok(Changed(control::certificates::replace(&control, &actor, &id, input).await?))
}

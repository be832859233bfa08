//! Credentials: API keys of applications. A key is in the answer that makes it, and nowhere after.

use crate::answer::{Created, Done, Listed};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::credentials::{CreateCredential, Credential, NewCredential, RotateCredential};
use domain::ids::{ApplicationId, CredentialId};
use domain::roles::Permission;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/applications/{application}/credentials", "credentials.list", list)
            .needs_in_team(Permission::ApplicationsRead)
            .summary("Lists the keys of an application, without their secrets"),
        Endpoint::post("/applications/{application}/credentials", "credentials.create", create)
            .needs_in_team(Permission::CredentialsManage)
            .audited()
            .summary("Makes a key; it is shown once"),
        Endpoint::delete("/credentials/{credential}", "credentials.revoke", revoke)
            .needs_in_team(Permission::CredentialsManage)
            .audited()
            .summary("Revokes a key; it stops working at once"),
        Endpoint::post("/credentials/{credential}/rotate", "credentials.rotate", rotate)
            .needs_in_team(Permission::CredentialsManage)
            .audited()
            .summary("Makes a new key; the old one goes on working for a while"),
    ]
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(application): At<ApplicationId>,
    Paged(page): Paged,
) -> Answer<Listed<Credential>> {
    Ok(Listed(control::credentials::list(&control, &actor, &application, &page).await?))
}

/// Where the keys of the new key's application are: a key alone has no address.
fn created(new: NewCredential) -> Created<NewCredential> {
    Created { location: format!("/applications/{}/credentials", new.credential.application), object: new }
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(application): At<ApplicationId>,
    Body(input): Body<CreateCredential>,
) -> Answer<Created<NewCredential>> {
    Ok(created(control::credentials::create(&control, &actor, &application, input).await?))
}

async fn revoke(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<CredentialId>,
) -> Answer<Done> {
    control::credentials::revoke(&control, &actor, &id).await?;
    Ok(Done)
}

async fn rotate(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<CredentialId>,
    Body(input): Body<RotateCredential>,
) -> Answer<Created<NewCredential>> {
    Ok(created(control::credentials::rotate(&control, &actor, &id, input).await?))
}

//! Invitations. Accepting one is for the person invited, in the portal.

use crate::answer::{Created, Done, Listed};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::accounts::{CreateInvitation, Invitation, NewInvitation};
use domain::ids::InvitationId;
use domain::roles::Permission;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/invitations", "invitations.list", list)
            .needs(Permission::AccountsRead)
            .summary("Lists invitations that were not used yet"),
        Endpoint::post("/invitations", "invitations.create", create)
            .needs(Permission::AccountsManage)
            .audited()
            .summary("Invites a person; the link is shown once"),
        Endpoint::delete("/invitations/{invitation}", "invitations.delete", delete)
            .needs(Permission::AccountsManage)
            .audited()
            .summary("Takes an invitation back"),
    ]
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Paged(page): Paged,
) -> Answer<Listed<Invitation>> {
    Ok(Listed(control::invitations::list(&control, &actor, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    Body(input): Body<CreateInvitation>,
) -> Answer<Created<NewInvitation>> {
    let new = control::invitations::create(&control, &actor, input).await?;
    Ok(Created { location: format!("/invitations/{}", new.invitation.id), object: new })
}

async fn delete(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<InvitationId>,
) -> Answer<Done> {
    control::invitations::delete(&control, &actor, &id).await?;
    Ok(Done)
}

//! Invitations to the platform.

use crate::done::{Done, Shown};
use crate::error::AppError;
use crate::server::{actor, control, incoming};
use crate::session;
use control::invitations::{self, AcceptInvitation};
use domain::accounts::{CreateInvitation, NewInvitation};
use domain::ids::InvitationId;
use leptos::prelude::*;

/// Invites a person; the page shows the link once.
#[server(prefix = "/api", endpoint = "invitations/create")]
pub async fn create(
    #[server(default)] email: String,
    #[server(default)] role: String,
) -> Result<Done, AppError> {
    let new = invitations::create(&control(), &actor(), CreateInvitation { email, role }).await?;
    Ok(Done::at("/invitations").showing(shown(new)))
}

/// Makes the invited account, and signs in.
#[server(prefix = "/api", endpoint = "invitations/accept")]
pub async fn accept(
    #[server(default)] link: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
) -> Result<Done, AppError> {
    let input = AcceptInvitation { name, password };
    let account = invitations::accept(&control(), &link, input, &incoming().address).await?;
    session::start(&account).await?;
    Ok(Done::at("/").saying("welcome"))
}

/// Takes an invitation back.
#[server(prefix = "/api", endpoint = "invitations/delete")]
pub async fn delete(invitation: InvitationId) -> Result<Done, AppError> {
    invitations::delete(&control(), &actor(), &invitation).await?;
    Ok(Done::here().saying("the invitation is taken back; its link no longer works"))
}

/// The link of a new invitation, for the page that shows it.
pub(super) fn shown(new: NewInvitation) -> Shown {
    Shown {
        label: format!("Invitation link for {}", new.invitation.email),
        value: new.link,
        note: "Send it to the person yourself. It works once, for seven days, and is not shown again."
            .to_owned(),
        of: new.invitation.id.to_string(),
    }
}

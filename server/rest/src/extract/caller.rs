//! Who calls, as the guard found.

use crate::operation::Input;
use crate::problem::Refusal;
use axum::extract::FromRequestParts;
use control::Actor;
use http::request::Parts;

/// Who calls, where callers without a token pass.
#[derive(Clone, Debug)]
pub struct Viewer(pub Option<Actor>);

/// Who calls. Refuses those who are nobody, whatever the endpoint's declaration says.
#[derive(Clone, Debug)]
pub struct Caller(pub Actor);

impl Input for Viewer {}
impl Input for Caller {}

impl<S: Sync> FromRequestParts<S> for Viewer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| control::Error::unauthenticated().into())
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Viewer(actor) = Viewer::from_request_parts(parts, state).await?;
        actor.map(Self).ok_or_else(|| control::Error::unauthenticated().into())
    }
}

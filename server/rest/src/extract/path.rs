//! The `{x}` of a path.

use crate::operation::Input;
use crate::problem::Refusal;
use axum::extract::{FromRequestParts, Path};
use domain::problem::Problem;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// What the path names. What cannot be an id is the id of nothing: 404, as for an object that is absent.
pub struct At<T>(pub T);

impl<T> Input for At<T> {}

impl<S, T> FromRequestParts<S> for At<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(_) => Err(Problem::not_found("object").into()),
        }
    }
}

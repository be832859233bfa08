//! Personal access tokens of the caller. New ones are made in the portal or on the command line: whoever gets hold of
//! a token shall not be able to make others that outlive it.

use crate::answer::{Done, Listed};
use crate::endpoint::Endpoint;
use crate::extract::{At, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::ids::TokenId;
use domain::problem::{Problem, ProblemKind};
use domain::tokens::Token;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/tokens", "tokens.list", list)
            .signed_in()
            .summary("Lists the caller's personal access tokens, without their secrets"),
        Endpoint::post("/tokens", "tokens.create", create)
            .signed_in()
            .summary("Refused: a token does not make tokens; they are made in the portal"),
        Endpoint::delete("/tokens/{token}", "tokens.delete", delete)
            .signed_in()
            .audited()
            .summary("Deletes a token; it stops working at once"),
    ]
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Paged(page): Paged,
) -> Answer<Listed<Token>> {
    Ok(Listed(control::tokens::list(&control, &actor, &page).await?))
}

async fn create(_: Caller) -> Answer<Done> {
    let detail = "a token cannot make further tokens; sign in to the portal, or use `gatehouse token create`";
    Err(Problem::new(ProblemKind::Forbidden, detail).into())
}

async fn delete(State(control): State<Control>, Caller(actor): Caller, At(id): At<TokenId>) -> Answer<Done> {
    control::tokens::delete(&control, &actor, &id).await?;
    Ok(Done)
}

//! A handler's own types say what it takes and answers: read from them, the description cannot differ from the code.

use crate::extract::SMALL;
use crate::problem::Refusal;
use axum::extract::State;
use control::Control;
use schemars::{Schema, SchemaGenerator};
use serde_json::Value;
use std::future::Future;

/// What a handler answers.
pub type Answer<T> = Result<T, Refusal>;

/// A query parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub description: String,
    pub schema: Value,
}

/// What one endpoint takes and answers.
pub struct Description<'g> {
    pub schemas: &'g mut SchemaGenerator,
    pub query: Vec<Parameter>,
    pub body: Option<Schema>,
    /// The largest body, in bytes.
    pub largest: usize,
    /// Whether the body is read as a merge patch.
    pub patch: bool,
    pub status: u16,
    /// Nothing where the answer has no body.
    pub answer: Option<Schema>,
    /// Headers of the answer, each with what it says.
    pub headers: Vec<(&'static str, &'static str)>,
}

impl<'g> Description<'g> {
    pub fn new(schemas: &'g mut SchemaGenerator) -> Self {
        Self {
            schemas,
            query: Vec::new(),
            body: None,
            largest: SMALL,
            patch: false,
            status: 200,
            answer: None,
            headers: Vec::new(),
        }
    }
}

/// Something that a handler takes.
pub trait Input {
    fn describe(_: &mut Description<'_>) {}
}

impl Input for State<Control> {}

/// Something that a handler answers.
pub trait Outcome {
    fn describe(description: &mut Description<'_>);
}

/// A handler that takes `Inputs`. Implemented for functions of inputs that answer an outcome.
pub trait Operation<Inputs> {
    fn describe(description: &mut Description<'_>);
}

macro_rules! operations {
    ($(($($input:ident),*))*) => {$(
        impl<F, Fut, Out, $($input),*> Operation<($($input,)*)> for F
        where
            F: FnOnce($($input),*) -> Fut,
            Fut: Future<Output = Answer<Out>>,
            Out: Outcome,
            $($input: Input,)*
        {
            fn describe(description: &mut Description<'_>) {
                $($input::describe(description);)*
                Out::describe(description);
            }
        }
    )*};
}

operations! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

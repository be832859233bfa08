//! The declaration of an endpoint, from which its route, its line in the list of routes and its description are made.

use crate::BASE;
use crate::guard::{Guard, guard};
use crate::idempotency::Once;
use crate::operation::{Description, Operation};
use crate::precondition::{Object, Objects};
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use control::Control;
pub use domain::access::Access;
use domain::roles::Permission;
use http::Method;
use schemars::SchemaGenerator;
use serde::Serialize;
use std::sync::Arc;

/// A line in the list of routes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndpointInfo {
    pub method: &'static str,
    /// From the root of the portal: `/api/v1/teams/{team}`.
    pub path: String,
    pub access: Access,
    pub permission: Option<Permission>,
    /// Whether success writes a row of the audit trail.
    pub audited: bool,
    pub summary: &'static str,
}

/// An endpoint. There is no way to one but through [`Undecided`], which asks who may use it.
pub struct Endpoint {
    pub method: Method,
    /// Below [`BASE`].
    pub path: &'static str,
    /// `area.verb`; the operation's id.
    pub name: &'static str,
    pub access: Access,
    pub audited: bool,
    pub summary: &'static str,
    describe: fn(&mut Description<'_>),
    route: MethodRouter<Control>,
}

/// An endpoint of which it is not said yet who may use it; of no use before that.
#[must_use]
pub struct Undecided(Endpoint);

impl Undecided {
    fn decide(self, access: Access) -> Endpoint {
        Endpoint { access, ..self.0 }
    }

    pub fn open(self) -> Endpoint {
        self.decide(Access::Anonymous)
    }

    pub fn signed_in(self) -> Endpoint {
        self.decide(Access::SignedIn)
    }

    /// The permission is asked for on the platform.
    pub fn needs(self, permission: Permission) -> Endpoint {
        self.decide(Access::Platform(permission))
    }

    /// The permission is asked for in the team that owns the object.
    pub fn needs_in_team(self, permission: Permission) -> Endpoint {
        self.decide(Access::Team(permission))
    }
}

macro_rules! methods {
    ($($function:ident = $method:ident;)*) => {$(
        pub fn $function<Wire, Inputs, H>(path: &'static str, name: &'static str, handler: H) -> Undecided
        where
            H: Handler<Wire, Control> + Operation<Inputs>,
            Wire: 'static,
        {
            Self::declare(Method::$method, path, name, (on(MethodFilter::$method, handler), H::describe))
        }
    )*};
}

impl Endpoint {
    methods! {
        get = GET;
        post = POST;
        put = PUT;
        patch = PATCH;
        delete = DELETE;
    }

    fn declare(
        method: Method,
        path: &'static str,
        name: &'static str,
        (route, describe): (MethodRouter<Control>, fn(&mut Description<'_>)),
    ) -> Undecided {
        let access = Access::SignedIn;
        Undecided(Self { method, path, name, access, audited: false, summary: "", describe, route })
    }

    /// Success writes a row of the audit trail.
    #[must_use]
    pub fn audited(self) -> Self {
        Self { audited: true, ..self }
    }

    /// One line on what it does.
    #[must_use]
    pub fn summary(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    #[must_use]
    pub fn info(&self) -> EndpointInfo {
        EndpointInfo {
            method: match self.method {
                Method::GET => "GET",
                Method::POST => "POST",
                Method::PUT => "PUT",
                Method::PATCH => "PATCH",
                _ => "DELETE",
            },
            path: format!("{BASE}{}", self.path),
            access: self.access,
            permission: self.access.permission(),
            audited: self.audited,
            summary: self.summary,
        }
    }

    /// What goes in and comes out, as the handler's own types say.
    pub fn describe<'g>(&self, schemas: &'g mut SchemaGenerator) -> Description<'g> {
        let mut description = Description::new(schemas);
        (self.describe)(&mut description);
        description
    }

    /// Adds the endpoint to a router, behind its guard. A change is held against its object among `objects`.
    pub fn mount(
        self,
        router: Router<Control>,
        control: &Control,
        objects: Option<&Objects>,
    ) -> Router<Control> {
        let mut schemas = SchemaGenerator::default();
        let description = self.describe(&mut schemas);
        let object = objects.map(|objects| Object::of(&self, description.status == 201, &objects.readable));
        let state = Guard {
            control: control.clone(),
            open: self.access == Access::Anonymous,
            known: description.query.into_iter().map(|parameter| parameter.name).collect(),
            object: object.zip(objects.cloned()),
            once: (self.method == Method::POST)
                .then_some(Once { operation: self.name, largest: description.largest }),
        };
        router.route(self.path, self.route.route_layer(from_fn_with_state(Arc::new(state), guard)))
    }
}

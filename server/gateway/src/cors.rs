//! Stage 2: calls from the pages of other origins (the Fetch standard, "CORS protocol").
//!
//! A preflight is answered here, before any credential is asked for; every other answer gets the fields that let
//! the page read it. The backend's own CORS fields are replaced.

use crate::reject::{Reject, RejectKind};
use crate::snapshot::router::Methods;
use domain::policies::cors::Cors;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::{Method, request};
use std::collections::HashSet;

/// A version's policy, ready to be written into answers.
#[derive(Clone, Debug)]
pub struct CorsPolicy {
    any_origin: bool,
    origins: HashSet<Box<[u8]>>,
    /// `None`: the methods of the route.
    methods: Option<HeaderValue>,
    /// `None`: those that the page asks for.
    headers: Option<HeaderValue>,
    expose: Option<HeaderValue>,
    credentials: bool,
    max_age: HeaderValue,
}

impl CorsPolicy {
    pub fn new(cors: &Cors) -> Result<Self, String> {
        let list = |names: &[String]| match names {
            [] => Ok(None),
            names => HeaderValue::try_from(names.join(", "))
                .map(Some)
                .map_err(|_| "cors: a name that is no token".to_owned()),
        };
        let methods: Vec<String> = cors.methods.iter().map(ToString::to_string).collect();
        Ok(Self {
            any_origin: cors.origins.iter().any(|origin| origin == "*"),
            origins: cors.origins.iter().map(|origin| origin.as_bytes().into()).collect(),
            methods: list(&methods)?,
            headers: list(&cors.headers)?,
            expose: list(&cors.expose)?,
            credentials: cors.credentials,
            max_age: HeaderValue::from(cors.max_age_s),
        })
    }

    /// The value of `Access-Control-Allow-Origin` for a request, if its origin may read the answer.
    #[must_use]
    pub fn allow_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        if self.any_origin {
            return Some(HeaderValue::from_static("*"));
        }
        self.origins.contains(origin.as_bytes()).then(|| origin.clone())
    }

    /// Writes what lets the page read the answer.
    pub fn decorate(&self, allow_origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if !self.any_origin {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        let Some(origin) = allow_origin else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if let Some(expose) = &self.expose {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, expose.clone());
        }
    }

    /// Takes out what a backend says about other origins: the policy alone decides.
    pub fn overrule(headers: &mut HeaderMap) {
        for name in [
            ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            ACCESS_CONTROL_ALLOW_HEADERS,
            ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_EXPOSE_HEADERS,
            ACCESS_CONTROL_MAX_AGE,
        ] {
            headers.remove(name);
        }
    }

    /// The fields of the answer to a preflight (status 204). `methods` are those of the routes at the path.
    pub fn preflight(&self, request: &HeaderMap, methods: Methods) -> Result<HeaderMap, Reject> {
        if self.allow_origin(request).is_none() {
            return Err(Reject::new(
                RejectKind::OriginRefused,
                "the api's CORS policy does not name this origin",
            ));
        }
        let mut headers = HeaderMap::with_capacity(10);
        headers
            .insert(ACCESS_CONTROL_ALLOW_METHODS, self.methods.clone().unwrap_or_else(|| methods.header()));
        let asked = self.headers.as_ref().or_else(|| request.get(ACCESS_CONTROL_REQUEST_HEADERS));
        if let Some(asked) = asked {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
        headers.append(
            VARY,
            HeaderValue::from_static("Access-Control-Request-Method, Access-Control-Request-Headers"),
        );
        Ok(headers)
    }
}

/// The method that a preflight asks for; `None` for every other request.
#[must_use]
pub fn asked_method(request: &request::Parts) -> Option<&HeaderValue> {
    if request.method != Method::OPTIONS || !request.headers.contains_key(ORIGIN) {
        return None;
    }
    request.headers.get(ACCESS_CONTROL_REQUEST_METHOD)
}

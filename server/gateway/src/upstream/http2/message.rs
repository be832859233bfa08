//! The head of a request as fields, as HTTP/2 wants them.

use super::super::forward::HeadSink;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Version, uri};
use std::io::{self, Write};

/// A head that is being put together.
#[derive(Default)]
pub struct Fields {
    headers: HeaderMap,
    name: Option<HeaderName>,
    value: Vec<u8>,
}

impl Fields {
    /// The whole of it; `target` is path and query. `None`: not an address at all.
    #[must_use]
    pub fn into_request(
        self,
        method: Method,
        is_tls: bool,
        authority: &[u8],
        target: Vec<u8>,
    ) -> Option<Request<()>> {
        let mut parts = uri::Parts::default();
        parts.scheme = Some(if is_tls { uri::Scheme::HTTPS } else { uri::Scheme::HTTP });
        parts.authority = Some(uri::Authority::try_from(authority).ok()?);
        parts.path_and_query = Some(uri::PathAndQuery::from_maybe_shared(target).ok()?);
        let mut request = Request::new(());
        *request.uri_mut() = uri::Uri::from_parts(parts).ok()?;
        *request.method_mut() = method;
        *request.version_mut() = Version::HTTP_2;
        *request.headers_mut() = self.headers;
        Some(request)
    }
}

impl HeadSink for Fields {
    fn begin(&mut self, name: &'static str) {
        self.name = Some(HeaderName::from_static(name));
        self.value.clear();
    }

    fn end(&mut self) {
        // what is not a value came from no field of a request
        if let (Some(name), Ok(value)) = (self.name.take(), HeaderValue::from_bytes(&self.value)) {
            self.headers.append(name, value);
        }
    }

    fn copy(&mut self, name: &HeaderName, value: &HeaderValue) {
        self.headers.append(name.clone(), value.clone());
    }
}

impl Write for Fields {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.value.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! The version of HTTP that the nodes of an upstream are spoken to in.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// The version of HTTP that an upstream is spoken to in.
    #[derive(Default)]
    Protocol {
        /// HTTP/1.1: one call at a time on a connection.
        #[default]
        Http1 = "http1",
        /// HTTP/2: many calls on a connection. At an `https://` address it is settled in the handshake, at an `http://`
        /// one spoken from the first byte.
        Http2 = "http2",
    }
}

//! The data plane: answers the calls of applications, from a snapshot that is swapped whole, and writes every call
//! into the journal before its last byte goes out.
//!
//! | with | spoken | of that |
//! |---|---|---|
//! | clients | HTTP/1.0 and HTTP/1.1 (`h1`, `intake`) | WebSocket passes as a tunnel (`tunnel`); no other upgrade does |
//! | clients | HTTP/2, in the clear or under TLS | gRPC with trailers; WebSocket over HTTP/2 (RFC 8441) is not spoken |
//! | upstreams | HTTP/1.1 (`h1`, `upstream`) | bodies, trailers, WebSocket |
//! | upstreams | HTTP/2 (`upstream/http2`) | bodies both ways at once, trailers, gRPC; no WebSocket |
//!
//! Never here: the database, the portal, deciding who may change what. Each thread has a listener, a runtime, upstream
//! connections and a journal writer of its own; on the way from a request's head to its upstream nothing waits,
//! and nothing is locked but, in a limit of each address or application, the shard of the caller, and, of calls to
//! models, the sums of their budgets, for a few steps each.

mod ai;
pub mod alarm;
pub mod authenticate;
pub mod body;
pub mod clock;
pub mod cors;
pub mod ctx;
mod date;
pub mod finish;
pub mod finished;
mod gateway;
mod grant;
pub mod h1;
pub mod ids;
pub mod intake;
pub mod limits;
pub mod masked;
pub mod matching;
pub mod metrics;
pub mod options;
pub mod pipeline;
mod refused;
pub mod reject;
pub mod server_timing;
pub mod snapshot;
pub mod stream;
pub mod subscription;
mod thread;
pub mod tls;
pub mod trace;
mod trailers;
mod trial;
pub mod tunnel;
pub mod upstream;
pub mod worker;

pub use clock::Clock;
pub use finished::{FinishedCall, Sink, Watchers};
pub use gateway::{Gateway, StartError};
pub use metrics::Figures;
pub use options::{HeadLimits, Options, Timers};
pub use reject::RejectKind;
pub use snapshot::{LeftOut, MOST_KEYS, SnapshotHandle};
pub use trial::Untried;
pub use upstream::resolve::lookup::Lookup;

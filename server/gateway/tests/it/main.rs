//! The data plane through its front door: raw clients, a real gateway, upstreams good and bad.
#![cfg(test)]

mod combinations;
mod cors;
mod faults;
mod forwarding;
mod fuzz;
mod grpc;
mod hosts;
mod http2;
mod http2_client;
mod intake;
mod intake_tls;
mod journaling;
mod lab;
mod lifecycle;
mod limits;
mod matching;
mod metrics;
mod mutual_tls;
mod overload;
mod recalled;
mod refusals;
mod scopes;
mod server_timing;
mod snapshots;
mod streaming;
mod strict;
mod timers;
mod tls;
mod trace_context;
mod trailers;
mod updates;
mod upstreams;
mod vectors;
mod watching;
mod websocket;

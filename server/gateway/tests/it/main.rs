//! The data plane through its front door: raw clients, a real gateway, upstreams good and bad.

mod lab;
mod smoke;

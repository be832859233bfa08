//! The whole binary, run as an operator runs it: real processes, real databases, calls over the wire.

mod canary;
mod certificates;
mod clouds;
mod commands;
mod crash;
mod database;
mod installation;
mod isolation;
mod models;
mod mutual_tls;
mod observing;
mod overload;
mod publishing;
mod quotas;
mod revocation;
mod routes;
mod scoped_quotas;
mod settings;
mod soak;
mod spans;
mod stopping;
mod trials;

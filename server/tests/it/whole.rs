//! The whole binary, run as an operator runs it: real processes, real databases, calls over the wire.

mod canary;
mod commands;
mod crash;
mod installation;
mod revocation;
mod routes;
mod settings;

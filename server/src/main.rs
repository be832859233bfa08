//! The binary `gatehouse`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}

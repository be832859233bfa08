//! The command line. Exit codes: 0 done, 1 refused or failed (one clear line on stderr), 2 wrong usage.

use crate::commands::{self, Failure};
use crate::config::{Config, Settings};
use clap::{Args, Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// API management platform and AI gateway in one binary.
#[derive(Parser)]
#[command(name = "gatehouse", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    /// A TOML file with settings; the environment and flags go before it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the portal, the management API, the gateway and the admin endpoints.
    Serve,
    /// Fills an empty installation with an example and serves it.
    Demo,
    /// Applies migrations and exits.
    Migrate,
    /// Works on accounts.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Works on personal access tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Lists every HTTP route and server function with its permission.
    Routes(Routes),
    /// Checks the chain of the audit trail.
    VerifyAudit,
    /// Works on the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Creates an account.
    Create(CreateAccount),
}

#[derive(Args)]
pub struct CreateAccount {
    #[arg(long)]
    pub email: String,
    #[arg(long)]
    pub name: String,
    /// administrator, operator, auditor or member
    #[arg(long, default_value = "member")]
    pub role: domain::roles::PlatformRole,
    /// Reads the password from standard input, up to the first line end.
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Creates a personal access token and prints it, once.
    Create(CreateToken),
}

#[derive(Args)]
pub struct CreateToken {
    /// The account that the token acts for.
    #[arg(long)]
    pub email: String,
    #[arg(long)]
    pub name: String,
    /// Days until it expires, like 30d; it does not expire when left out.
    #[arg(long, value_parser = parse_days)]
    pub expires: Option<u32>,
    /// read or all
    #[arg(long, default_value = "all")]
    pub scope: domain::tokens::TokenScope,
}

#[derive(Args)]
struct Routes {
    /// As JSON, one array.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Validates the configuration and prints it with secrets masked.
    Check,
}

fn parse_days(text: &str) -> Result<u32, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
    days.filter(|days| (1..=366).contains(days)).ok_or_else(|| "expected 1d to 366d".to_owned())
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // nothing can be done when even this cannot be written
            let _written = writeln!(std::io::stderr(), "gatehouse: {failure}");
            ExitCode::from(1)
        }
    }
}

fn execute(cli: Cli) -> Result<(), Failure> {
    if let Command::Routes(Routes { json }) = cli.command {
        return commands::routes::run(json);
    }
    let config = Config::load(cli.settings, cli.config.as_deref())?;
    if let Command::Config(ConfigCommand::Check) = cli.command {
        return commands::config_check::run(&config);
    }
    crate::logging::init(&config)?;
    if let Command::Serve | Command::Demo = cli.command {
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        crate::descriptors::raise(&config);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("control")
        .on_thread_start(step_back)
        .build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve => crate::serve::run(config).await,
            Command::Demo => commands::demo::run(config).await,
            Command::Migrate => commands::migrate::run(&config).await,
            Command::Account(AccountCommand::Create(input)) => {
                commands::account::create(&config, input).await
            }
            Command::Token(TokenCommand::Create(input)) => commands::token::create(&config, input).await,
            Command::VerifyAudit => commands::verify_audit::run(&config).await,
            Command::Routes(_) | Command::Config(_) => Ok(()),
        }
    })
}

/// Nice levels that pages, metering and jobs step back when the data plane wants the processor too.
const BEHIND_TRAFFIC: i32 = 5;

/// Lowers the priority of the thread that calls it, and of those that it will start: the data plane's are not among
/// them.
fn step_back() {
    if let Err(error) = rustix::process::nice(BEHIND_TRAFFIC) {
        tracing::debug!(%error, "a thread keeps the priority of the data plane");
    }
}

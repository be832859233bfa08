//! A real PostgreSQL for tests: one cluster for each test process, in a temporary folder, on a free port of
//! loopback, as an unprivileged user. A watchdog stops and removes it when the process ends, however it ends.
//!
//! Needs Debian's `postgresql` package. Never touches a server that it did not start.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

/// The role that owns everything in a test cluster; loopback needs no password.
const ROLE: &str = "gatehouse";

/// Kept in memory as far as it goes: a cluster lives for seconds and nobody mourns it.
const SETTINGS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c shared_buffers=32MB -c listen_addresses=127.0.0.1";

/// Waits for its standard input to end, which happens when the process that holds the other end does.
const WATCHDOG: &str = r#"folder=$1; shift; read -r _; "$@" >/dev/null 2>&1; rm -rf "$folder""#;

/// A running PostgreSQL server.
pub struct Cluster {
    port: u16,
    folder: PathBuf,
    programs: PathBuf,
    named: AtomicU32,
    templates: Mutex<Vec<&'static str>>,
    _watchdog: ChildStdin,
}

impl Cluster {
    /// The cluster of this process, started by whoever asks first (about two seconds).
    #[expect(clippy::panic, reason = "without a server these tests cannot mean anything")]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED
            .get_or_init(|| Self::start().unwrap_or_else(|error| panic!("no PostgreSQL for tests: {error}")))
    }

    /// Starts a cluster of one's own, for a test that wants to stop it.
    pub fn start() -> io::Result<Self> {
        let programs = find_programs()?;
        let folder = tempfile::Builder::new().prefix("gatehouse-postgres-").tempdir()?.keep();
        let watchdog = watch(&programs, &folder)?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder))?;
        }
        let cluster = folder.join("cluster");
        let mut initdb = unprivileged(&programs.join("initdb"));
        initdb.args(["-A", "trust", "-U", ROLE, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]);
        run(initdb.arg("-D").arg(&cluster))?;
        let mut port = start_on_free_port(&programs, &folder);
        for _ in 0..4 {
            if port.is_err() {
                port = start_on_free_port(&programs, &folder);
            }
        }
        Ok(Self {
            port: port?,
            folder,
            programs,
            named: AtomicU32::new(0),
            templates: Mutex::new(Vec::new()),
            _watchdog: watchdog,
        })
    }

    /// A fresh, empty database. Answers its address, `postgres://...`.
    pub async fn database(&self) -> io::Result<String> {
        self.create("template0").await
    }

    /// A fresh copy of the database `template`, which `fill` makes the first time it is asked for. `fill` gets
    /// its address and must have closed every connection when it returns.
    pub async fn database_like(
        &self,
        template: &'static str,
        fill: impl AsyncFnOnce(String),
    ) -> io::Result<String> {
        let mut templates = self.templates.lock().await;
        if !templates.contains(&template) {
            self.sql(&format!("CREATE DATABASE \"{template}\" TEMPLATE template0")).await?;
            fill(self.address(template)).await;
            templates.push(template);
        }
        drop(templates);
        self.create(template).await
    }

    /// Everything that is in a database, as statements.
    pub async fn dump(&self, url: &str) -> io::Result<Vec<u8>> {
        let mut dump = tokio::process::Command::new(self.programs.join("pg_dump"));
        let output = dump.arg(url).output().await?;
        if output.status.success() { Ok(output.stdout) } else { Err(io::Error::other(said(&output))) }
    }

    /// Stops the server as a crash would. Databases stay; see [`Cluster::resume`]. With these settings what was
    /// committed in the last second may be lost.
    pub fn stop(&self) -> io::Result<()> {
        self.stop_in("immediate")
    }

    /// Stops the server as its operator would: everything that was committed stays.
    pub fn shut_down(&self) -> io::Result<()> {
        self.stop_in("fast")
    }

    fn stop_in(&self, mode: &str) -> io::Result<()> {
        let mut stop = unprivileged(&self.programs.join("pg_ctl"));
        run(stop.arg("-D").arg(self.folder.join("cluster")).args(["-m", mode, "-w", "stop"]))
    }

    /// Starts a stopped server again, on the same port. While it was free, somebody's outgoing connection may have been
    /// given it: those do not last.
    pub fn resume(&self) -> io::Result<()> {
        for _ in 0..20 {
            if start(&self.programs, &self.folder, self.port).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        start(&self.programs, &self.folder, self.port)
    }

    async fn create(&self, template: &str) -> io::Result<String> {
        let name = format!("test_{}", self.named.fetch_add(1, Ordering::Relaxed));
        self.sql(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"")).await?;
        Ok(self.address(&name))
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}", self.port)
    }

    async fn sql(&self, statement: &str) -> io::Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]).arg(self.address("postgres"));
        checked(tokio::process::Command::from(psql).output().await?)
    }
}

/// The newest server that is installed.
fn find_programs() -> io::Result<PathBuf> {
    let missing =
        || io::Error::other("install Debian's postgresql package: no /usr/lib/postgresql/*/bin/initdb");
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .map_err(|_| missing())?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, programs)| programs).ok_or_else(missing)
}

fn watch(programs: &Path, folder: &Path) -> io::Result<ChildStdin> {
    let stop = unprivileged(&programs.join("pg_ctl"));
    let mut watchdog = Command::new("sh");
    watchdog.args(["-c", WATCHDOG, "watchdog"]).arg(folder);
    watchdog.arg(stop.get_program()).args(stop.get_args());
    watchdog.arg("-D").arg(folder.join("cluster")).args(["-m", "immediate", "stop"]);
    // A group of its own: what the terminal sends to the tests must not reach it.
    watchdog.current_dir("/").process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = watchdog.stdin(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or_else(|| io::Error::other("the watchdog has no standard input"))
}

fn start_on_free_port(programs: &Path, folder: &Path) -> io::Result<u16> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    start(programs, folder, port)?;
    Ok(port)
}

fn start(programs: &Path, folder: &Path, port: u16) -> io::Result<()> {
    let mut pg_ctl = unprivileged(&programs.join("pg_ctl"));
    pg_ctl.arg("-D").arg(folder.join("cluster")).arg("-l").arg(folder.join("log"));
    pg_ctl.arg("-o").arg(format!("{SETTINGS} -p {port} -k {}", folder.display()));
    run(pg_ctl.args(["-w", "start"]))
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// PostgreSQL refuses to run as root.
fn unprivileged(program: &Path) -> Command {
    let mut command;
    if is_root() {
        command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
    } else {
        command = Command::new(program);
    }
    command.current_dir("/");
    command
}

fn run(command: &mut Command) -> io::Result<()> {
    // Not captured: the server inherits these and would keep a pipe open for ever.
    let log = tempfile::NamedTempFile::new()?;
    let status = command
        .stdin(Stdio::null())
        .stdout(log.reopen()?)
        .stderr(log.reopen()?)
        .status()
        .map_err(|error| io::Error::other(format!("{}: {error}", command.get_program().display())))?;
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(std::fs::read_to_string(log.path())?))
}

fn checked(output: std::process::Output) -> io::Result<()> {
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(said(&output)))
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

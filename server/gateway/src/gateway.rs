//! The data plane as a whole: its listeners and threads, from start to drain.

use crate::clock::Clock;
use crate::intake::seats::Seats;
use crate::metrics::series::ThreadNumber;
use crate::metrics::{Counters, Figures};
use crate::options::Options;
use crate::snapshot::SnapshotHandle;
use crate::thread::{self, Command, Doors};
use crate::trial::{self, Job, Untried};
use crate::upstream::resolve::Resolver;
use crate::upstream::status;
use crate::upstream::tls::ClientTls;
use crate::worker::Parts;
use domain::budgets::{Budget, Spending};
use domain::gateway_status::NodeStatus;
use domain::prompts::trial::{PromptCall, Trial};
use domain::providers::KeyHealth;
use journal::Writer;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

const BACKLOG: i32 = 1_024;

/// Why the data plane does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("no journal writer, so no thread to serve with")]
    NoThread,
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, io::Error),
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
    #[error("cannot prepare TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// The running data plane; stops hard when dropped.
pub struct Gateway {
    addr: SocketAddr,
    tls_addr: Option<SocketAddr>,
    snapshots: SnapshotHandle,
    clock: Clock,
    counters: Vec<Arc<Counters>>,
    commands: watch::Sender<Command>,
    /// To the first thread.
    trials: mpsc::Sender<Job>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Gateway {
    /// Listens, and serves with one thread for each journal writer.
    pub fn start(
        options: Options,
        snapshots: SnapshotHandle,
        writers: Vec<Writer>,
    ) -> Result<Self, StartError> {
        let (plain, addr) = listen(options.listen, writers.len())?;
        let (mut secure, mut tls_addr) = (None, None);
        if let Some((asked, certificates)) = &options.tls {
            let (listeners, addr) = listen(*asked, writers.len())?;
            secure = Some((listeners.into_iter(), TlsAcceptor::from(certificates.server_config()?)));
            tls_addr = Some(addr);
        }
        let seats = Seats::new(options.max_connections, options.max_connections_per_address);
        let options = Arc::new(options);
        let tls = Arc::new(ClientTls::usual(&options.upstream_roots)?);
        let resolver = Resolver::new(options.lookup.clone(), options.clock.clone());
        let (commands, receiver) = watch::channel(Command::Serve);
        let (trials, jobs) = trial::channel();
        let mut jobs = Some(jobs);
        let mut gateway = Self {
            addr,
            tls_addr,
            snapshots,
            clock: options.clock.clone(),
            counters: Vec::new(),
            commands,
            trials,
            threads: Mutex::default(),
        };
        let threads = writers.len();
        for (number, (plain, journal)) in plain.into_iter().zip(writers).enumerate() {
            let counters = Arc::<Counters>::default();
            gateway.counters.push(Arc::clone(&counters));
            let parts = Parts {
                options: Arc::clone(&options),
                snapshots: gateway.snapshots.clone(),
                journal,
                counters,
                thread: ThreadNumber { number, of: threads },
                seats: Arc::clone(&seats),
                tls: Arc::clone(&tls),
                resolver: resolver.clone(),
            };
            let tls = secure.as_mut().and_then(|(listeners, tls)| Some((listeners.next()?, tls.clone())));
            let doors = Doors { plain, tls, trials: jobs.take() };
            let thread = spawn(number, doors, parts, receiver.clone()).map_err(StartError::Thread)?;
            gateway.threads.get_mut().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(gateway)
    }

    /// Where it listens; the true port when port 0 was asked for.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where it speaks TLS.
    #[must_use]
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.tls_addr
    }

    #[must_use]
    pub fn figures(&self) -> Figures {
        Figures::of(&self.counters)
    }

    /// How many threads there are, one for each journal writer.
    #[must_use]
    pub fn threads(&self) -> u64 {
        self.counters.len() as u64
    }

    /// The change mark of what is being served.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        self.snapshots.sequence()
    }

    /// The nodes of all upstreams as they are now, by api, version and number.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeStatus> {
        self.snapshots.current().nodes(self.clock.monotonic_us() / 1_000)
    }

    /// The keys that calls to a provider go out with, as they are now; none of one that is not served.
    #[must_use]
    pub fn keys(&self, provider: &str) -> Vec<KeyHealth> {
        let snapshot = self.snapshots.current();
        let provider = snapshot.providers.get(provider);
        provider.map(|provider| provider.keys.health(self.clock.unix_ms())).unwrap_or_default()
    }

    /// What is spent and set aside of a budget in the period of now.
    #[must_use]
    pub fn spending(&self, budget: &Budget) -> Spending {
        self.snapshots.current().money.spending(budget, self.clock.unix_ms())
    }

    /// Runs a prompt once, as a call that nobody's application makes: of the rest, nothing is left out. Whoever waits no
    /// longer is a client who left.
    pub async fn try_prompt(&self, call: PromptCall) -> Result<Trial, Untried> {
        trial::run(&self.trials, &self.snapshots, call).await
    }

    /// All figures in the Prometheus text exposition format, version 0.0.4.
    #[must_use]
    pub fn prometheus(&self) -> String {
        let mut text = String::new();
        self.figures().write(&mut text);
        let snapshot = self.snapshots.current();
        self.snapshots.registry().write(&mut text, &snapshot.series());
        status::write(&mut text, &self.nodes());
        text
    }

    /// Whether every thread is still serving.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        !threads.is_empty() && threads.iter().all(|thread| !thread.is_finished())
    }

    /// Takes no more connections, lets calls end, and returns when all have, or when `patience` is over and the rest
    /// was cut off. Blocks the calling thread.
    pub fn drain(&self, patience: Duration) {
        self.commands.send_replace(Command::Drain(patience));
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a data-plane thread had panicked");
            }
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.drain(Duration::ZERO);
    }
}

fn spawn(
    number: usize,
    doors: Doors<TcpListener>,
    parts: Parts,
    commands: watch::Receiver<Command>,
) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(format!("gateway-{number}")).spawn(move || {
        let served = thread::runtime().and_then(|runtime| {
            let served = thread::run(&runtime, doors, parts, commands);
            // a lookup that hangs in the system's resolver cannot be ended, and nobody waits for it any more
            runtime.shutdown_background();
            served
        });
        if let Err(error) = served {
            tracing::error!(number, %error, "a data-plane thread cannot serve");
        }
    })
}

/// One listener a thread on the same address: the kernel spreads connections over them.
fn listen(asked: SocketAddr, count: usize) -> Result<(Vec<TcpListener>, SocketAddr), StartError> {
    let mut addr = asked;
    let mut listeners = Vec::with_capacity(count);
    for _ in 0..count {
        let listener = bind(addr).map_err(|error| StartError::Listen(addr, error))?;
        // when any port will do, the first one's is everybody's
        addr = listener.local_addr().map_err(|error| StartError::Listen(addr, error))?;
        listeners.push(listener);
    }
    if listeners.is_empty() { Err(StartError::NoThread) } else { Ok((listeners, addr)) }
}

fn bind(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

//! `gatehouse serve`: puts the parts together, in the order in which they need each other, and takes them apart.

use crate::certificates::CertificateFolder;
use crate::commands::Failure;
use crate::config::Config;
use crate::gateway_view::GatewayView;
use crate::kept::Kept;
use crate::meter::{Background, Meter, Quotas};
use crate::observers::Observers;
use crate::sync::{self, Sync};
use crate::tasks::Tasks;
use crate::trouble::Trouble;
use crate::{absent, admin, committer, data_dir, jobs, listen, memory, portal, site, snapshots};
use app::server::Refusal;
use axum::middleware::from_fn_with_state;
use control::keys::MasterKey;
use control::signal::Receiver;
use control::{ChangeSignal, Clock, Control, Parts};
use gateway::{Gateway, Options, SnapshotHandle};
use journal::{Journal, Limits};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Database connections for reading.
pub const CONNECTIONS: u32 = 8;

/// What earlier processes left in the journal may hold up the start for this long, so that quotas count it.
const CATCHING_UP: Duration = Duration::from_secs(20);
/// Calls under way at the end get this long.
const DRAIN: Duration = Duration::from_secs(30);

/// Those who watch get this long to write what they were told.
const OBSERVERS: Duration = Duration::from_secs(5);

/// A running installation.
pub struct Running {
    pub control: Control,
    pub portal: SocketAddr,
    pub gateway: SocketAddr,
    pub admin: SocketAddr,
    gateway_threads: Arc<Gateway>,
    observers: Observers,
    journal: Arc<Journal>,
    trouble: Trouble,
    tasks: Tasks,
    background: Arc<Background>,
    meter: Meter,
    /// Told to stop after the gateway has drained: the meter still has the last calls to write.
    writing: Tasks,
}

/// Serves until SIGTERM or SIGINT.
pub async fn run(config: Config) -> Result<(), Failure> {
    let running = start(&config).await?;
    let end = wait_for_end()?;
    announce(&running).await?;
    end.await;
    running.stop().await
}

/// Prints the set-up link while there is no account, and that everything is ready.
pub async fn announce(running: &Running) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    // an installation that has a snapshot was set up before
    if !running.trouble.waits_for_database()
        && let Some(link) = control::accounts::setup_link(&running.control).await?
    {
        writeln!(out, "No account yet. Open this link once to make the first one:\n  {link}")?;
    }
    writeln!(
        out,
        "gatehouse ready portal={} gateway={} admin=http://{}",
        running.control.portal_url(),
        running.control.gateway_url(),
        running.admin
    )?;
    out.flush()?;
    Ok(())
}

/// Resolves at SIGTERM or SIGINT, heard from the call on: who was told that we are ready may end us at once.
pub fn wait_for_end() -> Result<impl Future<Output = ()>, Failure> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Opens the database and brings it up to date.
pub async fn open_store(config: &Config) -> Result<Store, Failure> {
    data_dir::prepare(&config.data_dir)?;
    let store = Store::open(&config.database, CONNECTIONS).await?;
    store.migrate().await?;
    Ok(store)
}

/// Starts everything.
pub async fn start(config: &Config) -> Result<Running, Failure> {
    data_dir::prepare(&config.data_dir)?;
    let store = Store::open(&config.database, CONNECTIONS).await?;
    let (master_key, reached) = reach(config, &store).await?;
    let portal_listener = bind("portal", config.portal_listen).await?;
    let admin_listener = bind("admin", config.admin_listen).await?;
    let (portal_addr, admin_addr) = (portal_listener.local_addr()?, admin_listener.local_addr()?);
    let portal_url = config.portal_url.clone().unwrap_or_else(|| format!("http://{portal_addr}"));

    let clock = Clock::system();
    let journal = open_journal(config)?;
    let snapshots = snapshots::prepared(config, &master_key, &portal_url)?;
    let sync = Sync {
        store: store.clone(),
        snapshots: snapshots.clone(),
        clock: clock.clone(),
        kept: Arc::new(Mutex::new(Kept::at(data_dir::snapshot(config)))),
        trouble: Trouble::default(),
    };
    sync.begin(reached).await?;
    let certificates =
        config.gateway_tls_listen.map(|_| CertificateFolder::open(&config.gateway_tls_dir)).transpose()?;
    let options = gateway_options(config, &portal_url, vec![portal_addr, admin_addr], certificates.as_ref());
    let quotas = Quotas::new(snapshots.clone(), clock.now(), options.clock.clone());
    let background = Arc::new(Background::start(&store).await?);
    let meter = Meter::new(store.clone(), background.clone(), journal.clone(), quotas);
    let meter = caught_up(meter, &sync).await;

    let (gateway, observers) = start_gateway(config, options, snapshots, &journal)?;
    let gateway_url = config.gateway_url.clone().unwrap_or_else(|| format!("http://{}", gateway.addr()));
    let own_listeners =
        [portal_addr, admin_addr, gateway.addr()].into_iter().chain(gateway.tls_addr()).collect();
    let (signal, asked) = ChangeSignal::channel();
    let control = Control::new(Parts {
        store: store.clone(),
        clock,
        master_key,
        outbound: config.outbound_guard(own_listeners),
        portal_url,
        gateway_url,
        signal,
        vendors: crate::vendors::forms()?,
        models: crate::vendors::models()?,
    });
    control.show_with(Arc::new(crate::cloud_keys::Clouds));

    let running = Running {
        control,
        portal: portal_addr,
        gateway: gateway.addr(),
        admin: admin_addr,
        gateway_threads: Arc::new(gateway),
        observers,
        journal,
        trouble: sync.trouble.clone(),
        tasks: Tasks::new(),
        background,
        meter,
        writing: Tasks::new(),
    };
    running.begin(config, sync, asked, certificates, (portal_listener, admin_listener))?;
    Ok(running)
}

fn open_journal(config: &Config) -> Result<Arc<Journal>, Failure> {
    let journal = Journal::open(&data_dir::journal(config), Limits::default(), config.journal_durability);
    Ok(Arc::new(journal.map_err(|error| Failure::new(format!("journal: {error}")))?))
}

/// The master key, and whether the database answers; without a key it has to.
async fn reach(config: &Config, store: &Store) -> Result<(MasterKey, store::Result<()>), Failure> {
    match (data_dir::kept_master_key(config)?, sync::reach(store).await) {
        (Some(key), reached) => Ok((key, reached)),
        (None, reached) => {
            reached?;
            Ok((data_dir::new_master_key(config, &mut store.read().await?).await?, Ok(())))
        }
    }
}

/// The meter, with what earlier processes left for it written and counted, if the database is there.
async fn caught_up(mut meter: Meter, sync: &Sync) -> Meter {
    if sync.trouble.is_behind() {
        return meter;
    }
    if let Err(failure) = meter.catch_up(&sync.clock, CATCHING_UP).await {
        tracing::warn!(%failure, "calls of an earlier process are counted once they can be written down");
    }
    meter
}

/// The portal and, beside it, the management API.
fn front_door(control: &Control, trouble: &Trouble) -> Result<axum::Router, Failure> {
    portal::check().map_err(Failure::new)?;
    let site = Arc::new(site::Site::load()?);
    if site.is_empty() {
        tracing::warn!("the portal's style and scripts were not built; build them with `cargo bundle site`");
    }
    let options = portal::Options { site, refusals: refusals(), trouble: trouble.clone() };
    let without = from_fn_with_state((control.clone(), trouble.clone()), absent::refuse);
    let api = rest::router(control.clone()).layer(without);
    Ok(api.fallback_service(portal::router(control.clone(), options)))
}

/// The gateway's refusals, for the pages that explain them.
fn refusals() -> Vec<Refusal> {
    let rules = gateway::reject::RejectKind::ALL.iter().map(|kind| kind.rule());
    rules
        .map(|rule| Refusal { status: rule.status, name: rule.name, title: rule.title, detail: "" })
        .collect()
}

async fn bind(name: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Failure::new(format!("cannot listen on {address} for the {name}: {error}")))
}

fn gateway_options(
    config: &Config,
    portal_url: &str,
    mut own_listeners: Vec<SocketAddr>,
    certificates: Option<&CertificateFolder>,
) -> Options {
    let usual = Options::new(config.gateway_listen, portal_url);
    // with port 0 the gateway's own is not known yet, and nobody can have typed it
    own_listeners.push(config.gateway_listen);
    own_listeners.extend(config.gateway_tls_listen);
    let certificates = certificates.map(|folder| folder.certificates.clone());
    let intake = &config.intake;
    Options {
        tls: config.gateway_tls_listen.zip(certificates),
        outbound: config.outbound_guard(own_listeners),
        portal_cookies: portal::COOKIES.iter().map(|name| (*name).to_owned()).collect(),
        trusted_proxies: config.trusted_proxies.clone(),
        upstream_roots: config.upstream_roots.clone(),
        max_connections: intake.max_connections,
        max_connections_per_address: intake.max_connections_per_address,
        max_calls: intake.max_calls,
        body_limit: intake.max_body_bytes,
        ai_body_limit: intake.max_ai_body_bytes,
        head: intake.head,
        timers: intake.timers,
        ..usual
    }
}

fn start_gateway(
    config: &Config,
    options: Options,
    snapshots: SnapshotHandle,
    journal: &Arc<Journal>,
) -> Result<(Gateway, Observers), Failure> {
    let writers = (0..config.gateway_threads).map(|thread| journal.writer(&format!("gateway-{thread}")));
    let writers: Result<Vec<_>, _> = writers.collect();
    let writers = writers.map_err(|error| Failure::new(format!("journal: {error}")))?;
    // a large installation was read twice, as it was kept and as it is: several times what is left of it
    memory::give_back();
    // so that the first calls find segments that are ready
    journal.sync()?;
    let (watchers, observers) = Observers::start(&config.observation)?;
    let sampled =
        config.observation.collector.as_ref().map(|collector| collector.sampled).unwrap_or_default();
    let gateway = Gateway::start(Options { watchers, sampled, ..options }, snapshots, writers)
        .map_err(|error| Failure::new(format!("gateway: {error}")))?;
    if let Some(address) = gateway.tls_addr() {
        tracing::info!(%address, "the gateway speaks TLS");
    }
    Ok((gateway, observers))
}

impl Running {
    /// Starts what runs beside the gateway: the snapshot loop, the meter, timers, the portal, the admin endpoints.
    fn begin(
        &self,
        config: &Config,
        sync: Sync,
        asked: Receiver,
        certificates: Option<CertificateFolder>,
        (portal, admin): (TcpListener, TcpListener),
    ) -> Result<(), Failure> {
        let watched = admin::Watched {
            gateway: self.gateway_threads.clone(),
            journal: self.journal.clone(),
            meter: self.meter.figures().clone(),
            spans: self.observers.spans().clone(),
            store: self.control.store().clone(),
            trouble: self.trouble.clone(),
            stop: self.tasks.stopping(),
        };
        self.control.observe(Arc::new(GatewayView {
            gateway: self.gateway_threads.clone(),
            journal: self.journal.clone(),
            trouble: self.trouble.clone(),
            certificates: certificates.as_ref().map(|folder| folder.certificates.clone()),
            portal: self.portal,
            admin: self.admin,
        }));
        self.tasks.spawn(sync.run(asked, self.tasks.stopping()));
        if let Some(folder) = certificates {
            self.tasks.spawn(folder.watch(self.trouble.clone(), self.tasks.stopping()));
        }
        let (control, meter) = (self.control.clone(), self.meter.clone());
        self.writing.keep("meter", move |stop| meter.clone().run(control.clone(), stop));
        let journal = self.journal.clone();
        self.writing.keep("committer", move |stop| committer::run(journal.clone(), stop));
        jobs::start(&self.tasks, &self.control);
        let trusted_proxies = config.trusted_proxies.as_slice().into();
        let limits = listen::Limits { trusted_proxies, ..listen::Limits::default() };
        let router = front_door(&self.control, &self.trouble)?;
        self.tasks.spawn(listen::serve(portal, router, limits.clone(), self.tasks.stopping()));
        // answers to the last: the machine that watches hears that we are stopping
        self.writing.spawn(listen::serve(admin, admin::router(watched), limits, self.writing.stopping()));
        Ok(())
    }

    /// Lets calls under way finish, writes the last of them down, and ends.
    pub async fn stop(self) -> Result<(), Failure> {
        // the portal and the loops end while the gateway drains
        let tasks = self.tasks.clone();
        let gateway = self.gateway_threads.clone();
        let drained = tokio::task::spawn_blocking(move || gateway.drain(DRAIN));
        let ended = tasks.end(DRAIN).await;
        drained.await.map_err(|error| Failure::new(format!("gateway: {error}")))?;
        self.observers.end(OBSERVERS).await?;
        let metered = self.writing.end(DRAIN).await;
        self.journal.sync()?;
        self.background.close().await;
        self.control.store().close().await;
        if ended && metered { Ok(()) } else { Err(Failure::new("some work did not end in time")) }
    }

    /// Resolves when every call that ended so far is in the database.
    pub async fn metered(&self) {
        while self.journal.pending().records > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

//! A small world to act in: three teams and the people in them, an api with two plans, and a clock that stands
//! until it is moved.

mod apis;
mod calls;
mod models;

use chrono::{DateTime, Duration};
use control::signal::{Caught, Receiver};
use control::{Actor, ChangeSignal, Clock, Control, Parts, Result, keys::MasterKey};
use domain::Time;
use domain::accounts::{Account, AccountStatus};
use domain::applications::{Application, CreateApplication};
use domain::audit::{AuditFilter, AuditRow};
use domain::gateway_config::GatewayConfig;
use domain::ids::{AccountId, SubscriptionId, TeamId};
use domain::net::OutboundGuard;
use domain::paging::PageOf;
use domain::plans::Plan;
use domain::problem::{Problem, ProblemKind};
use domain::providers::VendorForm;
use domain::requests::{Request, RequestFilter};
use domain::roles::{PlatformRole, TeamRole};
use domain::subscriptions::{Decision, RequestSubscription, Subscription, SubscriptionSummary};
use domain::teams::Team;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use store::Store;
use store::testing::Fixture;

pub use calls::{call, call_id, call_name};

/// 2026-01-15T12:00:00Z
const START_MS: i64 = 1_768_478_400_000;
/// A vendor of each kind.
const VENDORS: &str = include_str!("support/vendors.json");

pub struct World {
    pub control: Control,
    pub master_key: MasterKey,
    now_ms: Arc<AtomicI64>,
    /// How often the gateway was asked to catch up.
    caught: Arc<AtomicUsize>,
    made: AtomicU64,
    pub provider: Team,
    pub consumer: Team,
    pub administrator: Actor,
    pub auditor: Actor,
    /// Owner and publisher of the team that provides.
    pub provider_owner: Actor,
    pub publisher: Actor,
    pub developer: Actor,
    /// Owner and viewer of the team that consumes.
    pub consumer_owner: Actor,
    pub viewer: Actor,
    /// Owner of a third team.
    pub foreign: Actor,
    /// In no team.
    pub newcomer: Actor,
}

impl World {
    /// With a gateway that is up to date at once.
    pub async fn new(store: &Fixture) -> Self {
        let (signal, receiver) = ChangeSignal::channel();
        let caught = Arc::new(AtomicUsize::new(0));
        #[expect(
            clippy::disallowed_methods,
            reason = "ends with the world, when the last signal is dropped"
        )]
        tokio::spawn(acknowledge(receiver, caught.clone()));
        Self::with_signal(store, signal, caught).await
    }

    /// With a gateway that the test plays: it answers on the receiver.
    pub async fn with_gateway(store: &Fixture) -> (Self, Receiver) {
        let (signal, receiver) = ChangeSignal::channel();
        (Self::with_signal(store, signal, Arc::default()).await, receiver)
    }

    async fn with_signal(store: &Fixture, signal: ChangeSignal, caught: Arc<AtomicUsize>) -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        let clock = now_ms.clone();
        let master_key = MasterKey::generate();
        let clock = Clock::from_fn(move || time(clock.load(Ordering::SeqCst)));
        let outbound = OutboundGuard::default();
        let control = control(store, clock, (&master_key, outbound), signal);
        let made = AtomicU64::new(0);
        let people = People { control: &control, made: &made };
        let provider = people.team("Pets").await;
        let consumer = people.team("Weather").await;
        let third = people.team("Books").await;
        let member = PlatformRole::Member;
        Self {
            administrator: people.account("Ada", PlatformRole::Administrator, &[]).await,
            auditor: people.account("Audrey", PlatformRole::Auditor, &[]).await,
            provider_owner: people.account("Paul", member, &[(&provider, TeamRole::Owner)]).await,
            publisher: people.account("Pia", member, &[(&provider, TeamRole::Publisher)]).await,
            developer: people.account("Dora", member, &[(&provider, TeamRole::Developer)]).await,
            consumer_owner: people.account("Carl", member, &[(&consumer, TeamRole::Owner)]).await,
            viewer: people.account("Vera", member, &[(&consumer, TeamRole::Viewer)]).await,
            foreign: people.account("Fritz", member, &[(&third, TeamRole::Owner)]).await,
            newcomer: people.account("Nina", member, &[]).await,
            control,
            master_key,
            now_ms,
            caught,
            made,
            provider,
            consumer,
        }
    }

    pub fn now(&self) -> Time {
        self.control.now()
    }

    /// The same installation, where other addresses may be called. No gateway is waited for.
    pub fn reaching(&self, outbound: OutboundGuard) -> Control {
        let (store, clock) = (self.control.store(), self.control.clock().clone());
        control(store, clock, (&self.master_key, outbound), ChangeSignal::nobody())
    }

    pub fn pass(&self, duration: Duration) {
        self.now_ms.fetch_add(duration.num_milliseconds(), Ordering::SeqCst);
    }

    /// How often the gateway was asked to catch up until now.
    pub fn signals(&self) -> usize {
        self.caught.load(Ordering::SeqCst)
    }

    /// A new identifier.
    pub fn id<Id>(&self, from_parts: impl Fn(u64, u128) -> Id) -> Id {
        new_id(&self.made, from_parts)
    }

    /// What the gateway is told to serve now.
    pub async fn gateway(&self) -> GatewayConfig {
        let mut conn = self.control.store().snapshot().await.unwrap();
        store::gateway_config::load(&mut conn, self.now()).await.unwrap()
    }

    /// An application of the team that consumes.
    pub async fn application(&self, name: &str) -> Application {
        let input = CreateApplication { name: name.to_owned(), ..CreateApplication::default() };
        control::applications::create(&self.control, &self.consumer_owner, &self.consumer.id, input)
            .await
            .unwrap()
    }

    /// Asks for a subscription as the owner of the team that consumes.
    pub async fn request(&self, application: &Application, plan: &Plan) -> Result<Subscription> {
        self.request_as(&self.consumer_owner, application, plan).await
    }

    pub async fn request_as(
        &self,
        actor: &Actor,
        application: &Application,
        plan: &Plan,
    ) -> Result<Subscription> {
        let input = RequestSubscription { plan: plan.id.to_string(), reason: "we need pets".to_owned() };
        control::subscriptions::request(&self.control, actor, &application.id, input).await
    }

    pub async fn subscription(&self, id: &SubscriptionId) -> SubscriptionSummary {
        control::subscriptions::get(&self.control, &self.administrator, id).await.unwrap()
    }

    /// The requests that somebody reads.
    pub async fn requests(&self, actor: &Actor) -> Vec<Request> {
        let (filter, page) = (RequestFilter::default(), PageOf::default());
        control::requests::list(&self.control, actor, &filter, &page).await.unwrap().items
    }

    /// The trail of one object, oldest first.
    pub async fn trail(&self, object_id: &str) -> Vec<AuditRow> {
        let filter = AuditFilter { object_id: object_id.to_owned(), ..AuditFilter::default() };
        let mut rows = self.audit(&filter).await;
        rows.reverse();
        rows
    }

    pub async fn audit(&self, filter: &AuditFilter) -> Vec<AuditRow> {
        control::audit::list(&self.control, &self.auditor, filter, &PageOf::default()).await.unwrap().items
    }
}

/// The actions of a trail.
pub fn actions(trail: &[AuditRow]) -> Vec<&str> {
    trail.iter().map(|row| row.entry.action.as_str()).collect()
}

pub fn because(reason: &str) -> Decision {
    Decision { reason: reason.to_owned() }
}

/// What a refused use case tells the caller.
#[track_caller]
pub fn refused<T>(result: Result<T>) -> Problem {
    match result {
        Ok(_) => panic!("expected a refusal"),
        Err(error) => error.problem(),
    }
}

#[track_caller]
pub fn refused_as<T>(kind: ProblemKind, result: Result<T>) -> Problem {
    let problem = refused(result);
    assert_eq!(problem.kind, kind, "{problem}");
    problem
}

pub fn time(unix_ms: i64) -> Time {
    DateTime::from_timestamp_millis(unix_ms).unwrap()
}

fn control(
    store: &Store,
    clock: Clock,
    (master_key, outbound): (&MasterKey, OutboundGuard),
    signal: ChangeSignal,
) -> Control {
    let vendors: Vec<VendorForm> = serde_json::from_str(VENDORS).unwrap();
    Control::new(Parts {
        store: store.clone(),
        clock,
        master_key: master_key.clone(),
        outbound,
        portal_url: "http://portal.test".to_owned(),
        gateway_url: "http://gateway.test".to_owned(),
        signal,
        vendors: vendors.into(),
        models: models::catalogue(),
    })
}

async fn acknowledge(mut receiver: Receiver, count: Arc<AtomicUsize>) {
    while let Some(caught) = receiver.recv().await {
        count.fetch_add(1, Ordering::SeqCst);
        told(caught);
    }
}

/// Says that the gateway has caught up.
pub fn told(caught: Caught) {
    // whoever asked may be gone
    caught.send(()).ok();
}

fn new_id<Id>(made: &AtomicU64, from_parts: impl Fn(u64, u128) -> Id) -> Id {
    let number = made.fetch_add(1, Ordering::SeqCst);
    // in the past of every use case, in the order in which they were made
    from_parts(START_MS.unsigned_abs() - 1_000_000 + number, number.into())
}

struct People<'a> {
    control: &'a Control,
    made: &'a AtomicU64,
}

impl People<'_> {
    async fn team(&self, name: &str) -> Team {
        let team = Team {
            id: new_id(self.made, TeamId::from_parts),
            name: name.to_owned(),
            description: String::new(),
            created_at: time(START_MS),
        };
        let mut tx = self.control.store().begin().await.unwrap();
        store::teams::insert(&mut tx, &team).await.unwrap();
        tx.commit().await.unwrap();
        team
    }

    async fn account(&self, name: &str, role: PlatformRole, teams: &[(&Team, TeamRole)]) -> Actor {
        let account = Account {
            id: new_id(self.made, AccountId::from_parts),
            email: format!("{name}@example.com").parse().unwrap(),
            name: name.to_owned(),
            role,
            status: AccountStatus::Active,
            created_at: time(START_MS),
            last_sign_in_at: None,
        };
        let mut tx = self.control.store().begin().await.unwrap();
        store::accounts::insert(&mut tx, &account, "nobody signs in with a password here").await.unwrap();
        for (team, role) in teams {
            store::teams::add_member(&mut tx, &team.id, &account.id, *role, time(START_MS)).await.unwrap();
        }
        tx.commit().await.unwrap();
        control::accounts::actor(self.control, &account.id, "203.0.113.7").await.unwrap().unwrap()
    }
}

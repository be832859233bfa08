//! Rows to begin with: small, valid, told apart by a number or a name.

use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::{Account, AccountStatus};
use domain::apis::{Api, ApiKind, Visibility};
use domain::applications::Application;
use domain::ids::{AccountId, ApiId, ApplicationId, PlanId, SubscriptionId, TeamId, VersionId};
use domain::lifecycle::VersionState;
use domain::paging::{Page, PageOf};
use domain::plans::{Approval, Limits, Plan, Rate};
use domain::policies::Policies;
use domain::roles::PlatformRole;
use domain::routes::Route;
use domain::subscriptions::{Subscription, SubscriptionState};
use domain::teams::Team;
use domain::text::VersionName;
use domain::upstream::Upstream;
use domain::versions::{Lifecycle, Version, VersionConfig};
use store::{Store, Tx};

/// 2026-01-01T00:00:00Z and so many seconds.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::seconds(seconds)
}

fn millis(number: u64) -> u64 {
    1_767_225_600_000 + number
}

pub fn page(limit: u32, cursor: Option<String>) -> PageOf {
    PageOf { limit, cursor }
}

/// Reads every page of a list with two items each; fails when it does not end.
pub async fn every_page<T>(mut list: impl AsyncFnMut(PageOf) -> Page<T>) -> Vec<T> {
    let mut all = Vec::new();
    let mut cursor = None;
    for _ in 0..100 {
        let found = list(page(2, cursor)).await;
        assert!(found.items.len() <= 2);
        all.extend(found.items);
        cursor = found.next;
        if cursor.is_none() {
            return all;
        }
    }
    panic!("the list has no end");
}

pub fn account(number: u64, email: &str) -> Account {
    Account {
        id: AccountId::from_parts(millis(number), 1),
        email: email.parse().unwrap(),
        name: format!("Person {number}"),
        role: PlatformRole::Member,
        status: AccountStatus::Active,
        created_at: at(0),
        last_sign_in_at: None,
    }
}

pub fn team(number: u64, name: &str) -> Team {
    Team {
        id: TeamId::from_parts(millis(number), 1),
        name: name.to_owned(),
        description: String::new(),
        created_at: at(0),
    }
}

pub fn api(number: u64, team: &TeamId, slug: &str) -> Api {
    Api {
        id: ApiId::from_parts(millis(number), 1),
        team: team.clone(),
        slug: slug.parse().unwrap(),
        name: format!("Api {slug}"),
        description: "Says 100% of what it _knows_".to_owned(),
        category: "Weather".to_owned(),
        tags: vec!["rain".to_owned(), "sun".to_owned()],
        kind: ApiKind::Rest,
        visibility: Visibility::Internal,
        default_version: VersionName::first(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn config(hosts: &[&str]) -> VersionConfig {
    VersionConfig {
        upstream: Upstream::at("http://127.0.0.1:9000".parse().unwrap()),
        models: None,
        prompt: None,
        routes: vec![Route::everything()],
        hosts: hosts.iter().map(|host| host.parse().unwrap()).collect(),
        policies: Policies::default(),
        docs: "# Guide".to_owned(),
    }
}

pub fn version(number: u64, api: &ApiId) -> Version {
    Version {
        id: VersionId::from_parts(millis(number), 1),
        api: api.clone(),
        name: VersionName::first(),
        state: VersionState::Draft,
        live_revision: None,
        draft: config(&[]),
        has_document: false,
        lifecycle: Lifecycle::default(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn plan(number: u64, api: &ApiId) -> Plan {
    Plan {
        id: PlanId::from_parts(millis(number), 1),
        api: api.clone(),
        name: format!("Plan {number}"),
        description: String::new(),
        approval: Approval::Manual,
        limits: Limits { rate: Some(Rate { requests: 10, seconds: 1 }), ..Limits::default() },
        terms: String::new(),
        closed: false,
    }
}

pub fn application(number: u64, team: &TeamId) -> Application {
    Application {
        id: ApplicationId::from_parts(millis(number), 1),
        team: team.clone(),
        name: format!("Application {number}"),
        description: String::new(),
        created_at: at(0),
    }
}

pub fn subscription(number: u64, application: &ApplicationId, plan: &Plan) -> Subscription {
    Subscription {
        id: SubscriptionId::from_parts(millis(number), 1),
        application: application.clone(),
        api: plan.api.clone(),
        plan: plan.id.clone(),
        state: SubscriptionState::Pending,
        reason: "to know".to_owned(),
        paused_by: None,
        decision: String::new(),
        expires_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A team with a published api (one version, one plan) and an application.
pub struct World {
    pub team: Team,
    pub api: Api,
    pub version: Version,
    pub plan: Plan,
    pub application: Application,
}

impl World {
    pub async fn build(store: &Store, number: u64, slug: &str) -> Self {
        let mut tx = store.begin().await.unwrap();
        let world = Self::insert(&mut tx, number, slug).await;
        tx.commit().await.unwrap();
        world
    }

    async fn insert(tx: &mut Tx, number: u64, slug: &str) -> Self {
        let team = team(number, &format!("Team {slug}"));
        store::teams::insert(tx, &team).await.unwrap();
        let api = api(number, &team.id, slug);
        store::apis::insert(tx, &api).await.unwrap();
        let mut version = version(number, &api.id);
        store::versions::insert(tx, &version, Some("{}")).await.unwrap();
        let plan = plan(number, &api.id);
        store::plans::insert(tx, &plan).await.unwrap();
        let application = application(number, &team.id);
        store::applications::insert(tx, &application).await.unwrap();
        publish(tx, &mut version).await;
        Self { team, api, version, plan, application }
    }
}

/// Makes the draft of `version` live.
pub async fn publish(tx: &mut Tx, version: &mut Version) -> i64 {
    let revision = store::versions::NewRevision {
        note: "first".to_owned(),
        published_by: "Ada".to_owned(),
        published_at: at(1),
        config: version.draft.clone(),
    };
    let number = store::versions::insert_revision(tx, &version.id, &revision).await.unwrap();
    version.state = VersionState::Published;
    version.live_revision = Some(number);
    store::versions::update_state(tx, version).await.unwrap();
    number
}

//! Two teams that trade: Petra's offers an api, Carl's uses it with an application. Made through the use cases, as
//! people would.

use super::support::{Browser, PASSWORD, Portal};
use control::{Actor, Control};
use domain::Time;
use domain::apis::{ApiDetail, CreateApi};
use domain::applications::{Application, CreateApplication};
use domain::calls::Call;
use domain::credentials::CreateCredential;
use domain::ids::TeamId;
use domain::plans::{Approval, CreatePlan, Limits, Period, Plan, Quota};
use domain::roles::{PlatformRole, TeamRole};
use domain::subscriptions::{RequestSubscription, Subscription};
use domain::teams::{AddMember, CreateTeam};
use domain::text::VersionName;
use domain::upstream::UpstreamInput;
use domain::versions::Publish;

pub struct Trade {
    pub portal: Portal,
    pub api: ApiDetail,
    /// Approved by itself, and by somebody.
    pub automatic: Plan,
    pub manual: Plan,
    pub application: Application,
    pub petra: Actor,
    pub carl: Actor,
    consumers: TeamId,
}

impl Trade {
    /// Pets is offered by the team Shelter, and Storefront has the application Web shop.
    pub async fn new() -> Self {
        let portal = Portal::new().await;
        let control = portal.control.clone();
        let petra = person(&portal, "petra", PlatformRole::Member).await;
        let carl = person(&portal, "carl", PlatformRole::Member).await;
        let providers = team(&control, &petra, "Shelter").await;
        let consumers = team(&control, &carl, "Storefront").await;
        let (petra, carl) = (again(&control, &petra).await, again(&control, &carl).await);
        let api = api(&control, &petra, &providers).await;
        let manual = api.plans.first().unwrap().clone();
        let automatic = automatic(&control, &petra, &api).await;
        let input = CreateApplication { name: "Web shop".to_owned(), description: "Sells pets".to_owned() };
        let application = control::applications::create(&control, &carl, &consumers, input).await.unwrap();
        Self { portal, api, automatic, manual, application, petra, carl, consumers }
    }

    pub fn control(&self) -> &Control {
        &self.portal.control
    }

    /// The browser of somebody made before: `petra`, `carl`.
    pub async fn browser(&self, name: &str) -> Browser {
        let mut browser = self.portal.browser();
        assert_eq!(browser.sign_in(name, PASSWORD).await.location(), "/");
        browser
    }

    /// The owner of a third team, who has nothing to do with any of it.
    pub async fn foreigner(&self) -> Browser {
        let fritz = person(&self.portal, "fritz", PlatformRole::Member).await;
        team(self.control(), &fritz, "Others").await;
        self.browser("fritz").await
    }

    /// Somebody with a role in the team that consumes.
    pub async fn consumer(&self, name: &str, role: TeamRole) -> Browser {
        person(&self.portal, name, PlatformRole::Member).await;
        let input = AddMember { email: format!("{name}@example.com"), role: role.to_string() };
        control::teams::add_member(self.control(), &self.carl, &self.consumers, input).await.unwrap();
        self.browser(name).await
    }

    pub async fn subscribe(&self, plan: &Plan) -> Subscription {
        let input = RequestSubscription { plan: plan.id.to_string(), reason: "We sell cats".to_owned() };
        control::subscriptions::request(self.control(), &self.carl, &self.application.id, input)
            .await
            .unwrap()
    }

    pub async fn subscription(&self, subscription: &Subscription) -> Subscription {
        control::subscriptions::get(self.control(), &self.petra, &subscription.id).await.unwrap().subscription
    }

    /// A key of the application; answers its id.
    pub async fn key(&self, name: &str) -> String {
        let input = CreateCredential { name: name.to_owned(), expires_at: None };
        let new = control::credentials::create(self.control(), &self.carl, &self.application.id, input).await;
        new.unwrap().credential.id.to_string()
    }

    /// The address of a part of the application's pages.
    pub fn page(&self, part: &str) -> String {
        format!("/applications/{}{part}", self.application.id)
    }

    /// A call of the application so many minutes ago, answered with a status.
    pub fn call(&self, minutes_ago: i64, status: u16) -> Call {
        let at = self.control().now() - chrono::Duration::minutes(minutes_ago);
        Call { status, ..call(self, at) }
    }

    /// Records calls and rolls them up, as the meter does.
    pub async fn record(&self, calls: &[Call]) {
        let mut tx = self.portal.store.calls_begin().await.unwrap();
        let new = store::calls::insert(&mut tx, calls).await.unwrap();
        assert_eq!(new.len(), calls.len(), "ids of calls are their own");
        store::usage::add(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn person(portal: &Portal, name: &str, role: PlatformRole) -> Actor {
    let account = portal.account(name, role).await;
    control::accounts::actor(&portal.control, &account.id, "192.0.2.7").await.unwrap().unwrap()
}

/// The person as they are now: their teams have changed.
async fn again(control: &Control, actor: &Actor) -> Actor {
    control::accounts::actor(control, &actor.account, "192.0.2.7").await.unwrap().unwrap()
}

async fn team(control: &Control, owner: &Actor, name: &str) -> TeamId {
    let input = CreateTeam { name: name.to_owned(), description: String::new() };
    control::teams::create(control, owner, input).await.unwrap().id
}

async fn api(control: &Control, petra: &Actor, team: &TeamId) -> ApiDetail {
    let upstream =
        UpstreamInput { url: "https://backend.example.com".to_owned(), ..UpstreamInput::default() };
    let input = CreateApi {
        name: "Pets".to_owned(),
        slug: "pets".to_owned(),
        upstream: Some(upstream),
        ..CreateApi::default()
    };
    let api = control::apis::create(control, petra, team, input).await.unwrap();
    let published = Publish::default();
    control::versions::publish(control, petra, &api.api.id, &VersionName::first(), published).await.unwrap();
    api
}

async fn automatic(control: &Control, petra: &Actor, api: &ApiDetail) -> Plan {
    let input = CreatePlan {
        name: "Free".to_owned(),
        approval: Approval::Automatic.to_string(),
        limits: Limits { quota: Some(Quota { requests: 1_000, period: Period::Day }), ..Limits::default() },
        ..CreatePlan::default()
    };
    control::plans::create(control, petra, &api.api.id, input).await.unwrap()
}

fn call(trade: &Trade, at: Time) -> Call {
    Call {
        id: uuid::Uuid::now_v7().to_string(),
        at,
        api: Some(trade.api.api.id.clone()),
        version: Some("v1".to_owned()),
        route: Some("ANY /*".to_owned()),
        application: Some(trade.application.id.clone()),
        credential: None,
        subscription: None,
        plan: None,
        method: "GET".to_owned(),
        path: "/pets/v1/cats".to_owned(),
        status: 200,
        outcome: "ok".to_owned(),
        duration_us: 20_000,
        upstream_us: Some(15_000),
        request_bytes: 0,
        response_bytes: 1_000,
        client_address: "203.0.113.9".to_owned(),
        user_agent: "test/1.0".to_owned(),
        attempts: 1,
    }
}

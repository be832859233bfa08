//! Two teams that trade: Petra's offers an api, Carl's uses it with an application. Made through the use cases, as
//! people would.

use super::support::{Browser, PASSWORD, Portal};
use control::{Actor, Control};
use domain::Time;
use domain::apis::{ApiDetail, CreateApi};
use domain::applications::{Application, CreateApplication};
use domain::budgets::CreateBudget;
use domain::calls::record::CallRecord;
use domain::calls::{Call, least_id};
use domain::certificates::CreateCertificate;
use domain::credentials::CreateCredential;
use domain::ids::{AccountId, ApiId, ApplicationId, BudgetId, CertificateId, RequestId, TeamId};
use domain::paging::PageOf;
use domain::plans::{Approval, CreatePlan, Limits, Period, Plan, Quota, Rate};
use domain::policies::limits::{By, ScopedLimit};
use domain::roles::{PlatformRole, TeamRole};
use domain::subscriptions::{RequestSubscription, Subscription};
use domain::teams::{AddMember, CreateTeam};
use domain::text::VersionName;
use domain::upstream::{Upstream, UpstreamInput};
use domain::versions::{Publish, UpdateDraft};
use faultlab::authority::{Authority, Signed};

/// An OpenAPI document.
pub const DOCUMENT: &str = "openapi: 3.1.0\ninfo: {title: Cats, version: '1'}\nservers: [{url: 'https://cats.example.com'}]\n\
    paths:\n  /cats:\n    get: {summary: Lists cats, responses: {'200': {description: ok}}}\n";
/// A client certificate called `shelter`, signed by an authority that nobody knows.
pub fn signed() -> Signed {
    Authority::new("Realm").unwrap().client("shelter").unwrap()
}

/// One with a mistake in line 5.
pub const BAD: &str = "openapi: 3.1.0\ninfo: {title: Cats, version: '1'}\npaths:\n  /cats:\n    get: 5\n";

pub struct Trade {
    pub portal: Portal,
    pub api: ApiDetail,
    /// Approved by itself, and by somebody.
    pub automatic: Plan,
    pub manual: Plan,
    pub application: Application,
    pub petra: Actor,
    pub carl: Actor,
    pub consumers: TeamId,
}

impl Trade {
    pub async fn new() -> Self {
        Self::at(Portal::new().await).await
    }

    /// Pets is offered by the team Shelter, and Storefront has the application Web shop.
    pub async fn at(portal: Portal) -> Self {
        let control = portal.control.clone();
        let petra = person(&portal, "petra", PlatformRole::Member).await;
        let carl = person(&portal, "carl", PlatformRole::Member).await;
        let providers = team(&control, &petra, "Shelter").await;
        let consumers = team(&control, &carl, "Storefront").await;
        let (petra, carl) = (again(&control, &petra).await, again(&control, &carl).await);
        let api = api(&control, &petra, &providers).await;
        let manual = api.plans.first().unwrap().clone();
        let automatic = plan(&control, &petra, &api, "Free", Approval::Automatic).await;
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

    /// Of 1,000 tokens a month, on the api.
    pub async fn budget(&self) -> BudgetId {
        let input = CreateBudget {
            subject: self.api.api.id.to_string(),
            unit: "tokens".to_owned(),
            amount: 1_000,
            period: "month".to_owned(),
        };
        control::budgets::create(self.control(), &self.petra, input).await.unwrap().budget.id
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

    /// Somebody with a role in the team that offers the api.
    pub async fn provider(&self, name: &str, role: TeamRole) -> Browser {
        person(&self.portal, name, PlatformRole::Member).await;
        let input = AddMember { email: format!("{name}@example.com"), role: role.to_string() };
        control::teams::add_member(self.control(), &self.petra, &self.api.api.team, input).await.unwrap();
        self.browser(name).await
    }

    /// Gives the draft one more limit, of five calls a second for each address.
    pub async fn limit(&self, name: &str) -> ScopedLimit {
        let (api, v1) = (&self.api.api.id, "v1".parse().unwrap());
        let rate = Some(Rate { requests: 5, seconds: 1 });
        let limit =
            ScopedLimit { name: name.to_owned(), by: By::Address, rate, quota: None, routes: Vec::new() };
        let version = control::versions::get(self.control(), &self.petra, api, &v1).await.unwrap();
        let mut policies = version.draft.policies;
        policies.limits.push(limit.clone());
        let input = UpdateDraft { policies: Some(policies), ..UpdateDraft::default() };
        control::versions::update_draft(self.control(), &self.petra, api, &v1, input).await.unwrap();
        limit
    }

    pub async fn subscribe(&self, plan: &Plan) -> Subscription {
        self.subscribe_as(&self.application.id, plan).await
    }

    async fn subscribe_as(&self, application: &ApplicationId, plan: &Plan) -> Subscription {
        let input = RequestSubscription { plan: plan.id.to_string(), reason: "We sell cats".to_owned() };
        control::subscriptions::request(self.control(), &self.carl, application, input).await.unwrap()
    }

    pub async fn subscription(&self, subscription: &Subscription) -> Subscription {
        control::subscriptions::get(self.control(), &self.petra, &subscription.id).await.unwrap().subscription
    }

    /// A request that waits for Petra, of an application of its own.
    pub async fn ask(&self, application: &str) -> RequestId {
        let application = self.application_named(application).await;
        let asked = self.subscribe_as(&application, &self.manual).await;
        let waiting = control::requests::waiting(self.control(), &self.petra, &PageOf::default()).await;
        let waiting = waiting.unwrap().items.into_iter();
        waiting
            .filter(|request| request.subscription.as_ref() == Some(&asked.id))
            .map(|request| request.id)
            .next()
            .unwrap()
    }

    pub async fn plan(&self, name: &str, approval: Approval) -> Plan {
        plan(self.control(), &self.petra, &self.api, name, approval).await
    }

    /// A key of the application; answers its id.
    pub async fn key(&self, name: &str) -> String {
        let input = CreateCredential { name: name.to_owned(), expires_at: None };
        let new = control::credentials::create(self.control(), &self.carl, &self.application.id, input).await;
        new.unwrap().credential.id.to_string()
    }

    /// Somebody as they are now.
    pub async fn actor(&self, account: &AccountId) -> Actor {
        control::accounts::actor(self.control(), account, "192.0.2.7").await.unwrap().unwrap()
    }

    pub async fn team(&self, owner: &Actor, name: &str) -> TeamId {
        team(self.control(), owner, name).await
    }

    /// A team of Carl's that Petra is in too.
    pub async fn crowded_team(&self) -> TeamId {
        let id = self.team(&self.carl, "Crowded").await;
        let carl = self.actor(&self.carl.account).await;
        let input = AddMember { email: "petra@example.com".to_owned(), role: TeamRole::Viewer.to_string() };
        control::teams::add_member(self.control(), &carl, &id, input).await.unwrap();
        id
    }

    /// A client certificate of Petra's team.
    pub async fn certificate(&self, name: &str) -> CertificateId {
        let Signed { chain, private_key } = signed();
        let input = CreateCertificate { name: name.to_owned(), chain, private_key };
        let team = &self.api.api.team;
        control::certificates::create(self.control(), &self.petra, team, input).await.unwrap().id
    }

    /// Another api of Petra's team, never published.
    pub async fn draft(&self, name: &str) -> ApiId {
        let upstream = UpstreamInput::at("https://backend.example.com");
        let input = CreateApi { name: name.to_owned(), upstream: Some(upstream), ..CreateApi::default() };
        control::apis::create(self.control(), &self.petra, &self.api.api.team, input).await.unwrap().api.id
    }

    /// Where the calls of the draft of the api go.
    pub async fn upstream(&self) -> Upstream {
        let (api, version) = (&self.api.api.id, VersionName::first());
        control::versions::get(self.control(), &self.petra, api, &version).await.unwrap().draft.upstream
    }

    /// Another application of Carl's team.
    pub async fn application_named(&self, name: &str) -> ApplicationId {
        let input = CreateApplication { name: name.to_owned(), description: String::new() };
        control::applications::create(self.control(), &self.carl, &self.consumers, input).await.unwrap().id
    }

    /// The address of a part of the application's pages.
    pub fn page(&self, part: &str) -> String {
        format!("/applications/{}{part}", self.application.id)
    }

    /// The address of a part of the api's workspace.
    pub fn workspace(&self, part: &str) -> String {
        format!("/apis/{}{part}", self.api.api.id)
    }

    /// A call of the application so many minutes ago, answered with a status.
    pub fn call(&self, minutes_ago: i64, status: u16) -> Call {
        let at = self.control().now() - chrono::Duration::minutes(minutes_ago);
        Call { status, ..call(self, at) }
    }

    /// Records calls and rolls them up, as the meter does.
    pub async fn record(&self, calls: &[Call]) {
        let mut tx = self.portal.store.calls_begin().await.unwrap();
        let new = store::calls::insert(&mut tx, &CallRecord::of_all(calls).unwrap()).await.unwrap();
        assert_eq!(new.len(), calls.len(), "ids of calls are their own");
        store::usage::add(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The fields that every form about the version sends.
pub fn about<'a>(id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("api", id), ("version", "v1")];
    fields.extend_from_slice(more);
    fields
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
    let upstream = UpstreamInput::at("https://backend.example.com");
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

async fn plan(control: &Control, petra: &Actor, api: &ApiDetail, name: &str, approval: Approval) -> Plan {
    let input = CreatePlan {
        name: name.to_owned(),
        approval: approval.to_string(),
        limits: Limits { quota: Some(Quota { requests: 1_000, period: Period::Day }), ..Limits::default() },
        ..CreatePlan::default()
    };
    control::plans::create(control, petra, &api.api.id, input).await.unwrap()
}

fn call(trade: &Trade, at: Time) -> Call {
    Call {
        id: {
            let now = uuid::Uuid::now_v7().to_string();
            now.replacen(&now[..13], &least_id(at), 1)
        },
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
        ai: None,
    }
}

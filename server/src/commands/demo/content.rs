//! The people and things of the demo, made through the same use cases as everything else.

use super::models::{self, Models, People};
use super::prompt;
use crate::commands::Failure;
use control::{Actor, Control};
use domain::accounts::CreateAccount;
use domain::apis::{ApiDetail, CreateApi};
use domain::applications::{Application, CreateApplication};
use domain::credentials::CreateCredential;
use domain::ids::{ApplicationId, CredentialId, TeamId};
use domain::plans::{Approval, CreatePlan, Limits, Period, Quota, Rate, UpdatePlan};
use domain::roles::{PlatformRole, TeamRole};
use domain::subscriptions::{Grant, RequestSubscription, Subscription, SubscriptionState};
use domain::teams::{AddMember, CreateTeam};
use domain::text::VersionName;
use domain::upstream::UpstreamInput;
use domain::versions::{Deprecate, Publish, UpdateDraft};

/// Who the people are, and the addresses that they sign in with.
pub const PEOPLE: [(&str, &str); 3] = [
    ("administrator", "ada@demo.example"),
    ("owner of the team that offers APIs", "petra@demo.example"),
    ("owner of the team that uses them", "carl@demo.example"),
];

const WIDGETS: &str = include_str!("widgets.yaml");

/// What traffic is made up for.
pub struct Made {
    pub uses: Vec<Use>,
    pub models: Models,
    /// Application and key, to be shown once.
    pub keys: Vec<(String, String)>,
}

/// An application with access to an api.
pub struct Use {
    pub api: ApiDetail,
    pub routes: Vec<domain::routes::Route>,
    pub subscription: Subscription,
    pub credential: CredentialId,
}

/// Where the calls of the demo end.
pub struct Addresses {
    pub backend: String,
    pub vendor: String,
}

pub async fn make(control: &Control, addresses: &Addresses, password: &str) -> Result<Made, Failure> {
    let backend = addresses.backend.as_str();
    let [ada, petra, carl] = people(control, password).await?;
    let offering = team(control, &petra, "Widgets", "Offers the widget APIs.").await?;
    let using = team(control, &carl, "Storefront", "Builds the shop.").await?;
    let reader = AddMember { email: ada.email.clone(), role: TeamRole::Viewer.to_string() };
    let [petra, carl] = [again(control, &petra).await?, again(control, &carl).await?];
    control::teams::add_member(control, &petra, &offering, reader).await?;

    let echo = published(control, &petra, &offering, echo(backend), GUIDE).await?;
    let widgets = published(control, &petra, &offering, widgets(backend), GUIDE).await?;
    let shipping = published(control, &petra, &offering, shipping(backend), GUIDE).await?;
    automatic(control, &petra, &echo).await?;
    let soon = Deprecate { sunset_at: Some(control.now() + chrono::Duration::days(60)), successor: None };
    control::versions::deprecate(control, &petra, &shipping.api.id, &VersionName::first(), soon).await?;

    let (shop, shop_id, shop_key) = application(control, &carl, &using, "Web shop").await?;
    let (mobile, mobile_id, mobile_key) = application(control, &carl, &using, "Mobile app").await?;
    let mut uses = Vec::new();
    for (application, credential, api) in
        [(&shop, &shop_id, &widgets), (&shop, &shop_id, &echo), (&mobile, &mobile_id, &echo)]
    {
        let subscription = subscribe(control, &carl, &application.id, api, "The shop shows them.").await?;
        let subscription = if subscription.state == SubscriptionState::Pending {
            let welcome = Grant { reason: "Welcome!".to_owned(), expires_at: None };
            control::subscriptions::approve(control, &petra, &subscription.id, welcome).await?
        } else {
            subscription
        };
        let live = control::versions::get(control, &petra, &api.api.id, &VersionName::first()).await?;
        let (api, credential) = (api.clone(), credential.clone());
        uses.push(Use { api, routes: live.draft.routes, subscription, credential });
    }
    // and one that waits in the inbox
    subscribe(control, &carl, &mobile.id, &widgets, "The app is to show stock levels.").await?;
    let people = People { operator: &ada, owner: (&petra, &offering), user: (&carl, &using) };
    let models = models::make(control, people, &addresses.vendor).await?;
    prompt::make(control, (&petra, &offering), (&carl, &models.application), &models).await?;
    let keys = [
        (shop.name, shop_key),
        (mobile.name, mobile_key),
        (models::APPLICATION.to_owned(), models.key.clone()),
    ];
    Ok(Made { uses, models, keys: keys.into() })
}

async fn people(control: &Control, password: &str) -> Result<[Actor; 3], Failure> {
    let mut actors = Vec::new();
    let rows = [
        ("Ada", PlatformRole::Administrator),
        ("Petra", PlatformRole::Member),
        ("Carl", PlatformRole::Member),
    ];
    for ((name, role), (_, email)) in rows.into_iter().zip(PEOPLE) {
        let input =
            CreateAccount { name: name.to_owned(), email: email.to_owned(), password: password.to_owned() };
        let account = control::accounts::create(control, input, role).await?;
        actors.extend(control::accounts::actor(control, &account.id, "demo").await?);
    }
    actors.try_into().map_err(|_| Failure::new("an account of the demo cannot sign in"))
}

/// The person as they are now: their teams may have changed.
async fn again(control: &Control, actor: &Actor) -> Result<Actor, Failure> {
    let actor = control::accounts::actor(control, &actor.account, "demo").await?;
    actor.ok_or_else(|| Failure::new("an account of the demo cannot sign in"))
}

async fn team(control: &Control, actor: &Actor, name: &str, description: &str) -> Result<TeamId, Failure> {
    let input = CreateTeam { name: name.to_owned(), description: description.to_owned() };
    Ok(control::teams::create(control, actor, input).await?.id)
}

fn api(name: &str, slug: &str, description: &str, tags: &[&str], backend: &str) -> CreateApi {
    CreateApi {
        name: name.to_owned(),
        slug: slug.to_owned(),
        description: description.to_owned(),
        category: "Shop".to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        visibility: "public".to_owned(),
        upstream: Some(UpstreamInput::at(backend)),
        ..CreateApi::default()
    }
}

fn echo(backend: &str) -> CreateApi {
    let about = "Says what it was sent. Made for a first call.";
    CreateApi {
        category: "Tools".to_owned(),
        ..api("Echo", "echo", about, &["testing", "start here"], backend)
    }
}

fn widgets(backend: &str) -> CreateApi {
    let about = "Widgets with their prices and stock levels.";
    CreateApi {
        openapi: Some(WIDGETS.to_owned()),
        ..api("Widget catalogue", "widgets", about, &["products"], backend)
    }
}

fn shipping(backend: &str) -> CreateApi {
    api("Shipping", "shipping", "Quotes for parcels. To be replaced.", &["logistics"], backend)
}

/// A new api, live, with a guide.
pub async fn published(
    control: &Control,
    actor: &Actor,
    team: &TeamId,
    input: CreateApi,
    guide: &str,
) -> Result<ApiDetail, Failure> {
    let created = control::apis::create(control, actor, team, input).await?;
    let (id, version) = (&created.api.id, VersionName::first());
    let docs = UpdateDraft { docs: Some(guide.to_owned()), ..UpdateDraft::default() };
    control::versions::update_draft(control, actor, id, &version, docs).await?;
    let note = Publish { note: "First publication".to_owned() };
    control::versions::publish(control, actor, id, &version, note).await?;
    Ok(control::apis::get(control, actor, id).await?)
}

const GUIDE: &str = "# First call\n\nSubscribe with an application, make a key, and send it as a bearer token:\n\n\
    ```sh\ncurl -H \"Authorization: Bearer $KEY\" \"$BASE_URL/\"\n```\n\nAnswers carry `RateLimit` headers: they say \
    how much is left.\n";

/// Opens an api to everybody, and offers a second plan that is asked for.
async fn automatic(control: &Control, actor: &Actor, api: &ApiDetail) -> Result<(), Failure> {
    automatic_plan(control, actor, api).await?;
    let partner = CreatePlan {
        name: "Partner".to_owned(),
        description: "For those who need more.".to_owned(),
        approval: Approval::Manual.to_string(),
        ..CreatePlan::default()
    };
    control::plans::create(control, actor, &api.api.id, partner).await?;
    Ok(())
}

/// Opens an api to everybody.
pub async fn automatic_plan(control: &Control, actor: &Actor, api: &ApiDetail) -> Result<(), Failure> {
    let Some(plan) = api.plans.first() else { return Ok(()) };
    let limits = Limits {
        rate: Some(Rate { requests: 120, seconds: 60 }),
        quota: Some(Quota { requests: 10_000, period: Period::Day }),
        ..Limits::default()
    };
    let open = UpdatePlan {
        name: Some("Free".to_owned()),
        approval: Some(Approval::Automatic),
        limits: Some(limits),
        ..UpdatePlan::default()
    };
    control::plans::update(control, actor, &api.api.id, &plan.id, open).await?;
    Ok(())
}

/// A new application, its credential and the key of that.
pub async fn application(
    control: &Control,
    actor: &Actor,
    team: &TeamId,
    name: &str,
) -> Result<(Application, CredentialId, String), Failure> {
    let input = CreateApplication { name: name.to_owned(), description: String::new() };
    let application = control::applications::create(control, actor, team, input).await?;
    let input = CreateCredential { name: "production".to_owned(), expires_at: None };
    let new = control::credentials::create(control, actor, &application.id, input).await?;
    Ok((application, new.credential.id, new.key))
}

pub async fn subscribe(
    control: &Control,
    actor: &Actor,
    application: &ApplicationId,
    api: &ApiDetail,
    reason: &str,
) -> Result<Subscription, Failure> {
    let plan = api.plans.first().ok_or_else(|| Failure::new("an api of the demo has no plan"))?;
    let input = RequestSubscription { plan: plan.id.to_string(), reason: reason.to_owned() };
    Ok(control::subscriptions::request(control, actor, application, input).await?)
}

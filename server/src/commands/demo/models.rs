//! The AI half of the demo: a simulated vendor that is connected three times, once for each of its dialects, and an
//! api of models in front of them.

use super::content::{Use, application, published, subscribe};
use crate::commands::Failure;
use control::{Actor, Control};
use domain::apis::CreateApi;
use domain::budgets::{CreateBudget, Unit};
use domain::ids::{ApplicationId, ProviderId, TeamId};
use domain::models::{AliasStrategy, ModelAlias, ModelTarget};
use domain::plans::{Approval, CostBudget, Limits, Period, Quota, Rate, TokenBudget, UpdatePlan};
use domain::providers::{CreateProvider, CreateProviderKey, ProviderSecret};
use domain::text::VersionName;

/// The names that callers use, and what stands behind each: the kind of the provider and the vendor's model, those
/// that are asked first before those that are asked when they fail. The names are of real models, so that calls have
/// real prices; who answers is the simulated vendor.
pub static ALIASES: [(&str, &[(&str, &str)]); 4] = [
    ("assistant", &[("openai", "gpt-5-mini"), ("anthropic", "claude-haiku-4-5")]),
    ("writer", &[("anthropic", "claude-sonnet-4-6"), ("openai", "gpt-5-mini")]),
    ("reader", &[("gemini", "gemini-2.5-flash")]),
    ("embedder", &[("openai", "text-embedding-3-small")]),
];

/// Kinds of providers, the names of their connections, and where the vendor speaks so.
const DIALECTS: [(&str, &str, &str); 3] = [
    ("openai", "Simulated OpenAI", "/v1"),
    ("anthropic", "Simulated Anthropic", "/v1"),
    ("gemini", "Simulated Gemini", "/v1beta"),
];

/// The application that asks the models.
pub const APPLICATION: &str = "Help desk";

/// In billionths of one.
const DOLLAR: u64 = 1_000_000_000;

/// Who provides, who offers, who uses.
pub struct People<'a> {
    pub operator: &'a Actor,
    pub owner: (&'a Actor, &'a TeamId),
    pub user: (&'a Actor, &'a TeamId),
}

/// What traffic is made up for.
pub struct Models {
    pub used: Use,
    /// By kind.
    pub providers: Vec<(&'static str, ProviderId)>,
    /// Of the application that asks the models.
    pub key: String,
    pub application: ApplicationId,
}

impl Models {
    /// The provider of a kind.
    pub fn provider(&self, kind: &str) -> Option<&ProviderId> {
        self.providers.iter().find(|(of, _)| *of == kind).map(|(_, id)| id)
    }
}

pub async fn make(control: &Control, people: People<'_>, vendor: &str) -> Result<Models, Failure> {
    let mut providers = Vec::new();
    for (kind, name, path) in DIALECTS {
        let input = provider(kind, name, &format!("{vendor}{path}"));
        providers.push((kind, control::providers::create(control, people.operator, input).await?.id));
    }
    let (owner, offering) = people.owner;
    let created = published(control, owner, offering, api(&providers), GUIDE).await?;
    let plan = created.plans.first().ok_or_else(|| Failure::new("an api of the demo has no plan"))?;
    let open = UpdatePlan {
        name: Some("Standard".to_owned()),
        approval: Some(Approval::Automatic),
        limits: Some(Limits {
            rate: Some(Rate { requests: 60, seconds: 60 }),
            quota: Some(Quota { requests: 5_000, period: Period::Day }),
            tokens: Some(TokenBudget { tokens: 20_000_000, period: Period::Month }),
            cost: Some(CostBudget { nano: 100 * DOLLAR, period: Period::Month }),
            ..Limits::default()
        }),
        ..UpdatePlan::default()
    };
    control::plans::update(control, owner, &created.api.id, &plan.id, open).await?;

    let (user, using) = people.user;
    let (desk, credential, key) = application(control, user, using, APPLICATION).await?;
    let budget = CreateBudget {
        subject: using.to_string(),
        unit: Unit::Nano.to_string(),
        amount: 60 * DOLLAR,
        period: Period::Month.to_string(),
    };
    control::budgets::create(control, people.operator, budget).await?;
    let reason = "Answers customers, and searches what was answered before.";
    let subscription = subscribe(control, user, &desk.id, &created, reason).await?;
    let live = control::versions::get(control, owner, &created.api.id, &VersionName::first()).await?;
    let used = Use { api: created, routes: live.draft.routes, subscription, credential };
    Ok(Models { used, providers, key, application: desk.id })
}

fn provider(kind: &str, name: &str, base_url: &str) -> CreateProvider {
    let key = |name: &str, weight| CreateProviderKey {
        name: name.to_owned(),
        // the vendor takes any
        secret: ProviderSecret::of(format!("simulated-key-{name}")),
        weight: Some(weight),
        expires_at: None,
    };
    CreateProvider {
        name: name.to_owned(),
        kind: kind.to_owned(),
        base_url: Some(base_url.to_owned()),
        keys: vec![key("main", 3), key("reserve", 1)],
        ..CreateProvider::default()
    }
}

fn api(providers: &[(&'static str, ProviderId)]) -> CreateApi {
    let target = |priority: usize, (kind, model): &(&str, &str)| {
        let (_, provider) = providers.iter().find(|(of, _)| of == kind)?;
        let priority = u32::try_from(priority).ok()?;
        Some(ModelTarget { provider: provider.clone(), model: (*model).to_owned(), weight: 1, priority })
    };
    let alias = |(name, targets): &(&str, &[(&str, &str)])| ModelAlias {
        name: (*name).to_owned(),
        targets: targets.iter().enumerate().filter_map(|(at, of)| target(at, of)).collect(),
        strategy: AliasStrategy::default(),
    };
    let about = "Models under names of our own: an assistant, a writer, and vectors for search. Who answers is simulated.";
    CreateApi {
        name: "Models".to_owned(),
        slug: "models".to_owned(),
        kind: "ai".to_owned(),
        description: about.to_owned(),
        category: "AI".to_owned(),
        tags: ["ai", "chat", "embeddings"].map(str::to_owned).to_vec(),
        visibility: "public".to_owned(),
        models: Some(ALIASES.iter().map(alias).collect()),
        ..CreateApi::default()
    }
}

const GUIDE: &str = "# First answer\n\nSubscribe with an application, make a key, and give it to any client of OpenAI, \
    Anthropic or Google together with the base URL:\n\n```sh\ncurl \"$BASE_URL/chat/completions\" \\\n  \
    -H \"Authorization: Bearer $KEY\" \\\n  -H \"Content-Type: application/json\" \\\n  \
    -d '{\"model\": \"assistant\", \"messages\": [\n       {\"role\": \"user\", \"content\": \"Hello\"}]}'\n```\n\n\
    The vendor is simulated: it says back what it was told. Words such as `#tool`, `#think` or `#long 200` make it call a \
    tool, think, or say much.\n";

//! The prompt of the demo: an api that writes product texts, with a draft that waits to be compared with what is live.

use super::content::{automatic_plan, published, subscribe};
use super::models::Models;
use crate::commands::Failure;
use control::{Actor, Control};
use domain::apis::CreateApi;
use domain::ids::{ApplicationId, ProviderId, TeamId};
use domain::models::{AliasStrategy, ModelTarget};
use domain::prompts::parameters::Parameters;
use domain::prompts::variables::{Variable, VariableKind};
use domain::prompts::{Prompt, PromptMessage, PromptModel, PromptRole};
use domain::text::VersionName;
use domain::versions::UpdateDraft;

const STYLE: &str =
    "You write product texts for a shop, in {{ language }}, in a {{ tone }} tone. Two sentences at most.";
const SHORTER: &str = "You write product texts for a shop, in {{ language }}, in a {{ tone }} tone. One sentence, no adjectives.";

/// Offers it, changes the draft, and subscribes the application that asks the models.
pub async fn make(
    control: &Control,
    owner: (&Actor, &TeamId),
    user: (&Actor, &ApplicationId),
    models: &Models,
) -> Result<(), Failure> {
    let (owner, offering) = owner;
    let created = published(control, owner, offering, api(prompt(models, STYLE)), GUIDE).await?;
    automatic_plan(control, owner, &created).await?;
    subscribe(control, user.0, user.1, &created, "Describes what is new in the shop.").await?;
    let draft = UpdateDraft { prompt: Some(prompt(models, SHORTER)), ..UpdateDraft::default() };
    control::versions::update_draft(control, owner, &created.api.id, &VersionName::first(), draft).await?;
    Ok(())
}

fn api(prompt: Prompt) -> CreateApi {
    CreateApi {
        name: "Product texts".to_owned(),
        slug: "product-texts".to_owned(),
        kind: "prompt".to_owned(),
        description: "Describes a product in a sentence or two. Who answers is simulated.".to_owned(),
        category: "AI".to_owned(),
        tags: ["ai", "prompt", "shop"].map(str::to_owned).to_vec(),
        visibility: "public".to_owned(),
        prompt: Some(prompt),
        ..CreateApi::default()
    }
}

fn prompt(models: &Models, style: &str) -> Prompt {
    let message = |role, template: &str| PromptMessage { role, template: template.to_owned() };
    let choice = |name: &str, values: &[&str], about: &str| Variable {
        name: name.to_owned(),
        kind: VariableKind::Enum,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        default: values.first().map(|value| (*value).into()),
        description: about.to_owned(),
        ..Variable::default()
    };
    let product = Variable {
        name: "product".to_owned(),
        required: true,
        description: "Name and properties of the product".to_owned(),
        ..Variable::default()
    };
    let target = |priority, kind, model: &str| {
        let provider: &ProviderId = models.provider(kind)?;
        Some(ModelTarget { provider: provider.clone(), model: model.to_owned(), weight: 1, priority })
    };
    let targets = [target(0, "openai", "gpt-5-mini"), target(1, "anthropic", "claude-haiku-4-5")];
    Prompt {
        messages: vec![message(PromptRole::System, style), message(PromptRole::User, "{{ product }}")],
        variables: vec![
            product,
            choice("language", &["English", "German", "French"], "Of the text"),
            choice("tone", &["friendly", "sober"], "How it speaks"),
        ],
        model: PromptModel {
            targets: targets.into_iter().flatten().collect(),
            strategy: AliasStrategy::default(),
        },
        parameters: Parameters { max_tokens: Some(400), ..Parameters::default() },
        output_schema: None,
    }
}

const GUIDE: &str = "# First text\n\nSubscribe with an application, make a key, and send the values of the variables:\n\n\
    ```sh\ncurl \"$BASE_URL\" \\\n  -H \"Authorization: Bearer $KEY\" \\\n  \
    -H \"Content-Type: application/json\" \\\n  -d '{\"variables\": {\"product\": \"A lamp of brass, 40 cm\"}}'\n```\n\n\
    With `\"stream\": true` beside the variables the text comes in events.\n";

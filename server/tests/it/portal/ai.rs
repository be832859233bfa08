//! The workspace of an api of kind `ai`, which has models in the place of a backend.

use super::trade::Trade;
use control::{Control, apis, versions};
use domain::apis::{ApiDetail, CreateApi};
use domain::ids::ProviderId;
use domain::models::{ModelAlias, ModelTarget};
use domain::providers::{Provider, ProviderSettings};
use domain::roles::PlatformRole;
use domain::text::VersionName;
use domain::versions::Publish;

const PARTS: [&str; 9] =
    ["", "/design", "/routes", "/upstream", "/plans", "/consumers", "/docs", "/changes", "/settings"];

async fn provider(control: &Control) -> ProviderId {
    let provider = Provider {
        id: ProviderId::from_parts(1, 1),
        name: "Models of the house".to_owned(),
        kind: "openai".to_owned(),
        base_url: None,
        settings: ProviderSettings::new(),
        enabled: true,
        keys: Vec::new(),
        created_at: control.now(),
        updated_at: control.now(),
    };
    let mut tx = control.store().begin().await.unwrap();
    store::providers::insert(&mut tx, &provider).await.unwrap();
    tx.commit().await.unwrap();
    provider.id
}

async fn chat(trade: &Trade, provider: &ProviderId) -> ApiDetail {
    let target = |model: &str, priority| ModelTarget {
        provider: provider.clone(),
        model: model.to_owned(),
        weight: 7,
        priority,
    };
    let targets = vec![target("sim-large", 0), target("sim-small", 1)];
    let input = CreateApi {
        name: "Chat".to_owned(),
        kind: "ai".to_owned(),
        models: Some(vec![ModelAlias {
            name: "fast".to_owned(),
            targets,
            strategy: domain::models::AliasStrategy::default(),
        }]),
        ..CreateApi::default()
    };
    apis::create(trade.control(), &trade.petra, &trade.api.api.team, input).await.unwrap()
}

#[tokio::test]
async fn the_workspace_shows_models_where_others_have_a_backend() {
    let trade = Trade::new().await;
    let provider = provider(trade.control()).await;
    let api = chat(&trade, &provider).await;
    let at = |part: &str| format!("/apis/{}{part}", api.api.id);
    let mut petra = trade.browser("petra").await;
    for part in PARTS {
        petra.get(&at(part)).await.shows("Chat");
    }
    petra.get(&at("")).await.shows("Models").shows("fast").lacks("Backend");
    let upstream = petra.get(&at("/upstream")).await;
    upstream.shows("Calls go to these models instead of a backend.").shows("sim-small");
    upstream.shows("Models of the house").shows("Add a model").lacks("TLS to the backend");
    petra.get(&at("/routes")).await.shows("/chat/completions").shows("Fixed routes").lacks("Add a route");
    petra.get(&at("/design")).await.shows("Described by its vendors");
    petra.get(&at("/changes")).await.shows(&format!("model fast at {provider} as sim-small"));

    let (v1, publish) = (VersionName::first(), Publish::default());
    versions::publish(trade.control(), &trade.petra, &api.api.id, &v1, publish).await.unwrap();
    for part in PARTS {
        petra.get(&at(part)).await.shows("Chat");
    }
    petra.get("/catalogue/chat").await.shows("Chat");
    let mut admin = trade.portal.signed_in("ada", PlatformRole::Administrator).await;
    admin.get(&at("/upstream")).await.shows("Models of the house");
}

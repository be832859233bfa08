//! Models through the portal: the list, one model's page, what operators say, and an import that is looked at first.

use super::trade::Trade;
use domain::ids::ProviderId;
use domain::providers::{Provider, ProviderSettings};
use domain::roles::PlatformRole;
use http::StatusCode;

/// A connection to OpenAI.
pub async fn connection(trade: &Trade) -> ProviderId {
    let control = trade.control();
    let provider = Provider {
        id: ProviderId::from_parts(7, 7),
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

fn page(provider: &str, id: &str) -> String {
    format!("/models/model?provider={provider}&id={id}")
}

#[tokio::test]
async fn models_are_found_and_paged() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    petra.get("/").await.shows("href=\"/models\"");
    petra.get("/models").await.shows("No models yet").lacks("gpt-4o").lacks("Import a catalogue");
    let id = connection(&trade).await;
    let all = petra.get("/models").await;
    all.shows("Models of the house (connected)").shows("cursor=").lacks("claude-opus");
    let found = petra.get("/models?q=gpt-4o-mini&priced=true").await;
    found
        .shows(">gpt-4o-mini</a>")
        .shows("$0.15 in, $0.6 out")
        .shows("built-in catalogue")
        .lacks("Price unknown");
    petra.get("/models?q=no-such-model").await.shows("No model matches").shows("Show all models");
    petra.get("/models?mode=embedding").await.shows("text-embedding-3-small").lacks(">gpt-4o</a>");
    petra
        .get(&format!("/models?provider={id}&q=gpt-4o"))
        .await
        .shows(&format!("provider={id}&amp;id=gpt-4o"));
    // what they may not see is refused with the reason
    petra.get("/models?provider=anthropic").await.shows("a connection whose models you may see");
    let first = petra.get("/models?limit=1").await;
    let next =
        first.body.split("href=\"").find(|part| part.starts_with("/models?") && part.contains("cursor="));
    let next = next.unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let second = petra.get(&next).await;
    assert_eq!(second.status, StatusCode::OK);
    assert_ne!(first.body.matches("/models/model?").collect::<Vec<_>>().len(), 0);
    let link =
        |body: &str| body.split("/models/model?").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_ne!(link(&first.body), link(&second.body));
}

#[tokio::test]
async fn one_model_shows_what_is_known_of_it() {
    let trade = Trade::new().await;
    let id = connection(&trade).await;
    let mut petra = trade.browser("petra").await;
    let shown = petra.get(&page("openai", "gpt-4o")).await;
    shown.shows("128,000").shows("$2.5").shows("for a million tokens").shows("batch").shows("True on");
    shown.shows("Models of the house").lacks("Set the price").lacks("Switch it off");
    let at = page(id.as_str(), "gpt-4o");
    petra.get(&at).await.shows("built-in catalogue").lacks("Set the price").lacks("Switch it off");
    for (path, status) in [
        (page("openai", "no-such-model"), StatusCode::NOT_FOUND),
        (page("anthropic", "claude-opus-5"), StatusCode::NOT_FOUND),
        ("/models/model".to_owned(), StatusCode::NOT_FOUND),
        ("/models/new".to_owned(), StatusCode::FORBIDDEN),
        ("/models/import".to_owned(), StatusCode::FORBIDDEN),
    ] {
        assert_eq!(petra.get(&path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn operators_set_prices_and_switch_models() {
    let trade = Trade::new().await;
    let id = connection(&trade).await;
    let mut otto = trade.portal.signed_in("otto", PlatformRole::Operator).await;
    let at = page(id.as_str(), "gpt-4o");
    otto.get(&at).await.shows("Set the price").shows("Switch it off").shows("value=\"2.5\"");
    let about = [("provider", id.as_str()), ("model", "gpt-4o")];
    let with = |fields: &[(&'static str, &'static str)]| {
        about.iter().copied().chain(fields.iter().copied()).collect::<Vec<_>>()
    };
    let wrong = with(&[("input", "cheap"), ("others", "batch input=1,5")]);
    let refused = otto.submit(&at, "/api/models/set-price", &wrong).await;
    refused.shows("Expected dollars such as 0.075").shows("value=\"cheap\"").shows("batch input=1,5");
    let wrong = with(&[("input", "1"), ("others", "\nbatch input")]);
    otto.submit(&at, "/api/models/set-price", &wrong).await.shows("Line 2: expected a name and an amount");
    let set = with(&[
        ("input", "1.000000001"),
        ("output", "4"),
        ("others", "batch input=0.5\nsearch=10"),
        ("note", "deal"),
    ]);
    let shown = otto.submit(&at, "/api/models/set-price", &set).await;
    shown
        .shows("$1.000000001")
        .shows("$0.5")
        .shows("for 1,000 searches")
        .shows("otto")
        .shows("deal")
        .shows("set here");
    shown.shows("What the catalogue says").shows("$2.5");
    let to_come = with(&[("input", "9"), ("starts_at", "2199-01-01")]);
    otto.submit(&at, "/api/models/set-price", &to_come).await.shows("Still to come").shows("$9");
    // who it was is for those who read connections
    trade.browser("petra").await.get(&at).await.shows("$1.000000001").lacks("otto");
    otto.submit(&at, "/api/models/delete-price", &about).await.shows("holds again").lacks("set here");

    otto.submit(&at, "/api/models/update", &about).await.shows("Switched off").shows("Switch it on");
    otto.get(&format!("/models?provider={id}&q=gpt-4o")).await.shows("Switched off");
    otto.submit(&at, "/api/models/update", &with(&[("enabled", "true")])).await.lacks("Switched off");
}

#[tokio::test]
async fn operators_add_models_of_their_own() {
    let trade = Trade::new().await;
    let mut otto = trade.portal.signed_in("otto", PlatformRole::Operator).await;
    otto.get("/models/new").await.shows("No provider is connected");
    let id = connection(&trade).await;
    let wrong = [("provider", id.as_str()), ("id", "gpt-4o"), ("mode", "chat"), ("reads", "text, smell")];
    let refused = otto.submit("/models/new", "/api/models/create", &wrong).await;
    refused.shows("Expected one of text, image").shows("text, smell");
    let taken = [wrong[0], wrong[1], wrong[2]];
    otto.submit("/models/new", "/api/models/create", &taken).await.shows("is the name of another model");
    let good = [
        wrong[0],
        ("id", "house/7b"),
        wrong[2],
        ("context", "32 000"),
        ("reads", "text, image"),
        ("features", "tools"),
        ("input", "0.1"),
    ];
    let made = otto.submit("/models/new", "/api/models/create", &good).await;
    made.shows("Own model").shows("32,000").shows("$0.1").shows("Delete model");
    trade.browser("petra").await.get("/models?q=house").await.shows("own model").shows("id=house%2F7b");
    let about = [("provider", id.as_str()), ("model", "house/7b")];
    otto.submit("/models", "/api/models/delete", &about).await.shows("The model is deleted");
    otto.get("/models?q=house").await.shows("No model matches");
}

const NEWER: &str =
    "vendor,model,mode,context,input,output\nopenai,gpt-4o,chat,128000,2,8\nopenai,gpt-next,chat,9000,,\n";

#[tokio::test]
async fn a_catalogue_is_looked_at_imported_and_undone() {
    let trade = Trade::new().await;
    connection(&trade).await;
    let mut otto = trade.portal.signed_in("otto", PlatformRole::Operator).await;
    otto.get("/models/import").await.shows("Nothing was imported");
    let wrong = NEWER.replace(",2,8", ",2,dear");
    let refused = otto.upload("/models/import", "/api/models/upload", &[], Some(&wrong)).await;
    refused.shows("Line 2, column").shows("expected dollars such as 0.075");
    otto.upload("/models/import", "/api/models/upload", &[], None).await.shows("This is required.");

    let compared = otto.upload("/models/import", "/api/models/upload", &[], Some(NEWER)).await;
    compared.shows("Nothing of it is in effect yet.").shows("input: 2.5 → 2").shows("gone").shows("gpt-next");
    otto.get(&page("openai", "gpt-4o")).await.shows("$2.5");
    let upload =
        compared.body.split("name=\"upload\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let done = otto.submit("/models/import", "/api/models/import", &[("upload", &upload)]).await;
    done.shows("The catalogue is imported").shows("otto").shows("Undo the last import");
    otto.get(&page("openai", "gpt-4o")).await.shows("$2<").shows("imported catalogue");
    otto.get("/models?q=gpt-next").await.shows("Price unknown");
    otto.get(&page("anthropic", "claude-opus-5")).await.shows("built-in catalogue");
    let undone = otto.submit("/models/import", "/api/models/undo-import", &[]).await;
    undone.shows("The last import is undone").shows("Nothing was imported");
    otto.get(&page("openai", "gpt-4o")).await.shows("$2.5");

    let mut greta = trade.portal.signed_in("greta", PlatformRole::Auditor).await;
    greta.get("/models/import").await.shows("Needs the platform role");
    let refused = greta.ask_multipart("/api/models/upload", &[("text", NEWER)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

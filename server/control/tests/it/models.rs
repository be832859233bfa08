//! Models: who sees which, what operators say of them, and catalogues that are imported.

use crate::providers::{create, input};
use crate::support::{World, actions, refused_as};
use control::{Actor, models, providers};
use domain::gateway_config::GatewayProvider;
use domain::models::entries::{Model, ModelFilter, PriceFrom};
use domain::models::imports::ImportCatalogue;
use domain::models::inputs::{CreateModel, PriceInput, SetPrice, UpdateModel};
use domain::models::words::{Feature, Figure};
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::providers::UpdateProvider;
use store::both;

fn price(input: &str) -> SetPrice {
    let dollars = [("input".to_owned(), input.to_owned())].into();
    SetPrice { prices: vec![PriceInput { dollars, ..PriceInput::default() }], ..SetPrice::default() }
}

fn of(provider: &str) -> ModelFilter {
    ModelFilter { provider: Some(provider.to_owned()), ..ModelFilter::default() }
}

fn file(text: &str) -> ImportCatalogue {
    ImportCatalogue { file: text.to_owned() }
}

/// All pages of two.
async fn list(world: &World, actor: &Actor, filter: &ModelFilter) -> Vec<Model> {
    let mut page = PageOf { limit: 2, cursor: None };
    let mut found = Vec::new();
    loop {
        let part = models::list(&world.control, actor, filter, &page).await.unwrap();
        assert!(part.items.len() <= 2);
        found.extend(part.items);
        match part.next {
            Some(next) => page.cursor = Some(next),
            None => return found,
        }
    }
}

async fn ids(world: &World, actor: &Actor, filter: &ModelFilter) -> Vec<String> {
    list(world, actor, filter)
        .await
        .into_iter()
        .map(|model| format!("{} {}", model.vendor, model.id))
        .collect()
}

async fn at_the_gateway(world: &World) -> Vec<GatewayProvider> {
    world.gateway().await.providers
}

both!(models_are_seen_by_those_who_may_use_their_provider, |store| {
    let world = World::new(store).await;
    let all = ["ollama llama", "openai gpt-free", "openai gpt-large", "openai gpt-small"];
    let everything = ModelFilter::default();
    assert_eq!(ids(&world, &world.auditor, &everything).await, all);
    assert!(ids(&world, &world.viewer, &everything).await.is_empty(), "nothing is connected");
    let provider = create(&world, input("Main", "openai", &[("one", "sk-one")])).await;
    let id = provider.id.as_str();
    for person in [&world.viewer, &world.foreign] {
        assert_eq!(ids(&world, person, &everything).await, all[1..]);
        assert_eq!(ids(&world, person, &of(id)).await, all[1..]);
        models::get(&world.control, person, id, "gpt-small").await.unwrap();
        let hidden = models::list(&world.control, person, &of("ollama"), &PageOf::default()).await;
        assert_eq!(
            refused_as(ProblemKind::InvalidInput, hidden).at("provider").map(str::is_empty),
            Some(false)
        );
        refused_as(ProblemKind::NotFound, models::get(&world.control, person, "ollama", "llama").await);
    }
    let off = UpdateProvider { enabled: false, ..UpdateProvider::of(&provider) };
    providers::update(&world.control, &world.administrator, &provider.id, off).await.unwrap();
    assert!(ids(&world, &world.viewer, &everything).await.is_empty());
    refused_as(ProblemKind::NotFound, models::get(&world.control, &world.viewer, id, "gpt-small").await);
    models::get(&world.control, &world.auditor, id, "gpt-small").await.unwrap();
});

both!(models_are_found_by_what_they_are, |store| {
    let world = World::new(store).await;
    for (filter, expected) in [
        (ModelFilter { search: "GPT-L".to_owned(), ..ModelFilter::default() }, &["openai gpt-large"][..]),
        (ModelFilter { priced: Some(false), ..ModelFilter::default() }, &["ollama llama", "openai gpt-free"]),
        (
            ModelFilter { priced: Some(true), search: "small".to_owned(), ..of("openai") },
            &["openai gpt-small"],
        ),
        (ModelFilter { feature: Some(Feature::Tools), ..ModelFilter::default() }, &["openai gpt-large"]),
    ] {
        assert_eq!(ids(&world, &world.auditor, &filter).await, expected, "{filter:?}");
    }
    let wrong = PageOf { cursor: Some("x".to_owned()), ..PageOf::default() };
    let refused = models::list(&world.control, &world.auditor, &ModelFilter::default(), &wrong).await;
    refused_as(ProblemKind::InvalidInput, refused);
});

both!(a_price_is_set_for_calls_from_a_time_on, |store| {
    let world = World::new(store).await;
    let provider = create(&world, input("Main", "openai", &[("one", "sk-one")])).await;
    let id = provider.id.as_str();
    let control = world.control.clone();
    for person in [&world.auditor, &world.viewer, &world.provider_owner] {
        let refused = models::set_price(&control, person, id, "gpt-large", price("1")).await;
        refused_as(ProblemKind::Forbidden, refused);
    }
    let admin = world.administrator.clone();
    let set = models::set_price(&control, &admin, id, "gpt-large", price("1.000000001")).await.unwrap();
    assert_eq!(set.model.prices[0].dollars[&Figure::Input], "1.000000001");
    assert_eq!(set.model.price_origin.from, PriceFrom::Operator);
    assert_eq!(set.model.price_origin.set_by.as_deref(), Some(admin.name.as_str()));
    assert_eq!(set.catalogue_prices[0].dollars[&Figure::Input], "2.5");
    assert_eq!(set.catalogue_origin.as_of.as_deref(), Some("2026-11-27"));
    let seen = models::get(&control, &world.viewer, id, "gpt-large").await.unwrap();
    assert_eq!(seen.model.price_origin.set_by, None, "who it was is for those who read connections");
    let of_vendor = models::get(&control, &world.auditor, "openai", "gpt-large").await.unwrap();
    assert_eq!(of_vendor.model.price_origin.from, PriceFrom::BuiltIn);
    assert_eq!(
        at_the_gateway(&world).await[0].models.overrides[0].prices[0].nano[&Figure::Input],
        1_000_000_001
    );

    let later = control.now() + chrono::Duration::hours(1);
    let to_come = SetPrice { starts_at: Some(later), ..price("3") };
    let set = models::set_price(&control, &admin, id, "gpt-large", to_come).await.unwrap();
    assert_eq!(set.model.prices[0].dollars[&Figure::Input], "1.000000001");
    assert_eq!(set.overrides.iter().map(|price| price.current).collect::<Vec<_>>(), [true, false]);
    world.pass(chrono::Duration::hours(2));
    let found = models::get(&control, &world.auditor, id, "gpt-large").await.unwrap();
    assert_eq!(found.model.prices[0].dollars[&Figure::Input], "3");

    models::delete_price(&control, &admin, id, "gpt-large").await.unwrap();
    refused_as(ProblemKind::NotFound, models::delete_price(&control, &admin, id, "gpt-large").await);
    let found = models::get(&control, &world.auditor, id, "gpt-large").await.unwrap();
    assert_eq!((found.model.prices, found.overrides.len()), (found.catalogue_prices, 0));
    let trail = world.trail(&format!("{id}/gpt-large")).await;
    assert_eq!(actions(&trail), ["models.set_price", "models.set_price", "models.delete_price"]);
});

both!(prices_are_of_models_that_a_connection_has, |store| {
    let world = World::new(store).await;
    let provider = create(&world, input("Main", "openai", &[])).await;
    let (control, admin) = (&world.control, &world.administrator);
    let refused = models::set_price(control, admin, provider.id.as_str(), "llama", price("1")).await;
    refused_as(ProblemKind::NotFound, refused);
    let refused = models::set_price(control, admin, "openai", "gpt-large", price("1")).await;
    assert!(refused_as(ProblemKind::InvalidInput, refused).at("provider").unwrap().contains("connection"));
    refused_as(ProblemKind::NotFound, models::set_price(control, admin, "x", "gpt-large", price("1")).await);
    let wrong = models::set_price(control, admin, provider.id.as_str(), "gpt-large", price("cheap")).await;
    let wrong = refused_as(ProblemKind::InvalidInput, wrong);
    assert_eq!(wrong.at("prices[0].dollars.input"), Some("expected dollars such as 0.075"));
});

both!(operators_add_models_and_switch_them, |store| {
    let world = World::new(store).await;
    let provider = create(&world, input("Main", "openai", &[])).await;
    let (control, admin, id) = (&world.control, &world.administrator, provider.id.as_str());
    let own = |id: &str| CreateModel {
        id: id.to_owned(),
        mode: "chat".to_owned(),
        prices: price("0.5").prices,
        ..CreateModel::default()
    };
    refused_as(
        ProblemKind::Forbidden,
        models::create(control, &world.provider_owner, id, own("house")).await,
    );
    let made = models::create(control, admin, id, own("house")).await.unwrap();
    assert!(made.model.own && made.model.enabled);
    assert_eq!(made.model.prices[0].dollars[&Figure::Input], "0.5");
    for taken in ["house", "gpt-large", "gpt-large-latest"] {
        let refused = refused_as(ProblemKind::Conflict, models::create(control, admin, id, own(taken)).await);
        assert!(refused.at("id").is_some(), "{taken}");
    }
    assert!(ids(&world, &world.viewer, &ModelFilter::default()).await.contains(&"openai house".to_owned()));

    let off = UpdateModel { enabled: false };
    for model in ["house", "gpt-large"] {
        let changed = models::update(control, admin, id, model, off.clone()).await.unwrap();
        assert!(!changed.model.enabled, "{model}");
    }
    assert_eq!(at_the_gateway(&world).await[0].models.disabled.len(), 2);
    models::update(control, admin, id, "gpt-large", UpdateModel { enabled: true }).await.unwrap();
    assert_eq!(at_the_gateway(&world).await[0].models.disabled, ["house".to_owned()].into());

    refused_as(ProblemKind::Conflict, models::delete(control, admin, id, "gpt-large").await);
    models::delete(control, admin, id, "house").await.unwrap();
    refused_as(ProblemKind::NotFound, models::get(control, admin, id, "house").await);
    let said = &at_the_gateway(&world).await[0].models;
    assert!(said.own.is_empty() && said.overrides.is_empty() && said.disabled.is_empty());
});

both!(a_catalogue_is_imported_whole_or_not_at_all_and_undone, |store| {
    let world = World::new(store).await;
    create(&world, input("Main", "openai", &[])).await;
    let (control, admin) = (&world.control, &world.administrator);
    for person in [&world.auditor, &world.provider_owner] {
        refused_as(ProblemKind::Forbidden, models::import(control, person, &file("openai,a,1")).await);
        refused_as(ProblemKind::Forbidden, models::check_import(control, person, &file("openai,a,1")).await);
    }
    refused_as(ProblemKind::Conflict, models::undo_import(control, admin).await);
    let newer = file("openai,gpt-large,2\nopenai,gpt-small,0.15\nopenai,gpt-next,9");
    let checked = models::check_import(control, admin, &newer).await.unwrap();
    assert_eq!((checked.new, checked.changed, checked.gone), (1, 1, 1));
    assert_eq!((checked.import, checked.vendors), (None, vec!["openai".to_owned()]));
    assert_eq!(at_the_gateway(&world).await[0].catalogue, None);

    for (text, message) in [
        ("openai,gpt-large,2\nopenai,gpt-small,cheap", "line 2, column \"input\": expected dollars"),
        ("nobody,a,1", "vendors that are known here, got nobody"),
        (" ", "is required"),
    ] {
        let refused = models::import(control, admin, &file(text)).await;
        let refused = refused_as(ProblemKind::InvalidInput, refused);
        assert!(refused.at("file").unwrap().contains(message), "{text}: {refused}");
    }
    assert_eq!(ids(&world, admin, &of("openai")).await.len(), 3, "nothing of it was kept");

    let done = models::import(control, admin, &newer).await.unwrap();
    assert!(done.import.is_some());
    assert_eq!(
        ids(&world, admin, &ModelFilter::default()).await,
        ["ollama llama", "openai gpt-large", "openai gpt-next", "openai gpt-small"]
    );
    let found = models::get(control, admin, "openai", "gpt-large").await.unwrap();
    assert_eq!(found.model.price_origin.from, PriceFrom::Imported);
    assert_eq!(at_the_gateway(&world).await[0].catalogue.as_ref().map(Vec::len), Some(3));
    models::import(control, admin, &file("openai,only,1")).await.unwrap();
    assert_eq!(ids(&world, admin, &of("openai")).await, ["openai only"]);

    models::undo_import(control, admin).await.unwrap();
    assert_eq!(ids(&world, admin, &of("openai")).await.len(), 3);
    let listed = models::imports(control, &world.auditor, &PageOf::default()).await.unwrap().items;
    assert_eq!((listed.len(), listed[0].new, listed[0].gone), (1, 1, 1));
    models::undo_import(control, admin).await.unwrap();
    let found = models::get(control, admin, "openai", "gpt-large").await.unwrap();
    assert_eq!(found.model.price_origin.from, PriceFrom::BuiltIn);
    assert_eq!(at_the_gateway(&world).await[0].catalogue, None);
});

both!(an_upload_is_looked_at_before_it_is_imported, |store| {
    let world = World::new(store).await;
    let (control, admin) = (&world.control, &world.administrator);
    refused_as(
        ProblemKind::Forbidden,
        models::upload(control, &world.provider_owner, &file("openai,a,1")).await,
    );
    refused_as(ProblemKind::InvalidInput, models::upload(control, admin, &file("openai,a,x")).await);
    let upload = models::upload(control, admin, &file("openai,a,1")).await.unwrap();
    let (_, outcome) = models::uploaded(control, admin, &upload.id).await.unwrap();
    assert_eq!((outcome.new, outcome.gone), (1, 3));
    refused_as(ProblemKind::Forbidden, models::uploaded(control, &world.provider_owner, &upload.id).await);
    refused_as(
        ProblemKind::Forbidden,
        models::import_upload(control, &world.provider_owner, &upload.id).await,
    );
    models::import_upload(control, admin, &upload.id).await.unwrap();
    assert_eq!(ids(&world, admin, &of("openai")).await, ["openai a"]);
    refused_as(ProblemKind::NotFound, models::import_upload(control, admin, &upload.id).await);
});

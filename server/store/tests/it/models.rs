//! What operators say of models, and catalogues that are imported.

use std::collections::BTreeMap;

use domain::ids::{ModelImportId, ModelUploadId, ProviderId};
use domain::models::entries::{ModelFacts, PriceOverride, PriceRow};
use domain::models::imports::{MOST_IMPORTS, MOST_UPLOADS, ModelImport, ModelUpload};
use domain::models::words::{Figure, Mode};
use domain::providers::{Provider, ProviderSettings};
use store::models::{self, imports};
use store::{Store, both, gateway_config};

use crate::rows::{at, every_page};

fn facts(vendor: &str, id: &str) -> ModelFacts {
    ModelFacts {
        vendor: vendor.to_owned(),
        id: id.to_owned(),
        aliases: vec![format!("{id}-latest")],
        mode: Mode::Embedding,
        context: Some(u64::MAX),
        max_output: None,
        dimensions: Some(3),
        reads: Default::default(),
        writes: Default::default(),
        features: Default::default(),
        prices: prices(7),
        deprecated: None,
        source: Some("https://example.com".to_owned()),
        as_of: Some("2026-11-27".to_owned()),
    }
}

fn prices(input: u64) -> Vec<PriceRow> {
    let nano = [(Figure::Input, input), (Figure::Image, u64::MAX)].into();
    vec![PriceRow { service: "batch".to_owned(), above: 200_000, nano, ..PriceRow::default() }]
}

fn price(model: &str, starts: i64, input: u64) -> PriceOverride {
    PriceOverride {
        model: model.to_owned(),
        starts_at: at(starts),
        prices: prices(input),
        note: "a contract".to_owned(),
        set_by: "Ada".to_owned(),
        set_at: at(1),
    }
}

async fn provider(store: &Store, number: u64, kind: &str) -> ProviderId {
    let provider = Provider {
        id: ProviderId::from_parts(number, 1),
        name: format!("{kind} {number}"),
        kind: kind.to_owned(),
        base_url: None,
        settings: ProviderSettings::new(),
        enabled: true,
        keys: Vec::new(),
        created_at: at(1),
        updated_at: at(1),
    };
    let mut tx = store.begin().await.unwrap();
    store::providers::insert(&mut tx, &provider).await.unwrap();
    tx.commit().await.unwrap();
    provider.id
}

both!(what_is_said_of_models_comes_back_and_reaches_the_gateway, |store| {
    let (one, other) = (provider(store, 1, "openai").await, provider(store, 2, "openai").await);
    let mut tx = store.begin().await.unwrap();
    models::insert(&mut tx, &one, &facts("openai", "house")).await.unwrap();
    models::set_enabled(&mut tx, &one, "house", false).await.unwrap();
    models::set_enabled(&mut tx, &one, "gpt", false).await.unwrap();
    models::set_enabled(&mut tx, &one, "gpt-2", false).await.unwrap();
    models::set_enabled(&mut tx, &one, "gpt-2", true).await.unwrap();
    models::set_price(&mut tx, &one, &price("gpt", 5, 1), at(5)).await.unwrap();
    tx.commit().await.unwrap();
    let mut conn = store.read().await.unwrap();
    let said = models::said(&mut conn, None).await.unwrap();
    assert_eq!(said.keys().collect::<Vec<_>>(), [&one]);
    let of_one = &said[&one];
    assert_eq!(of_one.own, [facts("openai", "house")]);
    assert_eq!(of_one.disabled, ["gpt".to_owned(), "house".to_owned()].into());
    assert_eq!(of_one.overrides, [price("gpt", 5, 1)]);
    assert_eq!(models::said(&mut conn, Some(&one)).await.unwrap().get(&one), Some(of_one));
    assert!(models::said(&mut conn, Some(&other)).await.unwrap().is_empty());
    let config = gateway_config::load(&mut conn, at(9)).await.unwrap();
    assert_eq!(&config.providers[0].models, of_one);
    assert_eq!((&config.providers[1].models, &config.providers[1].catalogue), (&Default::default(), &None));

    let mut tx = store.begin().await.unwrap();
    assert!(!models::delete(&mut tx, &one, "gpt").await.unwrap(), "it is one of the catalogue");
    assert!(models::delete(&mut tx, &one, "house").await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    store::providers::delete(&mut tx, &one).await.unwrap();
    tx.commit().await.unwrap();
    assert!(models::said(&mut store.read().await.unwrap(), None).await.unwrap().is_empty());
});

both!(a_price_takes_the_place_of_those_that_begin_later, |store| {
    let id = provider(store, 1, "openai").await;
    // when it is set, what it begins at, and what there is then
    for (now, starts, expected) in
        [(10, 10, &[10][..]), (20, 50, &[10, 50]), (30, 40, &[10, 40]), (45, 60, &[40, 60]), (70, 70, &[70])]
    {
        let mut tx = store.begin().await.unwrap();
        models::set_price(&mut tx, &id, &price("gpt", starts, 1), at(now)).await.unwrap();
        models::set_price(&mut tx, &id, &price("other", 1, 1), at(now)).await.unwrap();
        tx.commit().await.unwrap();
        let said = models::said(&mut store.read().await.unwrap(), Some(&id)).await.unwrap();
        let of_model = said[&id].overrides.iter().filter(|price| price.model == "gpt");
        let starts: Vec<_> = of_model.map(|price| price.starts_at).collect();
        assert_eq!(starts, expected.iter().map(|start| at(*start)).collect::<Vec<_>>(), "at {now}");
    }
    let mut tx = store.begin().await.unwrap();
    assert!(models::delete_prices(&mut tx, &id, "gpt").await.unwrap());
    assert!(!models::delete_prices(&mut tx, &id, "gpt").await.unwrap());
    tx.commit().await.unwrap();
});

async fn import(store: &Store, number: u64, models: &[ModelFacts]) -> ModelImport {
    let mut by_vendor: BTreeMap<&str, Vec<&ModelFacts>> = BTreeMap::new();
    for model in models {
        by_vendor.entry(&model.vendor).or_default().push(model);
    }
    let import = ModelImport {
        id: ModelImportId::from_parts(number, 1),
        at: at(5),
        by: "Ada".to_owned(),
        vendors: by_vendor.keys().map(|vendor| (*vendor).to_owned()).collect(),
        new: 1,
        changed: 2,
        gone: 3,
    };
    let mut tx = store.begin().await.unwrap();
    imports::insert(&mut tx, &import, &by_vendor).await.unwrap();
    tx.commit().await.unwrap();
    import
}

both!(of_each_vendor_the_newest_catalogue_is_in_effect, |store| {
    let id = provider(store, 1, "openai").await;
    assert_eq!(imports::last(&mut store.read().await.unwrap()).await.unwrap(), None);
    let (old, new) = (facts("openai", "old"), facts("openai", "new"));
    let first = import(store, 1, &[facts("anthropic", "a"), old.clone()]).await;
    let second = import(store, 2, std::slice::from_ref(&new)).await;
    let mut conn = store.read().await.unwrap();
    let listed = every_page(async |page| imports::list(&mut conn, &page).await.unwrap()).await;
    assert_eq!(listed, [second.clone(), first.clone()]);
    assert_eq!(imports::get(&mut conn, &second.id).await.unwrap().as_ref(), Some(&second));
    assert_eq!(imports::last(&mut conn).await.unwrap(), Some(second.id.clone()));
    let in_effect = imports::in_effect(&mut conn).await.unwrap();
    assert_eq!((in_effect["anthropic"].len(), &in_effect["openai"]), (1, &vec![new.clone()]));
    let config = gateway_config::load(&mut conn, at(9)).await.unwrap();
    assert_eq!(config.providers[0].catalogue, Some(vec![new]));
    let found = imports::connections_to(&mut conn, &["openai".to_owned(), "x".to_owned()]).await.unwrap();
    assert_eq!(found, [id]);
    drop(conn);

    let mut tx = store.begin().await.unwrap();
    imports::delete(&mut tx, &second.id).await.unwrap();
    tx.commit().await.unwrap();
    let in_effect = imports::in_effect(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!(in_effect["openai"], [old]);
});

both!(old_catalogues_and_old_uploads_are_forgotten, |store| {
    let kept = u64::from(MOST_IMPORTS);
    import(store, 1, &[facts("anthropic", "a"), facts("openai", "first")]).await;
    for number in 2..=kept + 1 {
        import(store, number, &[facts("openai", &format!("m{number}"))]).await;
    }
    let mut conn = store.read().await.unwrap();
    let first = imports::get(&mut conn, &ModelImportId::from_parts(1, 1)).await.unwrap().unwrap();
    assert_eq!(first.vendors, ["anthropic"], "what it said of the other one was replaced so often");
    assert_eq!(imports::in_effect(&mut conn).await.unwrap()["anthropic"].len(), 1);
    drop(conn);

    let uploads: Vec<_> = (1..=u64::from(MOST_UPLOADS) + 1)
        .map(|number| ModelUpload {
            id: ModelUploadId::from_parts(number, 1),
            at: at(1),
            by: "Ada".to_owned(),
        })
        .collect();
    let mut tx = store.begin().await.unwrap();
    for upload in &uploads {
        imports::insert_upload(&mut tx, upload, "a,b").await.unwrap();
    }
    assert_eq!(imports::upload(&mut tx, &uploads[0].id).await.unwrap(), None);
    let found = imports::upload(&mut tx, &uploads[1].id).await.unwrap();
    assert_eq!(found, Some((uploads[1].clone(), "a,b".to_owned())));
    imports::delete_upload(&mut tx, &uploads[1].id).await.unwrap();
    assert_eq!(imports::upload(&mut tx, &uploads[1].id).await.unwrap(), None);
    tx.commit().await.unwrap();
});

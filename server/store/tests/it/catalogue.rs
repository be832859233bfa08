//! The catalogue.

use domain::apis::Visibility;
use domain::catalogue::{Audience, CatalogueFilter, FacetValue};
use domain::lifecycle::VersionState;
use domain::subscriptions::SubscriptionState;
use store::testing::Fixture;
use store::{apis, both, catalogue, subscriptions, versions};

use crate::rows::{World, every_page, page, subscription};

/// rain: public; sun: internal, deprecated; wind: private; fog: internal, still a draft.
async fn four_apis(store: &Fixture) -> [World; 4] {
    let mut worlds = [
        World::build(store, 1, "rain").await,
        World::build(store, 2, "sun").await,
        World::build(store, 3, "wind").await,
        World::build(store, 4, "fog").await,
    ];
    let mut tx = store.begin().await.unwrap();
    worlds[0].api.visibility = Visibility::Public;
    worlds[0].api.tags = vec!["wet".to_owned(), "cold".to_owned()];
    worlds[0].api.description = "Where it RAINS, in Örebro".to_owned();
    worlds[1].api.tags = vec!["warm".to_owned()];
    worlds[1].api.category = "Energy".to_owned();
    worlds[1].version.state = VersionState::Deprecated;
    worlds[2].api.visibility = Visibility::Private;
    worlds[3].version.state = VersionState::Draft;
    for world in &worlds {
        apis::update(&mut tx, &world.api).await.unwrap();
        versions::update_state(&mut tx, &world.version).await.unwrap();
    }
    tx.commit().await.unwrap();
    worlds
}

both!(search_shows_what_the_audience_may_see, |store| {
    let worlds = four_apis(store).await;
    let member = |teams| Audience::Member { teams };
    let filter = |search: &str| CatalogueFilter { search: search.to_owned(), ..CatalogueFilter::default() };
    let mut conn = store.read().await.unwrap();
    for (audience, filter, found) in [
        (Audience::Anonymous, filter(""), vec!["rain"]),
        (member(vec![]), filter(""), vec!["rain", "sun"]),
        (member(vec![worlds[2].team.id.clone()]), filter(""), vec!["rain", "sun", "wind"]),
        (Audience::Everything, filter(""), vec!["rain", "sun", "wind"]),
        (Audience::Everything, filter("  rains ÖREBRO "), vec!["rain"]),
        (Audience::Everything, filter("rain sun"), vec!["wind"]),
        (Audience::Everything, filter("rain sun wet"), vec![]),
        (Audience::Everything, filter("%"), vec!["sun", "wind"]),
        (Audience::Everything, CatalogueFilter { tag: "warm".into(), ..filter("") }, vec!["sun"]),
        (Audience::Everything, CatalogueFilter { category: "Energy".into(), ..filter("") }, vec!["sun"]),
        (
            Audience::Everything,
            CatalogueFilter { state: Some(VersionState::Deprecated), ..filter("") },
            vec!["sun"],
        ),
        (
            Audience::Everything,
            CatalogueFilter { team: worlds[0].team.id.to_string(), ..filter("") },
            vec!["rain"],
        ),
    ] {
        let all = every_page(async |page| {
            catalogue::search(&mut conn, &filter, &audience, &[], &page).await.unwrap()
        })
        .await;
        let slugs: Vec<&str> = all.iter().map(|entry| entry.api.slug.as_str()).collect();
        assert_eq!(slugs, found, "{audience:?} {filter:?}");
        let facets = catalogue::facets(&mut conn, &filter, &audience).await.unwrap();
        assert_eq!(usize::try_from(facets.total).unwrap(), found.len());
    }
});

both!(search_tells_the_callers_access, |store| {
    let worlds = four_apis(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut first = subscription(1, &worlds[1].application.id, &worlds[0].plan);
    first.state = SubscriptionState::Rejected;
    let mut second = subscription(2, &worlds[1].application.id, &worlds[0].plan);
    second.state = SubscriptionState::Active;
    subscriptions::insert(&mut tx, &first).await.unwrap();
    subscriptions::insert(&mut tx, &second).await.unwrap();
    tx.commit().await.unwrap();

    let mut conn = store.read().await.unwrap();
    for (team, access) in [(1, Some(SubscriptionState::Active)), (2, None)] {
        let teams = [worlds[team].team.id.clone()];
        let (filter, first) = (CatalogueFilter::default(), page(10, None));
        let found =
            catalogue::search(&mut conn, &filter, &Audience::Anonymous, &teams, &first).await.unwrap();
        assert_eq!((found.items[0].access, found.items[0].subscribers), (access, 1));
    }
});

both!(facets_do_not_narrow_themselves, |store| {
    let worlds = four_apis(store).await;
    let filter = CatalogueFilter { category: "Energy".to_owned(), ..CatalogueFilter::default() };
    let mut conn = store.read().await.unwrap();
    let facets = catalogue::facets(&mut conn, &filter, &Audience::Everything).await.unwrap();
    let value = |value: &str, count| FacetValue { value: value.into(), label: value.into(), count };
    assert_eq!(facets.total, 1);
    assert_eq!(facets.categories, [value("Weather", 2), value("Energy", 1)]);
    assert_eq!(facets.tags, [value("warm", 1)]);
    assert_eq!(facets.states, [value("deprecated", 1)]);
    assert_eq!((facets.teams[0].value.as_str(), facets.teams.len()), (worlds[1].team.id.as_str(), 1));
    assert_eq!(facets.teams[0].label, worlds[1].team.name);
});

//! Host names of a version's own: what may be saved, and what may go live.

use super::{DOCUMENT, at, create, described, publish};
use crate::support::{World, refused, refused_as};
use control::{Result, versions};
use domain::apis::{ApiDetail, UpdateApi, Visibility};
use domain::lifecycle::VersionState;
use domain::problem::ProblemKind;
use domain::text::{HostName, VersionName};
use domain::upstream::UpstreamInput;
use domain::versions::{Publish, Rollback, UpdateDraft, Version};
use store::both;

async fn change(world: &World, api: &ApiDetail, version: &str, input: UpdateDraft) -> Result<Version> {
    versions::update_draft(&world.control, &world.developer, &api.api.id, &version.parse().unwrap(), input)
        .await
}

async fn choose(world: &World, api: &ApiDetail, version: &str, hosts: &[&str]) -> Result<Version> {
    let hosts = Some(hosts.iter().map(|host| (*host).to_owned()).collect());
    change(world, api, version, UpdateDraft { hosts, ..UpdateDraft::default() }).await
}

/// Puts a draft into the database as it was saved before there was a rule.
async fn keep(world: &World, version: &Version, change: impl FnOnce(&mut domain::versions::VersionConfig)) {
    let mut draft = version.draft.clone();
    change(&mut draft);
    let mut tx = world.control.store().begin().await.unwrap();
    store::versions::update_draft(&mut tx, &version.id, &draft, world.now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn kept<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(text.into()).unwrap()
}

both!(a_host_is_with_one_version_and_a_conflict_names_it, |store| {
    let world = World::new(store).await;
    let (first, second) = (
        create(&world, described("first", DOCUMENT)).await,
        // other routes: the host is taken all the same
        create(&world, at("second", "http://1.1.1.1")).await,
    );
    choose(&world, &first, "v1", &["api.example.com", "first.example.com"]).await.unwrap();
    choose(&world, &second, "v1", &["second.example.com", "api.example.com"]).await.unwrap();
    publish(&world, &first).await.unwrap();
    let conflict = refused_as(ProblemKind::Conflict, publish(&world, &second).await);
    assert_eq!(conflict.fields.len(), 1, "{conflict}");
    assert_eq!(
        conflict.at("hosts"),
        Some("api.example.com belongs to first v1; a host leads to one version")
    );
    // nothing is half published
    let v1 = VersionName::first();
    let version = versions::get(&world.control, &world.publisher, &second.api.id, &v1).await.unwrap();
    assert_eq!((version.state, version.live_revision), (VersionState::Draft, None));
    // its own host does not stand in a version's way
    publish(&world, &first).await.unwrap();
    // free again, it can be taken
    choose(&world, &first, "v1", &["first.example.com"]).await.unwrap();
    publish(&world, &first).await.unwrap();
    publish(&world, &second).await.unwrap();
    // and then it is not there to roll back to
    let back = Rollback { revision: 1 };
    let back = versions::rollback(&world.control, &world.publisher, &first.api.id, &v1, back).await;
    assert!(refused_as(ProblemKind::Conflict, back).at("hosts").unwrap().contains("second v1"));
});

both!(a_conflict_with_an_api_that_one_may_not_see_does_not_name_it, |store| {
    let world = World::new(store).await;
    let hidden = create(&world, at("hidden", "http://1.1.1.1")).await;
    choose(&world, &hidden, "v1", &["api.example.com"]).await.unwrap();
    publish(&world, &hidden).await.unwrap();
    let private = UpdateApi { visibility: Some(Visibility::Private), ..UpdateApi::default() };
    control::apis::update(&world.control, &world.publisher, &hidden.api.id, private).await.unwrap();
    let (control, foreign) = (&world.control, &world.foreign);
    let team = &foreign.teams[0].0;
    let other = control::apis::create(control, foreign, team, at("other", "http://1.1.1.1")).await.unwrap();
    let (id, v1) = (&other.api.id, VersionName::first());
    let hosts = UpdateDraft { hosts: Some(vec!["api.example.com".to_owned()]), ..UpdateDraft::default() };
    versions::update_draft(control, foreign, id, &v1, hosts).await.unwrap();
    let conflict = refused(versions::publish(control, foreign, id, &v1, Publish::default()).await);
    let told = conflict.at("hosts").unwrap();
    assert!(told.contains("another api") && !conflict.to_string().contains("hidden"), "{conflict}");
});

both!(the_hosts_of_a_retired_version_can_be_taken, |store| {
    let world = World::new(store).await;
    let api = create(&world, at("pets", "http://1.1.1.1")).await;
    let (control, id, v1) = (&world.control, &api.api.id, VersionName::first());
    let v2: VersionName = "v2".parse().unwrap();
    choose(&world, &api, "v1", &["pets.example.com"]).await.unwrap();
    publish(&world, &api).await.unwrap();
    versions::create(control, &world.developer, id, v2.clone(), None).await.unwrap();
    let go_live = || versions::publish(control, &world.publisher, id, &v2, Publish::default());
    assert!(refused_as(ProblemKind::Conflict, go_live().await).at("hosts").unwrap().contains("pets v1"));
    versions::retire(control, &world.publisher, id, &v1).await.unwrap();
    go_live().await.unwrap();
    let config = world.gateway().await;
    let hosts_of = |name: &VersionName| {
        let version = config.apis[0].versions.iter().find(|version| version.name == *name).unwrap();
        version.config.hosts.len()
    };
    assert_eq!((hosts_of(&v1), hosts_of(&v2)), (0, 1));
});

both!(a_host_that_is_typed_twice_is_kept_once, |store| {
    let world = World::new(store).await;
    let api = create(&world, at("pets", "http://1.1.1.1")).await;
    let saved = choose(&world, &api, "v1", &["a.test", "A.test"]).await.unwrap();
    assert_eq!(saved.draft.hosts.iter().map(HostName::as_str).collect::<Vec<_>>(), ["a.test"]);
    publish(&world, &api).await.unwrap();
});

both!(the_names_of_the_installation_are_nobodys, |store| {
    let world = World::new(store).await;
    let api = create(&world, at("pets", "http://1.1.1.1")).await;
    for host in ["127.0.0.1", "localhost", "gateway.test", "Portal.test"] {
        let told = refused_as(ProblemKind::InvalidInput, choose(&world, &api, "v1", &[host]).await);
        assert!(told.at("hosts").is_some(), "{host}: {told}");
    }
    // one that was saved before there was the rule, or before the gateway had that name, does not go live
    let version = choose(&world, &api, "v1", &["pets.test"]).await.unwrap();
    for host in ["127.0.0.1", "gateway.test"] {
        keep(&world, &version, |draft| draft.hosts = vec![kept(host)]).await;
        let told = refused_as(ProblemKind::InvalidInput, publish(&world, &api).await);
        assert!(told.at("hosts").is_some(), "{host}: {told}");
    }
});

both!(a_backend_that_no_certificate_can_name_neither_is_saved_nor_goes_live, |store| {
    let world = World::new(store).await;
    let api = create(&world, at("pets", "http://1.1.1.1")).await;
    let upstream = UpstreamInput::at("https://bad-.example.com");
    let input = UpdateDraft { upstream: Some(upstream), ..UpdateDraft::default() };
    let told = refused_as(ProblemKind::InvalidInput, change(&world, &api, "v1", input).await);
    assert!(told.at("upstream.url").unwrap().contains("no certificate"), "{told}");
    let version = choose(&world, &api, "v1", &[]).await.unwrap();
    keep(&world, &version, |draft| draft.upstream.nodes[0].url = kept("https://bad-.example.com")).await;
    let told = refused_as(ProblemKind::InvalidInput, publish(&world, &api).await);
    assert!(told.at("upstream.url").is_some(), "{told}");
    // and it can still be put right
    let upstream = UpstreamInput::at("https://good.example.com");
    let input = UpdateDraft { upstream: Some(upstream), ..UpdateDraft::default() };
    change(&world, &api, "v1", input).await.unwrap();
    publish(&world, &api).await.unwrap();
});

//! Client certificates: rows, uses, and what the gateway is told of them.

use domain::certificates::{Certificate, CertificateUse};
use domain::gateway_config::{Change, GatewayCertificate, Part};
use domain::ids::{CertificateId, TeamId};
use domain::lifecycle::VersionState;
use domain::versions::Version;
use store::certificates::{self, SealedPair};
use store::versions::NewRevision;
use store::{Error, Store, both, gateway_config, last_change, versions};

use crate::rows::{World, at, every_page, team};

const PAIR: SealedPair<'_> = SealedPair { chain: "chain", private_key: "sealed" };

fn certificate(number: u64, team: &TeamId, name: &str) -> Certificate {
    Certificate {
        id: CertificateId::from_parts(number, 1),
        team: team.clone(),
        name: name.to_owned(),
        subject: "CN=gateway".to_owned(),
        issuer: "CN=authority".to_owned(),
        not_before: at(0),
        not_after: at(100),
        fingerprint: "00".repeat(32),
        created_at: at(1),
        updated_at: at(2),
    }
}

async fn insert(store: &Store, certificate: &Certificate) {
    let mut tx = store.begin().await.unwrap();
    certificates::insert(&mut tx, certificate, PAIR).await.unwrap();
    tx.commit().await.unwrap();
}

/// Lets a version show the certificate: in its draft, and in a revision that is live from now on.
async fn show(store: &Store, version: &Version, certificate: &Certificate, live: bool) -> Version {
    let mut shown = version.clone();
    shown.draft.upstream.tls.client_certificate = Some(certificate.id.clone());
    let mut tx = store.begin().await.unwrap();
    versions::update_draft(&mut tx, &shown.id, &shown.draft, at(5)).await.unwrap();
    if live {
        let revision = NewRevision {
            note: String::new(),
            published_by: "Ada".to_owned(),
            published_at: at(5),
            config: shown.draft.clone(),
        };
        shown.live_revision = Some(versions::insert_revision(&mut tx, &shown.id, &revision).await.unwrap());
        shown.state = VersionState::Published;
        versions::update_state(&mut tx, &shown).await.unwrap();
    }
    tx.commit().await.unwrap();
    shown
}

both!(certificates_come_back_as_they_were_written, |store| {
    let world = World::build(store, 1, "rain").await;
    let team = world.api.team;
    let all = ["a", "b", "c"]
        .map(|name| certificate(name.len() as u64 + u64::from(name.as_bytes()[0]), &team, name));
    for certificate in &all {
        insert(store, certificate).await;
    }
    let mut conn = store.read().await.unwrap();
    assert_eq!(certificates::get(&mut conn, &all[0].id).await.unwrap().as_ref(), Some(&all[0]));
    let listed = every_page(async |page| certificates::list(&mut conn, &team, &page).await.unwrap()).await;
    assert_eq!(listed, all);
    let mut tx = store.begin().await.unwrap();
    let renamed = Certificate { name: "b".to_owned(), ..all[0].clone() };
    let taken = certificates::update(&mut tx, &renamed).await;
    assert!(matches!(&taken, Err(Error::Conflict { constraint }) if constraint == "certificates_team_name"));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let other = Certificate { name: "z".to_owned(), updated_at: at(7), ..all[0].clone() };
    certificates::update(&mut tx, &other).await.unwrap();
    let other = Certificate { subject: "CN=new".to_owned(), not_after: at(900), ..other };
    certificates::replace(&mut tx, &other, SealedPair { chain: "chain 2", ..PAIR }).await.unwrap();
    assert_eq!(certificates::get(&mut tx, &other.id).await.unwrap(), Some(other));
    assert!(certificates::delete(&mut tx, &all[1].id).await.unwrap());
    assert!(!certificates::delete(&mut tx, &all[1].id).await.unwrap());
});

both!(a_certificate_goes_with_its_team, |store| {
    let team = team(9, "Nine");
    let mut tx = store.begin().await.unwrap();
    store::teams::insert(&mut tx, &team).await.unwrap();
    let one = certificate(1, &team.id, "one");
    certificates::insert(&mut tx, &one, PAIR).await.unwrap();
    assert!(store::teams::delete(&mut tx, &team.id).await.unwrap());
    assert_eq!(certificates::get(&mut tx, &one.id).await.unwrap(), None);
});

both!(uses_tells_drafts_from_what_is_live, |store| {
    let world = World::build(store, 1, "rain").await;
    let shown = certificate(1, &world.api.team, "one");
    insert(store, &shown).await;
    let mut conn = store.read().await.unwrap();
    assert_eq!(certificates::uses(&mut conn, &shown).await.unwrap(), []);
    let mut expected = CertificateUse {
        api: world.api.id.clone(),
        api_name: world.api.name.clone(),
        version: world.version.name.clone(),
        draft: true,
        live: false,
    };
    show(store, &world.version, &shown, false).await;
    assert_eq!(certificates::uses(&mut conn, &shown).await.unwrap(), [expected.clone()]);
    let mut live = show(store, &world.version, &shown, true).await;
    expected.live = true;
    assert_eq!(certificates::uses(&mut conn, &shown).await.unwrap(), [expected.clone()]);
    // words of a guide are no use
    live.draft.upstream.tls.client_certificate = None;
    live.draft.docs = format!("\"client_certificate\":\"{}\"", shown.id);
    let mut tx = store.begin().await.unwrap();
    versions::update_draft(&mut tx, &live.id, &live.draft, at(6)).await.unwrap();
    tx.commit().await.unwrap();
    expected.draft = false;
    assert_eq!(certificates::uses(&mut conn, &shown).await.unwrap(), [expected]);
    live.state = VersionState::Retired;
    let mut tx = store.begin().await.unwrap();
    versions::update_state(&mut tx, &live).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(certificates::uses(&mut conn, &shown).await.unwrap(), []);
});

both!(the_gateway_is_given_what_live_versions_show_sealed_as_it_is, |store| {
    let world = World::build(store, 1, "rain").await;
    let (shown, idle) = (certificate(1, &world.api.team, "one"), certificate(2, &world.api.team, "two"));
    insert(store, &shown).await;
    insert(store, &idle).await;
    show(store, &world.version, &shown, true).await;
    let loaded =
        |config: domain::gateway_config::GatewayConfig| config.apis[0].versions[0].certificate.clone();
    let whole =
        async || loaded(gateway_config::load(&mut store.snapshot().await.unwrap(), at(0)).await.unwrap());
    let sealed = |chain: &str, key: &str| {
        let (chain, private_key) = (chain.to_owned(), key.to_owned());
        Some(GatewayCertificate { id: shown.id.clone(), chain, private_key })
    };
    assert_eq!(whole().await, sealed("chain", "sealed"));
    for (changed, told) in [(&shown, true), (&idle, false)] {
        let since = last_change(&mut store.read().await.unwrap()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let pair = SealedPair { chain: "chain 2", private_key: "sealed 2" };
        certificates::replace(&mut tx, changed, pair).await.unwrap();
        tx.mark_change(Change::Certificate(changed.id.clone()));
        tx.commit().await.unwrap();
        let mut snapshot = store.snapshot().await.unwrap();
        let update = gateway_config::load_update(&mut snapshot, since).await.unwrap().unwrap();
        match &update.parts[..] {
            [Part::Api(api)] if told => {
                assert_eq!(api.versions[0].certificate, sealed("chain 2", "sealed 2"));
            }
            parts => assert!(parts.is_empty() && !told, "{parts:?}"),
        }
    }
    assert_eq!(whole().await, sealed("chain 2", "sealed 2"));
});

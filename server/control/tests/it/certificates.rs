//! Client certificates of teams: what is taken, who may, where they are used, and that no key gets out.

use crate::support::{World, actions, refused, refused_as};
use control::{Actor, Result, apis, certificates, versions};
use domain::apis::{ApiDetail, CreateApi};
use domain::audit::AuditFilter;
use domain::certificates::{Certificate, CreateCertificate, ReplaceCertificate, UpdateCertificate};
use domain::gateway_config::GatewayCertificate;
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::text::VersionName;
use domain::upstream::{UpstreamInput, UpstreamTls};
use domain::versions::{Publish, Rollback, UpdateDraft, Version};
use faultlab::authority::{Authority, Signed};
use store::both;

fn authority() -> Authority {
    Authority::new("Realm").unwrap()
}

fn input(name: &str, signed: &Signed) -> CreateCertificate {
    let Signed { chain, private_key } = signed.clone();
    CreateCertificate { name: name.to_owned(), chain, private_key }
}

async fn create_as(world: &World, actor: &Actor, name: &str, signed: &Signed) -> Result<Certificate> {
    certificates::create(&world.control, actor, &world.provider.id, input(name, signed)).await
}

async fn create(world: &World, name: &str) -> Certificate {
    create_as(world, &world.publisher, name, &authority().client(name).unwrap()).await.unwrap()
}

async fn replace(
    world: &World,
    actor: &Actor,
    certificate: &Certificate,
    signed: &Signed,
) -> Result<Certificate> {
    let Signed { chain, private_key } = signed.clone();
    let input = ReplaceCertificate { chain, private_key };
    certificates::replace(&world.control, actor, &certificate.id, input).await
}

async fn api(world: &World, slug: &str) -> ApiDetail {
    let upstream = Some(UpstreamInput::at("https://1.1.1.1"));
    let input = CreateApi { name: slug.to_owned(), slug: slug.to_owned(), upstream, ..CreateApi::default() };
    apis::create(&world.control, &world.publisher, &world.provider.id, input).await.unwrap()
}

async fn save(world: &World, api: &ApiDetail, tls: UpstreamTls) -> Result<Version> {
    let upstream = UpstreamInput { tls: Some(tls), ..UpstreamInput::at("https://1.1.1.1") };
    let input = UpdateDraft { upstream: Some(upstream), ..UpdateDraft::default() };
    versions::update_draft(&world.control, &world.developer, &api.api.id, &VersionName::first(), input).await
}

fn showing(certificate: &Certificate) -> UpstreamTls {
    UpstreamTls { client_certificate: Some(certificate.id.clone()), ..UpstreamTls::default() }
}

async fn publish(world: &World, api: &ApiDetail) -> Result<i64> {
    let input = Publish::default();
    let published =
        versions::publish(&world.control, &world.publisher, &api.api.id, &VersionName::first(), input).await;
    Ok(published?.revision)
}

async fn delete(world: &World, certificate: &Certificate) -> Result<()> {
    certificates::delete(&world.control, &world.publisher, &certificate.id).await
}

/// What the gateway is told that the first version of the api shows.
async fn told(world: &World) -> GatewayCertificate {
    let mut gateway = world.gateway().await;
    gateway.apis.remove(0).versions.remove(0).certificate.unwrap()
}

both!(a_certificate_says_what_it_is_and_can_be_renamed_and_replaced, |store| {
    let world = World::new(store).await;
    let authority = authority();
    let signed = authority.client("gateway").unwrap();
    let made = create_as(&world, &world.publisher, " Orders ", &signed).await.unwrap();
    assert_eq!(
        (made.name.as_str(), made.subject.as_str(), made.issuer.as_str()),
        ("Orders", "CN=gateway", "CN=Realm")
    );
    assert!(made.not_before < world.now() && made.not_after > world.now());
    assert!(made.fingerprint.len() == 64 && made.fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let renamed = UpdateCertificate { name: "Payments".to_owned() };
    let renamed = certificates::update(&world.control, &world.publisher, &made.id, renamed).await.unwrap();
    // one that has expired is taken: it says so itself
    let expired = authority.expired_client("another").unwrap();
    let replaced = replace(&world, &world.publisher, &renamed, &expired).await.unwrap();
    assert_eq!((replaced.name.as_str(), replaced.subject.as_str()), ("Payments", "CN=another"));
    assert!(replaced.not_after < world.now() && replaced.fingerprint != made.fingerprint);
    let detail = certificates::get(&world.control, &world.developer, &made.id).await.unwrap();
    assert_eq!((&detail.certificate, detail.uses.len()), (&replaced, 0));
    create(&world, "Orders").await;
    let taken = create_as(&world, &world.publisher, "Payments", &expired).await;
    assert!(refused_as(ProblemKind::Conflict, taken).at("name").is_some());
    let (page, team) = (PageOf::default(), &world.provider.id);
    let list = certificates::list(&world.control, &world.developer, team, &page).await.unwrap();
    let names: Vec<String> = list.items.into_iter().map(|item| item.name).collect();
    assert_eq!(names, ["Orders", "Payments"]);
});

both!(what_the_gateway_could_not_use_is_refused, |store| {
    let world = World::new(store).await;
    let authority = authority();
    let (good, other) = (authority.client("a").unwrap(), authority.client("b").unwrap());
    let with = |chain: &str, key: &str| Signed { chain: chain.to_owned(), private_key: key.to_owned() };
    let rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (signed, field) in [
        (with("", &good.private_key), "chain"),
        (with("no PEM", &good.private_key), "chain"),
        (with(rubbish, &good.private_key), "chain"),
        (with(&format!("{}{rubbish}", good.chain), &good.private_key), "chain"),
        (with(&good.chain.repeat(11), &good.private_key), "chain"),
        (with(&format!("{}{}", good.chain, good.private_key), &good.private_key), "chain"),
        (with(&good.chain, ""), "private_key"),
        (with(&good.chain, &good.chain), "private_key"),
        (with(&good.chain, &other.private_key), "private_key"),
    ] {
        let problem =
            refused_as(ProblemKind::InvalidInput, create_as(&world, &world.publisher, "x", &signed).await);
        assert!(problem.at(field).is_some(), "{field}: {problem}");
        assert!(!problem.to_string().contains("PRIVATE KEY"), "{problem}");
    }
    // its authority may stand behind it
    let chain = with(&format!("{}{}", good.chain, authority.pem()), &good.private_key);
    create_as(&world, &world.publisher, "chain", &chain).await.unwrap();
});

both!(only_publishers_of_the_team_change_certificates_and_others_see_none, |store| {
    let world = World::new(store).await;
    let signed = authority().client("gateway").unwrap();
    let made = create(&world, "Orders").await;
    for (who, kind) in [
        (&world.developer, ProblemKind::Forbidden),
        (&world.foreign, ProblemKind::NotFound),
        (&world.newcomer, ProblemKind::NotFound),
    ] {
        refused_as(kind, create_as(&world, who, "x", &signed).await);
        refused_as(kind, replace(&world, who, &made, &signed).await);
        let name = UpdateCertificate { name: "x".to_owned() };
        refused_as(kind, certificates::update(&world.control, who, &made.id, name).await);
        refused_as(kind, certificates::delete(&world.control, who, &made.id).await);
        let got = certificates::get(&world.control, who, &made.id).await;
        let listed = certificates::list(&world.control, who, &world.provider.id, &PageOf::default()).await;
        assert_eq!(
            (got.is_ok(), listed.is_ok()),
            (kind == ProblemKind::Forbidden, kind == ProblemKind::Forbidden)
        );
    }
});

both!(a_version_shows_a_certificate_of_its_own_team_alone, |store| {
    let world = World::new(store).await;
    let foreign = certificates::create(
        &world.control,
        &world.consumer_owner,
        &world.consumer.id,
        input("Theirs", &authority().client("theirs").unwrap()),
    );
    let (foreign, ours) = (foreign.await.unwrap(), create(&world, "Ours").await);
    let api = api(&world, "orders").await;
    let field = "upstream.tls.client_certificate";
    let problem = refused_as(ProblemKind::InvalidInput, save(&world, &api, showing(&foreign)).await);
    assert_eq!(problem.at(field), Some("expected a certificate of the team that owns the api"));
    let upstream =
        Some(UpstreamInput { tls: Some(showing(&foreign)), ..UpstreamInput::at("https://1.1.1.1") });
    let new = CreateApi { name: "n".to_owned(), slug: "new".to_owned(), upstream, ..CreateApi::default() };
    let new = apis::create(&world.control, &world.publisher, &world.provider.id, new).await;
    assert!(refused_as(ProblemKind::InvalidInput, new).at(field).is_some());
    save(&world, &api, showing(&ours)).await.unwrap();
    let first = publish(&world, &api).await.unwrap();
    save(&world, &api, UpstreamTls::default()).await.unwrap();
    publish(&world, &api).await.unwrap();
    delete(&world, &ours).await.unwrap();
    // what was published once does not come back without it
    let v1 = VersionName::first();
    let back = Rollback { revision: first };
    let back = versions::rollback(&world.control, &world.publisher, &api.api.id, &v1, back).await;
    assert!(refused_as(ProblemKind::InvalidInput, back).at(field).is_some());
});

both!(authorities_that_cannot_be_read_are_refused, |store| {
    let world = World::new(store).await;
    let api = api(&world, "orders").await;
    let pem = authority().pem();
    let rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let trusting = |ca: &str| UpstreamTls { ca: Some(ca.to_owned()), ..UpstreamTls::default() };
    for (ca, message) in [
        ("abc", "expected certificates in PEM, and nothing else"),
        (&format!("{pem}{rubbish}"), "certificate 2 cannot be read"),
    ] {
        let problem = refused(save(&world, &api, trusting(ca)).await);
        assert_eq!(problem.at("upstream.tls.ca"), Some(message), "{problem}");
    }
    let version = save(&world, &api, trusting(&pem)).await.unwrap();
    assert_eq!(version.draft.upstream.tls.ca.as_deref(), Some(pem.trim()));
});

both!(a_certificate_in_use_is_not_deleted_and_the_refusal_names_where, |store| {
    let world = World::new(store).await;
    let made = create(&world, "Orders").await;
    let api = api(&world, "orders").await;
    let refusal = async || refused_as(ProblemKind::Conflict, delete(&world, &made).await).to_string();
    save(&world, &api, showing(&made)).await.unwrap();
    assert!(refusal().await.contains("it is used by orders v1 (draft)"));
    publish(&world, &api).await.unwrap();
    assert!(refusal().await.contains("orders v1 (draft and live)"));
    save(&world, &api, UpstreamTls::default()).await.unwrap();
    assert!(refusal().await.contains("orders v1 (live)"));
    let v1 = VersionName::first();
    versions::retire(&world.control, &world.publisher, &api.api.id, &v1).await.unwrap();
    delete(&world, &made).await.unwrap();
});

both!(a_key_is_nowhere_in_the_clear_and_the_gateway_can_unseal_it, |store| {
    let world = World::new(store).await;
    let authority = authority();
    let (first, second) = (authority.client("one").unwrap(), authority.client("two").unwrap());
    let made = create_as(&world, &world.publisher, "Orders", &first).await.unwrap();
    let api = api(&world, "orders").await;
    save(&world, &api, showing(&made)).await.unwrap();
    publish(&world, &api).await.unwrap();
    let keys = certificates::CertificateKeys::of(&world.master_key);
    let sealed = told(&world).await;
    assert_eq!(sealed.chain, first.chain.trim());
    assert_eq!(keys.open(&made.id, &sealed.private_key).unwrap(), first.private_key.as_bytes());
    let signals = world.signals();
    replace(&world, &world.publisher, &made, &second).await.unwrap();
    assert_eq!(world.signals(), signals + 1, "waits until the gateway has it");
    let replaced = told(&world).await;
    assert_eq!(keys.open(&made.id, &replaced.private_key).unwrap(), second.private_key.as_bytes());
    // sealed for its own row
    let other = create(&world, "Other").await;
    assert!(keys.open(&other.id, &replaced.private_key).is_none());
    delete(&world, &other).await.unwrap();
    let of_certificates = AuditFilter { object_kind: "certificate".to_owned(), ..AuditFilter::default() };
    let trail = world.audit(&of_certificates).await;
    let did = ["certificates.delete", "certificates.create", "certificates.replace", "certificates.create"];
    assert_eq!(actions(&trail), did);
    let everything = format!("{trail:?}{:?}", world.gateway().await);
    for signed in [&first, &second] {
        for line in signed.private_key.lines().filter(|line| !line.starts_with("-----")) {
            assert!(!everything.contains(line), "a key is in the clear");
        }
    }
    assert!(!everything.contains("PRIVATE KEY"));
});

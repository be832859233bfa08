//! What one identity opened is not used by another, and a new one is in effect at once.

use super::*;

fn update(config: &GatewayConfig) -> GatewayUpdate {
    GatewayUpdate { sequence: config.sequence + 1, parts: vec![Part::Api(config.apis[0].clone())] }
}

#[test]
fn connections_are_not_shared_between_identities() {
    let realm = Realm::new();
    let (one, two) = (realm.authority.client("one").unwrap(), realm.authority.client("two").unwrap());
    let echo = Echo::start().unwrap();
    let addr = realm.server("localhost", false, &[], echo.addr());
    let shown = [None, Some(certificate(1, &one)), Some(certificate(2, &two))];
    let versions = shown
        .iter()
        .zip(["v1", "v2", "v3"])
        .map(|(shown, name)| version(name, &at(addr.port()), realm.tls(shown.as_ref()), shown.clone()));
    let mut versions: Vec<_> = versions.collect();
    // the same as v2
    versions.push(version("v4", &at(addr.port()), realm.tls(shown[1].as_ref()), shown[1].clone()));
    let lab = serving(versions);
    let mut client = lab.client();
    for _ in 0..2 {
        for name in ["v1", "v2", "v3", "v4"] {
            client.send(lab::request(&format!("GET /echo/{name}/x"), "")).unwrap();
            assert_eq!(client.answer(false).unwrap().status, 200);
        }
    }
    let expected = [Vec::new(), der(&one.chain).to_vec(), der(&two.chain).to_vec()];
    assert_eq!(realm.callers(), expected, "one connection each, and none resumed as somebody else");
}

#[test]
fn a_replaced_certificate_is_shown_from_the_next_call_on() {
    let realm = Realm::new();
    let (old, new) = (realm.authority.client("old").unwrap(), realm.authority.client("new").unwrap());
    let echo = Echo::start().unwrap();
    let addr = realm.server("localhost", true, &[], echo.addr());
    let shown = certificate(1, &old);
    let mut lab = serving(vec![version("v1", &at(addr.port()), realm.tls(Some(&shown)), Some(shown))]);
    let mut client = lab.client();
    let mut call = || {
        client.send(lab::request("GET /echo/x", "")).unwrap();
        assert_eq!(client.answer(false).unwrap().status, 200);
    };
    call();
    lab.config.apis[0].versions[0].certificate = Some(certificate(1, &new));
    assert_eq!(lab.snapshots.update(&update(&lab.config)), []);
    call();
    call();
    assert_eq!(realm.callers(), [der(&old.chain).to_vec(), der(&new.chain).to_vec()]);
}

#[test]
fn what_cannot_be_read_is_left_out_or_kept_as_it_was() {
    let realm = Realm::new();
    let good = certificate(1, &realm.authority.client("gateway").unwrap());
    let echo = Echo::start().unwrap();
    let addr = realm.server("localhost", true, &[], echo.addr());
    let tls = realm.tls(Some(&good));
    let id = good.id.clone();
    let broken = |change: &dyn Fn(&mut GatewayCertificate)| {
        let mut certificate = good.clone();
        change(&mut certificate);
        Some(certificate)
    };
    let other_key = realm.authority.client("gateway").unwrap().private_key;
    for (shown, what) in [
        (None, format!("there is no certificate {id}")),
        (broken(&|it| it.private_key = "not ours".to_owned()), "cannot unseal the private key".to_owned()),
        (
            broken(&|it| it.private_key = "sealed rubbish".to_owned()),
            "cannot read the private key".to_owned(),
        ),
        (broken(&|it| it.private_key = format!("sealed {other_key}")), "no TLS".to_owned()),
        (broken(&|it| it.chain = String::new()), "no TLS".to_owned()),
    ] {
        let mut lab = serving(vec![version("v1", &at(addr.port()), tls.clone(), Some(good.clone()))]);
        assert_eq!(outcome(&lab, "/echo/x").0, 200);
        // one that was never good is not served, and does not keep the others from it
        let left_out = lab.try_publish(|config| {
            config.apis[0].versions[0].certificate = shown.clone();
            config.apis[0].versions.push(version("v2", &at(addr.port()), tls.clone(), shown));
        });
        assert_eq!(left_out.len(), 2, "{left_out:?}");
        assert!(left_out.iter().all(|left_out| left_out.contains(&what)), "{what}: {left_out:?}");
        assert!(left_out.iter().all(|left_out| !left_out.contains("PRIVATE")), "{left_out:?}");
        assert_eq!((outcome(&lab, "/echo/x").0, outcome(&lab, "/echo/v2/x").0), (200, 404), "{what}");
    }
}

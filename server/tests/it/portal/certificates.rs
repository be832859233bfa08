//! Client certificates of a team through the portal, and the upstream that uses one.

use super::trade::{Trade, about, signed};
use domain::upstream::UpstreamTls;
use faultlab::authority::{Authority, Signed};

#[tokio::test]
async fn a_certificate_is_kept_renamed_replaced_and_deleted() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let team = trade.api.api.team.to_string();
    petra.get(&format!("/teams/{team}")).await.shows("Client certificates");
    let list = format!("/teams/{team}/certificates");
    petra.get(&list).await.shows("No client certificates yet");
    let Signed { chain, private_key } = signed();
    let secret = private_key.lines().nth(1).unwrap();
    let wrong = [("team", team.as_str()), ("name", ""), ("chain", &chain), ("private_key", &private_key)];
    let refused = petra.submit(&list, "/api/certificates/create", &wrong).await;
    refused.shows("This is required.").shows(chain.lines().nth(1).unwrap()).lacks(secret);
    let fields = [wrong[0], ("name", "Orders"), wrong[2], wrong[3]];
    let answer = petra.post(&list, "/api/certificates/create", &fields).await;
    let page = answer.location().to_owned();
    let id = page.strip_prefix("/certificates/").unwrap();
    let kept = petra.get(&page).await;
    kept.shows("CN=shelter").shows("CN=Realm").shows("Valid").shows("nowhere").lacks(secret);
    petra.get(&list).await.shows("Orders").shows("Valid");
    let renamed = [("certificate", id), ("name", "Payments")];
    petra.submit(&page, "/api/certificates/update", &renamed).await.shows("Payments");
    let old = Authority::new("Realm").unwrap().expired_client("old").unwrap();
    let pair = [("certificate", id), ("chain", &old.chain), ("private_key", &old.private_key)];
    petra.submit(&page, "/api/certificates/replace", &pair).await.shows("CN=old").shows("Expired");
    petra
        .submit(&page, "/api/certificates/delete", &[("certificate", id)])
        .await
        .shows("The certificate is deleted")
        .shows("No client certificates yet");
}

#[tokio::test]
async fn an_upstream_takes_authorities_a_certificate_and_a_server_name() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    let (id, page) = (trade.api.api.id.to_string(), trade.workspace("/upstream"));
    let certificate = trade.certificate("Orders").await;
    petra.get(&page).await.shows("TLS to the backend").shows("Orders (CN=shelter)");
    let bad = about(&id, &[("ca", "abc"), ("server_name", "no host")]);
    let refused = petra.submit(&page, "/api/versions/tls", &bad).await;
    refused.shows("Expected a host name like api.example.com").shows("abc");
    let ca = signed().chain;
    let plain = about(
        &id,
        &[("ca", &ca), ("client_certificate", certificate.as_str()), ("server_name", "pets.internal")],
    );
    petra.submit(&page, "/api/versions/tls", &plain).await.shows("The draft is changed");
    let expected = UpstreamTls {
        ca: Some(ca.trim().to_owned()),
        client_certificate: Some(certificate.clone()),
        server_name: Some("pets.internal".parse().unwrap()),
    };
    assert_eq!(trade.upstream().await.tls, expected);
    // the other form of the page leaves it as it is
    let waits =
        [("connect_ms", "1000"), ("first_byte_ms", "1000"), ("idle_ms", "1000"), ("total_ms", "5000")];
    let mut backend = vec![("url", "https://other.example.com")];
    backend.extend(waits);
    petra.submit(&page, "/api/versions/upstream", &about(&id, &backend)).await.shows("The draft is changed");
    assert_eq!(trade.upstream().await.tls, expected);
    let used = petra.get(&format!("/certificates/{certificate}")).await;
    used.shows("Pets v1").shows("(draft)").shows("It is used");
}

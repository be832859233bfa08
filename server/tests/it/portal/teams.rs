//! Teams through the portal: their members, their roles, and those outside.

use super::support::{Browser, PASSWORD, Portal};
use domain::roles::PlatformRole;
use http::StatusCode;

/// A team, made by the browser's person; answers the address of its page and its id.
async fn team(browser: &mut Browser, name: &str) -> (String, String) {
    let answer = browser.post("/teams/new", "/api/teams/create", &[("name", name)]).await;
    let page = answer.location().to_owned();
    let id = page.strip_prefix("/teams/").unwrap().to_owned();
    (page, id)
}

async fn add(browser: &mut Browser, (page, id): &(String, String), name: &str, role: &str) {
    let email = format!("{name}@example.com");
    let fields = [("team", id.as_str()), ("email", &email), ("role", role)];
    browser.submit(page, "/api/members/create", &fields).await.shows("is in the team now.");
}

fn account_of(page: &str, after: &str) -> String {
    let rest = page.split(after).nth(1).unwrap();
    format!("acc_{}", &rest.split("acc_").nth(1).unwrap()[..26])
}

#[tokio::test]
async fn a_team_is_made_filled_changed_and_deleted() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Member).await;
    portal.account("grace", PlatformRole::Member).await;
    let core = team(&mut ada, "Core").await;
    ada.get(&core.0).await.shows("Team Core is created").shows("you: owner");
    add(&mut ada, &core, "grace", "developer").await;
    let page = ada.get(&core.0).await;
    let grace = account_of(&page.body, "grace@example.com");
    let fields = [("team", core.1.as_str()), ("account", &grace), ("role", "publisher")];
    ada.submit(&core.0, "/api/members/update", &fields).await.shows("Grace has the role publisher now.");
    ada.submit(&core.0, "/api/members/delete", &fields[..2]).await.lacks("grace@example.com");
    let fields = [("team", core.1.as_str()), ("name", "Kernel"), ("description", "The middle")];
    ada.submit(&core.0, "/api/teams/update", &fields).await.shows("Kernel").shows("The middle");
    ada.submit(&core.0, "/api/teams/delete", &fields[..1])
        .await
        .shows("The team is deleted")
        .shows("No teams yet");
}

#[tokio::test]
async fn a_team_of_others_is_as_if_it_were_not_there() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Member).await;
    let mut eve = portal.signed_in("eve", PlatformRole::Member).await;
    let (page, id) = team(&mut ada, "Core").await;
    let absent = format!("{}0", &id[..id.len() - 1]);
    let there = eve.get(&page).await;
    let nowhere = eve.get(&format!("/teams/{absent}")).await;
    let malformed = eve.get("/teams/x").await;
    for answer in [&there, &nowhere, &malformed] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.shows("No such team.").lacks("Core");
    }
    eve.get("/teams").await.lacks("Core");
    for (action, more) in [
        ("/api/teams/update", ("name", "Mine")),
        ("/api/teams/delete", ("", "")),
        ("/api/teams/leave", ("", "")),
        ("/api/members/create", ("email", "eve@example.com")),
    ] {
        eve.submit("/teams", action, &[("team", &id), more]).await.shows("No such team.");
    }
    ada.get(&page).await.shows("Core");
}

#[tokio::test]
async fn a_viewer_reads_and_every_control_names_the_role_that_is_missing() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Member).await;
    let mut ben = portal.signed_in("ben", PlatformRole::Member).await;
    let core = team(&mut ada, "Core").await;
    add(&mut ada, &core, "ben", "viewer").await;
    let page = ben.get(&core.0).await;
    page.shows("ada@example.com")
        .shows("you: viewer")
        .shows("Needs the role owner in the team")
        .lacks("Change role");
    let fields = [("team", core.1.as_str()), ("name", "Mine")];
    ben.submit(&core.0, "/api/teams/update", &fields).await.shows("This needs the role owner in the team.");
}

#[tokio::test]
async fn a_team_keeps_an_owner() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Member).await;
    let core = team(&mut ada, "Core").await;
    let answer = ada.submit(&core.0, "/api/teams/leave", &[("team", &core.1)]).await;
    answer.shows("owner").shows("This does not go with what is there");
    ada.get(&core.0).await.shows("you: owner");
}

#[tokio::test]
async fn who_has_no_account_is_invited_into_the_team() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in("ada", PlatformRole::Member).await;
    let core = team(&mut ada, "Core").await;
    let fields = [("team", core.1.as_str()), ("email", "new@example.com"), ("role", "consumer")];
    let page = ada.submit(&core.0, "/api/members/create", &fields).await;
    page.shows("Invitation link for new@example.com");
    let secret = page.body.split("/invitations/").nth(1).unwrap()[..64].to_owned();
    let mut new = portal.browser();
    let path = format!("/invitations/{secret}");
    let fields = [("link", secret.as_str()), ("name", "New"), ("password", PASSWORD)];
    new.submit(&path, "/api/invitations/accept", &fields).await.shows("Hello, New");
    new.get(&core.0).await.shows("you: consumer");
}

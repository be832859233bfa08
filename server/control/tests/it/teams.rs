//! Teams and members.

use crate::support::{World, actions, refused, refused_as};
use control::teams::{self, AddedMember};
use control::{accounts, invitations};
use domain::accounts::{AccountStatus, UpdateAccount};
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::roles::TeamRole;
use domain::teams::{AddMember, CreateTeam};
use store::both;

fn named(name: &str) -> CreateTeam {
    CreateTeam { name: name.to_owned(), description: String::new() }
}

fn add(email: &str, role: TeamRole) -> AddMember {
    AddMember { email: email.to_owned(), role: role.to_string() }
}

both!(whoever_creates_a_team_owns_it, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let team = teams::create(control, &world.newcomer, named("Birds")).await.unwrap();
    let nina = accounts::actor(control, &world.newcomer.account, "").await.unwrap().unwrap();
    assert_eq!(nina.role_in(&team.id), Some(TeamRole::Owner));
    assert!(refused(teams::create(control, &nina, named("  ")).await).at("name").is_some());
    refused_as(ProblemKind::Forbidden, teams::create(control, &world.auditor, named("Fish")).await);
    assert_eq!(actions(&world.trail(team.id.as_str()).await), ["teams.create"]);
});

both!(foreign_teams_are_not_there, |store| {
    let world = World::new(store).await;
    let (control, team) = (&world.control, &world.provider.id);
    for stranger in [&world.foreign, &world.newcomer] {
        refused_as(ProblemKind::NotFound, teams::get(control, stranger, team).await);
        refused_as(ProblemKind::NotFound, teams::members(control, stranger, team, &PageOf::default()).await);
        refused_as(ProblemKind::NotFound, teams::update(control, stranger, team, named("Mine")).await);
        refused_as(ProblemKind::NotFound, teams::delete(control, stranger, team).await);
        refused_as(ProblemKind::NotFound, teams::leave(control, stranger, team).await);
        let input = add("x@example.com", TeamRole::Owner);
        refused_as(ProblemKind::NotFound, teams::add_member(control, stranger, team, input).await);
    }
    for reader in [&world.auditor, &world.publisher] {
        teams::get(control, reader, team).await.unwrap();
        refused_as(ProblemKind::Forbidden, teams::update(control, reader, team, named("Mine")).await);
    }
    let seen = teams::list(control, &world.foreign, "", &PageOf::default()).await.unwrap().items;
    assert_eq!(seen.iter().map(|summary| summary.team.name.as_str()).collect::<Vec<_>>(), ["Books"]);
});

both!(a_team_keeps_an_owner, |store| {
    let world = World::new(store).await;
    let (control, owner, team) = (&world.control, &world.provider_owner, &world.provider.id);
    refused_as(ProblemKind::Conflict, teams::leave(control, owner, team).await);
    refused_as(ProblemKind::Conflict, teams::remove_member(control, owner, team, &owner.account).await);
    let down = teams::set_role(control, owner, team, &owner.account, TeamRole::Viewer).await;
    refused_as(ProblemKind::Conflict, down);
    teams::set_role(control, owner, team, &world.publisher.account, TeamRole::Owner).await.unwrap();
    teams::leave(control, owner, team).await.unwrap();
});

both!(a_team_keeps_an_owner_who_can_sign_in, |store| {
    let world = World::new(store).await;
    let (control, owner, team) = (&world.control, &world.provider_owner, &world.provider.id);
    let (ada, second) = (&world.administrator, &world.publisher.account);
    teams::set_role(control, owner, team, second, TeamRole::Owner).await.unwrap();
    let to = |status| UpdateAccount { status: Some(status), role: None };
    accounts::update(control, ada, second, to(AccountStatus::Disabled)).await.unwrap();
    refused_as(ProblemKind::Conflict, teams::leave(control, owner, team).await);
    let down = teams::set_role(control, owner, team, &owner.account, TeamRole::Viewer).await;
    refused_as(ProblemKind::Conflict, down);
    // the one who cannot sign in is no loss
    teams::remove_member(control, owner, team, second).await.unwrap();
    refused_as(ProblemKind::Conflict, teams::leave(control, owner, team).await);
});

both!(a_team_that_owns_things_is_not_deleted, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    world.api("pets").await;
    let owned = refused(teams::delete(control, &world.provider_owner, &world.provider.id).await);
    assert!(owned.kind == ProblemKind::Conflict && owned.detail.contains("1 APIs"), "{owned}");
    assert!(owned.detail.ends_with("delete them first"), "{owned}");
    teams::delete(control, &world.consumer_owner, &world.consumer.id).await.unwrap();
    refused_as(ProblemKind::NotFound, teams::get(control, &world.administrator, &world.consumer.id).await);
});

both!(adding_a_stranger_to_the_platform_invites_them_into_the_team, |store| {
    let world = World::new(store).await;
    let (control, owner, team) = (&world.control, &world.provider_owner, &world.provider.id);
    let joined = teams::add_member(control, owner, team, add(&world.newcomer.email, TeamRole::Developer))
        .await
        .unwrap();
    assert!(matches!(joined, AddedMember::Joined(member) if member.role == TeamRole::Developer));
    let again = teams::add_member(control, owner, team, add(&world.newcomer.email, TeamRole::Viewer)).await;
    assert!(refused(again).at("email").is_some());
    let AddedMember::Invited(new) =
        teams::add_member(control, owner, team, add("new@example.com", TeamRole::Publisher)).await.unwrap()
    else {
        panic!("expected an invitation");
    };
    let secret = new.link.rsplit('/').next().unwrap();
    let input = invitations::AcceptInvitation {
        name: "New".to_owned(),
        password: "correct horse battery".to_owned(),
    };
    let account = invitations::accept(control, secret, input, "").await.unwrap();
    let actor = accounts::actor(control, &account.id, "").await.unwrap().unwrap();
    assert_eq!(actor.role_in(team), Some(TeamRole::Publisher));
});

//! Teams and members.

use domain::accounts::{Account, AccountStatus};
use domain::roles::TeamRole;
use store::teams::TeamFilter;
use store::{Error, accounts, both, teams};

use crate::rows::{World, account, at, every_page, page, team};

both!(create_and_change_a_team, |store| {
    let (ada, bob) = (account(1, "ada@example.com"), account(2, "bob@example.com"));
    let mut weather = team(1, "Weather");
    let mut tx = store.begin().await.unwrap();
    for person in [&ada, &bob] {
        accounts::insert(&mut tx, person, "hash").await.unwrap();
    }
    teams::insert(&mut tx, &weather).await.unwrap();
    weather.description = "Rain and shine".to_owned();
    teams::update(&mut tx, &weather).await.unwrap();
    assert_eq!(teams::get(&mut tx, &weather.id).await.unwrap().as_ref(), Some(&weather));

    teams::add_member(&mut tx, &weather.id, &ada.id, TeamRole::Owner, at(1)).await.unwrap();
    teams::add_member(&mut tx, &weather.id, &bob.id, TeamRole::Viewer, at(2)).await.unwrap();
    assert!(teams::set_role(&mut tx, &weather.id, &bob.id, TeamRole::Owner).await.unwrap());
    assert_eq!(teams::count_other_owners(&mut tx, &weather.id, &ada.id).await.unwrap(), 1);
    accounts::update(&mut tx, &Account { status: AccountStatus::Disabled, ..bob.clone() }).await.unwrap();
    assert_eq!(teams::count_other_owners(&mut tx, &weather.id, &ada.id).await.unwrap(), 0);
    assert_eq!(teams::count_other_owners(&mut tx, &weather.id, &bob.id).await.unwrap(), 1);
    assert_eq!(teams::roles_of(&mut tx, &bob.id).await.unwrap(), [(weather.id.clone(), TeamRole::Owner)]);
    let member = teams::member(&mut tx, &weather.id, &bob.id).await.unwrap().unwrap();
    assert_eq!((member.name, member.email, member.joined_at), (bob.name.clone(), bob.email.clone(), at(2)));

    let summary = teams::summary(&mut tx, &weather.id, &ada.id).await.unwrap().unwrap();
    assert_eq!((summary.role, summary.members), (Some(TeamRole::Owner), 2));
    assert!(teams::remove_member(&mut tx, &weather.id, &ada.id).await.unwrap());
    assert!(!teams::remove_member(&mut tx, &weather.id, &ada.id).await.unwrap());
    assert!(teams::delete(&mut tx, &weather.id).await.unwrap());
    assert!(teams::roles_of(&mut tx, &bob.id).await.unwrap().is_empty(), "members go with the team");
});

both!(add_a_member_twice_is_a_conflict, |store| {
    let (ada, weather) = (account(1, "ada@example.com"), team(1, "Weather"));
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    teams::insert(&mut tx, &weather).await.unwrap();
    teams::add_member(&mut tx, &weather.id, &ada.id, TeamRole::Owner, at(1)).await.unwrap();
    let again = teams::add_member(&mut tx, &weather.id, &ada.id, TeamRole::Owner, at(1)).await;
    assert!(matches!(again, Err(Error::Conflict { constraint }) if constraint == "members_team_account"));
});

both!(delete_a_team_that_owns_things_is_refused, |store| {
    let world = World::build(store, 1, "rain").await;
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(teams::delete(&mut tx, &world.team.id).await, Err(Error::Reference(_))));
});

both!(list_teams_page_by_page, |store| {
    let ada = account(1, "ada@example.com");
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    for number in 0..5 {
        let name = if number < 3 { "Same" } else { "Other" };
        let team = team(number, name);
        teams::insert(&mut tx, &team).await.unwrap();
        if number % 2 == 0 {
            teams::add_member(&mut tx, &team.id, &ada.id, TeamRole::Viewer, at(1)).await.unwrap();
        }
    }
    let every = TeamFilter::default();
    let all = every_page(async |page| teams::list(&mut tx, &every, &ada.id, &page).await.unwrap()).await;
    assert_eq!(
        all.iter().map(|it| it.team.id.clone()).collect::<Vec<_>>(),
        [3, 4, 0, 1, 2].map(|number| team(number, "").id),
    );
    assert_eq!(
        all.iter().map(|it| it.role).collect::<Vec<_>>(),
        [None, Some(TeamRole::Viewer), Some(TeamRole::Viewer), None, Some(TeamRole::Viewer)]
    );
    let mine = TeamFilter { member: Some(ada.id.clone()), text: Some("sAm".to_owned()) };
    let mine = teams::list(&mut tx, &mine, &ada.id, &page(10, None)).await.unwrap();
    assert_eq!(mine.items.len(), 2);
    let names = teams::names(&mut tx, &[team(3, "").id, team(9, "").id]).await.unwrap();
    assert_eq!(names, [(team(3, "").id, "Other".to_owned())]);
});

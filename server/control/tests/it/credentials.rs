//! Credentials.

use crate::support::{World, actions, refused, refused_as, told};
use chrono::Duration;
use control::{Actor, Control, Result, credentials};
use domain::Time;
use domain::applications::Application;
use domain::credentials::key::{Kind, is_well_formed};
use domain::credentials::{CreateCredential, Credential, NewCredential, RotateCredential};
use domain::ids::CredentialId;
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use store::both;

async fn create(world: &World, application: &Application, expires_at: Option<Time>) -> Result<NewCredential> {
    let input = CreateCredential { name: "key".to_owned(), expires_at };
    credentials::create(&world.control, &world.consumer_owner, &application.id, input).await
}

async fn rotate(control: &Control, actor: &Actor, id: &CredentialId, overlap: u32) -> Result<NewCredential> {
    credentials::rotate(control, actor, id, RotateCredential { overlap_seconds: overlap }).await
}

async fn kept(world: &World, application: &Application, id: &CredentialId) -> Credential {
    let list =
        credentials::list(&world.control, &world.viewer, &application.id, &PageOf::default()).await.unwrap();
    list.items.into_iter().find(|credential| credential.id == *id).unwrap()
}

/// The keys that open something at the gateway, by the hashes under which it looks them up.
async fn opens(world: &World, key: &str) -> bool {
    let hash = blake3::keyed_hash(&world.control.credential_key(), key.as_bytes()).to_hex().to_string();
    let now = world.now();
    let config = world.gateway().await;
    config.credentials.iter().any(|it| it.hash == hash && it.expires_at.is_none_or(|at| at > now))
}

both!(create_shows_the_key_once_and_keeps_its_hash, |store| {
    let world = World::new(store).await;
    let application = world.application("Forecast").await;
    let signals = world.signals();
    let new = create(&world, &application, None).await.unwrap();
    assert!(is_well_formed(Kind::Credential, &new.key));
    assert!(new.key.starts_with(&new.credential.prefix) && new.credential.prefix.len() == 8);
    assert_eq!(world.signals(), signals + 1);
    assert!(opens(&world, &new.key).await);
    assert_eq!(kept(&world, &application, &new.credential.id).await, new.credential);
    let trail = world.trail(new.credential.id.as_str()).await;
    assert_eq!(actions(&trail), ["credentials.create"]);
    assert!(!format!("{trail:?}").contains(&new.key));
});

both!(each_action_needs_its_role_in_the_owning_team, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let application = world.application("Forecast").await;
    let id = create(&world, &application, None).await.unwrap().credential.id;
    let input = || CreateCredential { name: "mine".to_owned(), expires_at: None };
    for (actor, kind) in [
        (&world.viewer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.publisher, ProblemKind::NotFound),
        (&world.foreign, ProblemKind::NotFound),
        (&world.newcomer, ProblemKind::NotFound),
    ] {
        refused_as(kind, credentials::create(control, actor, &application.id, input()).await);
        refused_as(kind, rotate(control, actor, &id, 0).await);
        refused_as(kind, credentials::revoke(control, actor, &id).await);
    }
    let page = PageOf::default();
    refused_as(
        ProblemKind::NotFound,
        credentials::list(control, &world.foreign, &application.id, &page).await,
    );
    let foreign = refused(credentials::revoke(control, &world.foreign, &id).await);
    let unknown = world.id(CredentialId::from_parts);
    assert_eq!(foreign, refused(credentials::revoke(control, &world.foreign, &unknown).await));
    credentials::revoke(control, &world.administrator, &id).await.unwrap();
});

both!(rotate_lets_the_old_key_work_for_the_overlap, |store| {
    let world = World::new(store).await;
    let application = world.application("Forecast").await;
    let old = create(&world, &application, None).await.unwrap();
    let signals = world.signals();
    let new = rotate(&world.control, &world.consumer_owner, &old.credential.id, 3_600).await.unwrap();
    assert_eq!(world.signals(), signals + 1);
    assert_ne!(new.key, old.key);
    assert_eq!((new.credential.name.as_str(), new.credential.expires_at), ("key", None));
    assert!(opens(&world, &old.key).await && opens(&world, &new.key).await);
    let ending = kept(&world, &application, &old.credential.id).await;
    assert_eq!((ending.expires_at, ending.revoked_at), (Some(world.now() + Duration::hours(1)), None));
    world.pass(Duration::hours(1));
    assert!(!opens(&world, &old.key).await && opens(&world, &new.key).await);
    let trail = world.trail(old.credential.id.as_str()).await;
    assert_eq!(actions(&trail), ["credentials.create", "credentials.rotate"]);
});

both!(rotate_without_overlap_revokes_at_once, |store| {
    let world = World::new(store).await;
    let application = world.application("Forecast").await;
    let old = create(&world, &application, None).await.unwrap();
    let new = rotate(&world.control, &world.consumer_owner, &old.credential.id, 0).await.unwrap();
    assert!(!opens(&world, &old.key).await && opens(&world, &new.key).await);
    assert_eq!(kept(&world, &application, &old.credential.id).await.revoked_at, Some(world.now()));
});

both!(rotate_keeps_an_earlier_end_and_the_length_of_life, |store| {
    let world = World::new(store).await;
    let application = world.application("Forecast").await;
    let end = world.now() + Duration::days(10);
    let old = create(&world, &application, Some(end)).await.unwrap();
    world.pass(Duration::days(9));
    let week = 7 * 86_400;
    let new = rotate(&world.control, &world.consumer_owner, &old.credential.id, week).await.unwrap();
    assert_eq!(kept(&world, &application, &old.credential.id).await.expires_at, Some(end));
    assert_eq!(new.credential.expires_at, Some(world.now() + Duration::days(10)));
});

both!(what_has_ended_is_not_rotated, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.consumer_owner);
    let application = world.application("Forecast").await;
    let revoked = create(&world, &application, None).await.unwrap().credential.id;
    credentials::revoke(control, actor, &revoked).await.unwrap();
    let expired =
        create(&world, &application, Some(world.now() + Duration::hours(1))).await.unwrap().credential.id;
    world.pass(Duration::hours(1));
    for id in [&revoked, &expired] {
        refused_as(ProblemKind::Conflict, rotate(control, actor, id, 60).await);
    }
    let much = refused_as(ProblemKind::InvalidInput, rotate(control, actor, &revoked, 30 * 86_400 + 1).await);
    assert!(much.at("overlap_seconds").is_some());
    let past = refused_as(ProblemKind::InvalidInput, create(&world, &application, Some(world.now())).await);
    assert!(past.at("expires_at").is_some());
});

both!(revoke_twice_is_one_change, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.consumer_owner);
    let application = world.application("Forecast").await;
    let new = create(&world, &application, None).await.unwrap();
    let signals = world.signals();
    let first = credentials::revoke(control, actor, &new.credential.id).await.unwrap();
    assert!(!opens(&world, &new.key).await);
    world.pass(Duration::hours(1));
    assert_eq!(credentials::revoke(control, actor, &new.credential.id).await.unwrap(), first);
    // each made sure that the gateway knows
    assert_eq!(world.signals(), signals + 2);
    assert_eq!(
        actions(&world.trail(new.credential.id.as_str()).await),
        ["credentials.create", "credentials.revoke"]
    );
});

both!(an_application_has_at_most_twenty_live_keys, |store| {
    let world = World::new(store).await;
    let (control, actor) = (&world.control, &world.consumer_owner);
    let application = world.application("Forecast").await;
    let ends = create(&world, &application, Some(world.now() + Duration::hours(1))).await.unwrap();
    for _ in 1..20 {
        create(&world, &application, None).await.unwrap();
    }
    refused_as(ProblemKind::Conflict, create(&world, &application, None).await);
    // two keys in place of one are one too many, a key in place of a key is not
    refused_as(ProblemKind::Conflict, rotate(control, actor, &ends.credential.id, 60).await);
    assert!(opens(&world, &ends.key).await, "a refused rotation changes nothing");
    let again = rotate(control, actor, &ends.credential.id, 0).await.unwrap();
    // what has expired takes no place
    world.pass(Duration::hours(1));
    assert!(!opens(&world, &again.key).await);
    create(&world, &application, None).await.unwrap();
    refused_as(ProblemKind::Conflict, create(&world, &application, None).await);
});

both!(a_revocation_that_is_not_in_effect_yet_is_no_success, |store| {
    let (world, mut gateway) = World::with_gateway(store).await;
    let application = world.application("Forecast").await;
    let (control, owner) = (&world.control, &world.consumer_owner);
    // the key is answered although the gateway is late: nobody could ask for it again
    let (new, ()) = tokio::join!(create(&world, &application, None), async {
        drop(gateway.recv().await.unwrap());
    });
    let id = new.unwrap().credential.id;
    let (revoked, ()) = tokio::join!(credentials::revoke(control, owner, &id), async {
        drop(gateway.recv().await.unwrap());
    });
    let problem = refused_as(ProblemKind::NotInEffect, revoked);
    assert!(problem.detail.starts_with("the change is saved"), "{problem}");
    assert_eq!((problem.kind.status(), problem.retry_after_s), (503, None));
    assert!(kept(&world, &application, &id).await.revoked_at.is_some());
    // to revoke it again makes sure that it is in effect, and leaves no second trace
    let (again, ()) = tokio::join!(credentials::revoke(control, owner, &id), async {
        drop(gateway.recv().await.unwrap());
    });
    refused_as(ProblemKind::NotInEffect, again);
    let (again, ()) = tokio::join!(credentials::revoke(control, owner, &id), async {
        told(gateway.recv().await.unwrap());
    });
    again.unwrap();
    assert_eq!(actions(&world.trail(id.as_str()).await), ["credentials.create", "credentials.revoke"]);
});

both!(a_rotation_answers_its_key_unless_it_takes_the_old_one_away, |store| {
    let (world, mut gateway) = World::with_gateway(store).await;
    let application = world.application("Forecast").await;
    let (control, owner) = (&world.control, &world.consumer_owner);
    let (new, ()) = tokio::join!(create(&world, &application, None), async {
        told(gateway.recv().await.unwrap());
    });
    let old = new.unwrap().credential.id;
    // the loop that would take the change up has ended
    drop(gateway);
    let new = rotate(control, owner, &old, 3_600).await.unwrap().credential.id;
    refused_as(ProblemKind::NotInEffect, rotate(control, owner, &new, 0).await);
});

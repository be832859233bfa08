//! Accounts: the first one, the ways in, and what administrators do.

use crate::support::{World, actions, refused, refused_as};
use chrono::Duration;
use control::{accounts, invitations, settings, tokens};
use domain::accounts::{
    AccountStatus, ChangePassword, CreateAccount, CreateInvitation, SignIn, UpdateAccount,
};
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::requests::RequestState;
use domain::roles::PlatformRole;
use domain::settings::Settings;
use domain::tokens::{CreateToken, TokenScope};
use futures_util::future::join_all;
use store::both;

const PASSWORD: &str = "correct horse battery";

fn person(name: &str) -> CreateAccount {
    CreateAccount {
        name: name.to_owned(),
        email: format!("{}@example.com", name.to_lowercase()),
        password: PASSWORD.to_owned(),
    }
}

fn typed(email: &str, password: &str) -> SignIn {
    SignIn { email: email.to_owned(), password: password.to_owned() }
}

both!(sign_in_says_the_same_for_an_unknown_account_and_a_wrong_password, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let account = accounts::create(control, person("Grace"), PlatformRole::Member).await.unwrap();
    let signed_in =
        accounts::sign_in(control, typed(" GRACE@example.com ", PASSWORD), "192.0.2.1").await.unwrap();
    assert_eq!(signed_in.id, account.id);
    let wrong = refused(accounts::sign_in(control, typed("grace@example.com", "wrong"), "192.0.2.1").await);
    let unknown =
        refused(accounts::sign_in(control, typed("nobody@example.com", "wrong"), "192.0.2.1").await);
    let malformed = refused(accounts::sign_in(control, typed("nobody", "wrong"), "192.0.2.1").await);
    assert_eq!(wrong.kind, ProblemKind::Unauthenticated);
    assert_eq!((&wrong, &wrong), (&unknown, &malformed));
});

both!(sign_in_is_slowed_down_but_never_locked, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    accounts::create(control, person("Grace"), PlatformRole::Member).await.unwrap();
    let attempt = |password: &'static str, address: &'static str| {
        accounts::sign_in(control, typed("grace@example.com", password), address)
    };
    for _ in 0..5 {
        refused_as(ProblemKind::Unauthenticated, attempt("wrong", "192.0.2.1").await);
    }
    // the right password has to wait as well, from any address
    let slowed = refused(attempt(PASSWORD, "198.51.100.7").await);
    assert_eq!((slowed.kind, slowed.retry_after_s), (ProblemKind::TooManyRequests, Some(1)));
    world.pass(Duration::seconds(2));
    attempt(PASSWORD, "192.0.2.1").await.unwrap();
    // and success forgets what was
    refused_as(ProblemKind::Unauthenticated, attempt("wrong", "192.0.2.1").await);
    attempt(PASSWORD, "192.0.2.1").await.unwrap();
});

both!(sign_in_that_is_tried_many_times_at_once_is_no_more_guesses, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    accounts::create(control, person("Grace"), PlatformRole::Member).await.unwrap();
    let addresses: Vec<String> = (0..40).map(|n| format!("192.0.2.{n}")).collect();
    let attempts = addresses
        .iter()
        .map(|address| accounts::sign_in(control, typed("grace@example.com", "wrong"), address));
    let kinds: Vec<_> = join_all(attempts).await.into_iter().map(|ended| refused(ended).kind).collect();
    let guesses = kinds.iter().filter(|kind| **kind == ProblemKind::Unauthenticated).count();
    let slowed = kinds.iter().filter(|kind| **kind == ProblemKind::TooManyRequests).count();
    assert_eq!((guesses, slowed), (5, 35), "{kinds:?}");
});

both!(sign_in_costs_an_address_only_failures, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    accounts::create(control, person("Grace"), PlatformRole::Member).await.unwrap();
    let wrong = |name: String| {
        accounts::sign_in(control, typed(&format!("{name}@example.com"), "wrong"), "192.0.2.1")
    };
    for n in 0..29 {
        refused_as(ProblemKind::Unauthenticated, wrong(format!("nobody{n}")).await);
    }
    // colleagues who know their passwords do not use the last free failure up, nor keep the others in mind
    for _ in 0..3 {
        world.pass(Duration::minutes(25));
        accounts::sign_in(control, typed("grace@example.com", PASSWORD), "192.0.2.1").await.unwrap();
    }
    let mut conn = control.store().read().await.unwrap();
    let left = store::throttle::get(&mut conn, "address:192.0.2.1").await.unwrap().unwrap();
    assert_eq!((left.failures, left.last_failed_at), (29, world.now() - Duration::minutes(75)));
    drop(conn);
    refused_as(ProblemKind::Unauthenticated, wrong("nobody".to_owned()).await);
    accounts::sign_in(control, typed("grace@example.com", PASSWORD), "192.0.2.1").await.unwrap();
});

both!(sign_in_is_refused_while_too_many_wait_and_that_counts_for_nothing, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let subjects: Vec<(String, String)> =
        (0..200).map(|n| (format!("nobody{n}@example.com"), format!("192.0.2.{n}"))).collect();
    let attempts =
        subjects.iter().map(|(email, address)| accounts::sign_in(control, typed(email, "wrong"), address));
    let ended = join_all(attempts).await;
    let mut sent_away = 0;
    for (result, (email, _)) in ended.into_iter().zip(&subjects) {
        let problem = refused(result);
        if problem.kind == ProblemKind::Unavailable {
            assert!(problem.detail.contains("signing in"), "{problem}");
            let mut conn = control.store().read().await.unwrap();
            assert_eq!(store::throttle::get(&mut conn, &format!("account:{email}")).await.unwrap(), None);
            sent_away += 1;
        } else {
            assert_eq!(problem.kind, ProblemKind::Unauthenticated, "{problem}");
        }
    }
    assert!(sent_away > 0, "everybody waited");
});

both!(a_disabled_account_is_out_at_once, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let token = tokens::create(
        control,
        &world.newcomer,
        CreateToken { name: "ci".to_owned(), ..CreateToken::default() },
    );
    let secret = token.await.unwrap().secret;
    assert!(tokens::authenticate(control, &secret, "192.0.2.1").await.unwrap().is_some());
    let disable = || UpdateAccount { status: Some(AccountStatus::Disabled), role: None };
    let id = &world.newcomer.account;
    for stranger in [&world.auditor, &world.provider_owner] {
        refused_as(ProblemKind::Forbidden, accounts::update(control, stranger, id, disable()).await);
    }
    accounts::update(control, &world.administrator, id, disable()).await.unwrap();
    assert!(tokens::authenticate(control, &secret, "192.0.2.1").await.unwrap().is_none());
    assert!(accounts::actor(control, id, "192.0.2.1").await.unwrap().is_none());
});

both!(the_last_active_administrator_stays, |store| {
    let world = World::new(store).await;
    let (control, ada) = (&world.control, &world.administrator);
    for input in [
        UpdateAccount { status: Some(AccountStatus::Disabled), role: None },
        UpdateAccount { role: Some(PlatformRole::Member), status: None },
    ] {
        refused_as(ProblemKind::Conflict, accounts::update(control, ada, &ada.account, input).await);
    }
    let promote = UpdateAccount { role: Some(PlatformRole::Administrator), status: None };
    accounts::update(control, ada, &world.newcomer.account, promote).await.unwrap();
    let step_down = UpdateAccount { role: Some(PlatformRole::Member), status: None };
    accounts::update(control, ada, &ada.account, step_down).await.unwrap();
});

both!(an_invitation_works_once_and_for_seven_days, |store| {
    let world = World::new(store).await;
    let (control, ada) = (&world.control, &world.administrator);
    let invite = |email: &str| CreateInvitation { email: email.to_owned(), role: "operator".to_owned() };
    refused_as(
        ProblemKind::Forbidden,
        invitations::create(control, &world.auditor, invite("x@example.com")).await,
    );
    let new = invitations::create(control, ada, invite("olga@example.com")).await.unwrap();
    let secret = new.link.rsplit('/').next().unwrap().to_owned();
    let accept =
        |name: &str| invitations::AcceptInvitation { name: name.to_owned(), password: PASSWORD.to_owned() };
    refused_as(ProblemKind::NotFound, invitations::accept(control, "0000", accept("X"), "192.0.2.1").await);
    let weak = invitations::AcceptInvitation { name: "Olga".to_owned(), password: "password1".to_owned() };
    assert!(refused(invitations::accept(control, &secret, weak, "192.0.2.1").await).at("password").is_some());
    let account = invitations::accept(control, &secret, accept("Olga"), "192.0.2.1").await.unwrap();
    assert_eq!((account.role, account.email.as_str()), (PlatformRole::Operator, "olga@example.com"));
    refused_as(
        ProblemKind::NotFound,
        invitations::accept(control, &secret, accept("Olga"), "192.0.2.1").await,
    );

    let late = invitations::create(control, ada, invite("late@example.com")).await.unwrap();
    world.pass(Duration::days(7));
    let secret = late.link.rsplit('/').next().unwrap();
    refused_as(
        ProblemKind::NotFound,
        invitations::accept(control, secret, accept("Late"), "192.0.2.1").await,
    );
});

both!(people_sign_up_only_where_the_platform_allows_it_and_may_wait_for_approval, |store| {
    let world = World::new(store).await;
    let (control, ada) = (&world.control, &world.administrator);
    refused_as(ProblemKind::Forbidden, accounts::sign_up(control, person("Grace"), "192.0.2.1").await);
    let open = Settings { self_registration: true, ..Settings::default() };
    refused_as(ProblemKind::Forbidden, settings::update(control, &world.auditor, open.clone()).await);
    settings::update(control, ada, open).await.unwrap();
    let grace = accounts::sign_up(control, person("Grace"), "192.0.2.1").await.unwrap();
    assert_eq!(grace.status, AccountStatus::Pending);
    let waiting =
        refused(accounts::sign_in(control, typed("grace@example.com", PASSWORD), "192.0.2.1").await);
    assert_eq!(waiting.kind, ProblemKind::Forbidden);
    let activate = UpdateAccount { status: Some(AccountStatus::Active), role: None };
    accounts::update(control, ada, &grace.id, activate).await.unwrap();
    accounts::sign_in(control, typed("grace@example.com", PASSWORD), "192.0.2.1").await.unwrap();
    let requests = world.requests(ada).await;
    assert_eq!(requests.iter().map(|request| request.state).collect::<Vec<_>>(), [RequestState::Approved]);
});

both!(a_password_is_changed_by_those_who_know_the_old_one, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let account = accounts::create(control, person("Grace"), PlatformRole::Member).await.unwrap();
    let grace = accounts::actor(control, &account.id, "192.0.2.1").await.unwrap().unwrap();
    let change = |current: &str, password: &str| ChangePassword {
        current: current.to_owned(),
        password: password.to_owned(),
    };
    let wrong =
        refused(accounts::change_password(control, &grace, change("wrong", "another good one"), None).await);
    assert!(wrong.at("current").is_some());
    accounts::change_password(control, &grace, change(PASSWORD, "another good one"), None).await.unwrap();
    accounts::sign_in(control, typed("grace@example.com", "another good one"), "192.0.2.1").await.unwrap();
    refused_as(
        ProblemKind::Unauthenticated,
        accounts::sign_in(control, typed("grace@example.com", PASSWORD), "192.0.2.1").await,
    );
    let trail = world.trail(account.id.as_str()).await;
    assert_eq!(actions(&trail), ["accounts.create", "accounts.change-password", "accounts.sign-in"]);
    let told = format!("{trail:?}");
    assert!(!told.contains(PASSWORD) && !told.contains("argon2"), "the trail holds a secret");
});

both!(a_password_is_guessed_no_faster_by_changing_it, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let account = accounts::create(control, person("Grace"), PlatformRole::Member).await.unwrap();
    let grace = accounts::actor(control, &account.id, "192.0.2.1").await.unwrap().unwrap();
    let change = |current: &str, password: &str| {
        let input = ChangePassword { current: current.to_owned(), password: password.to_owned() };
        accounts::change_password(control, &grace, input, None)
    };
    let kinds: Vec<_> = join_all((0..20).map(|_| change("wrong", "another good one")))
        .await
        .into_iter()
        .map(|ended| refused(ended).kind)
        .collect();
    let guesses = kinds.iter().filter(|kind| **kind == ProblemKind::InvalidInput).count();
    assert_eq!(guesses, 5, "{kinds:?}");
    refused_as(ProblemKind::TooManyRequests, change(PASSWORD, "another good one").await);
    let signing_in = accounts::sign_in(control, typed("grace@example.com", PASSWORD), "198.51.100.7").await;
    refused_as(ProblemKind::TooManyRequests, signing_in);
    world.pass(Duration::seconds(2));
    // who knows the password is not counted, whatever is wrong with the next one
    for _ in 0..6 {
        assert!(refused(change(PASSWORD, "password1").await).at("password").is_some());
    }
    change(PASSWORD, "another good one").await.unwrap();
});

both!(a_set_up_link_makes_one_administrator, |store| {
    // a world has accounts already: the link is not made, and the page is closed
    let world = World::new(store).await;
    assert_eq!(accounts::setup_link(&world.control).await.unwrap(), None);
    assert!(!accounts::setup_is_open(&world.control, "anything").await.unwrap());
    refused_as(
        ProblemKind::NotFound,
        accounts::set_up(&world.control, "anything", person("Eve"), "192.0.2.1").await,
    );
});

both!(tokens_are_ones_own_and_expire, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let input = || CreateToken { name: "ci".to_owned(), expires_in_days: Some(1), ..CreateToken::default() };
    let new = tokens::create(control, &world.publisher, input()).await.unwrap();
    assert_eq!(tokens::list(control, &world.foreign, &PageOf::default()).await.unwrap().items.len(), 0);
    refused_as(ProblemKind::NotFound, tokens::delete(control, &world.foreign, &new.token.id).await);
    let presented = tokens::authenticate(control, &new.secret, "192.0.2.1").await.unwrap().unwrap();
    assert_eq!(presented.actor.account, world.publisher.account);
    assert_eq!(presented.scope, TokenScope::All);
    world.pass(Duration::days(1));
    assert!(tokens::authenticate(control, &new.secret, "192.0.2.1").await.unwrap().is_none());
    tokens::delete(control, &world.publisher, &new.token.id).await.unwrap();
    assert!(!format!("{:?}", world.trail(new.token.id.as_str()).await).contains(&new.secret));
});

both!(a_token_keeps_the_scope_that_it_was_made_with, |store| {
    let world = World::new(store).await;
    let control = &world.control;
    let input = CreateToken { name: "report".to_owned(), scope: TokenScope::Read, ..CreateToken::default() };
    let new = tokens::create(control, &world.publisher, input).await.unwrap();
    let presented = tokens::authenticate(control, &new.secret, "192.0.2.1").await.unwrap().unwrap();
    assert_eq!(presented.scope, TokenScope::Read);
    let list = tokens::list(control, &world.publisher, &PageOf::default()).await.unwrap();
    assert_eq!(list.items[0].scope, TokenScope::Read);
});

//! Accounts, tokens, invitations, throttle.

use domain::accounts::{AccountStatus, Invitation};
use domain::ids::{InvitationId, TokenId};
use domain::roles::{PlatformRole, TeamRole};
use domain::tokens::{Token, TokenScope};
use store::accounts::AccountFilter;
use store::throttle::Attempts;
use store::{Error, accounts, both, invitations, throttle, tokens};

use crate::rows::{account, at, every_page, page};

both!(create_and_change_an_account, |store| {
    let mut ada = account(1, "ada@example.com");
    ada.role = PlatformRole::Administrator;
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "first").await.unwrap();
    assert_eq!(accounts::get(&mut tx, &ada.id).await.unwrap().as_ref(), Some(&ada));
    assert_eq!(accounts::count_active_administrators(&mut tx).await.unwrap(), 1);

    ada.name = "Ada".to_owned();
    ada.status = AccountStatus::Disabled;
    accounts::update(&mut tx, &ada).await.unwrap();
    accounts::set_signed_in(&mut tx, &ada.id, at(5)).await.unwrap();
    accounts::set_password_hash(&mut tx, &ada.id, "second").await.unwrap();
    tx.commit().await.unwrap();

    let mut conn = store.read().await.unwrap();
    ada.last_sign_in_at = Some(at(5));
    assert_eq!(accounts::get_by_email(&mut conn, &ada.email).await.unwrap(), Some(ada.clone()));
    assert_eq!(accounts::password_hash(&mut conn, &ada.id).await.unwrap().as_deref(), Some("second"));
    assert_eq!(accounts::count_active_administrators(&mut conn).await.unwrap(), 0);
    let nobody = "nobody@example.com".parse().unwrap();
    assert_eq!(accounts::get_by_email(&mut conn, &nobody).await.unwrap(), None);
});

both!(list_accounts_page_by_page, |store| {
    let mut tx = store.begin().await.unwrap();
    for number in 0..5 {
        let mut account = account(number, &format!("p{number}@example.com"));
        if number == 3 {
            account.role = PlatformRole::Auditor;
            account.name = "100% _Sure_".to_owned();
        }
        accounts::insert(&mut tx, &account, "hash").await.unwrap();
    }
    let every = AccountFilter::default();
    let all = every_page(async |page| accounts::list(&mut tx, &every, &page).await.unwrap()).await;
    let emails: Vec<&str> = all.iter().map(|account| account.email.as_str()).collect();
    assert_eq!(
        emails,
        ["p0@example.com", "p1@example.com", "p2@example.com", "p3@example.com", "p4@example.com"]
    );

    for (text, found) in [("P3@", 1), ("person", 4), ("0% _s", 1), ("%", 1), ("_", 1), ("\\", 0)] {
        let filter = AccountFilter { text: Some(text.to_owned()), ..AccountFilter::default() };
        let page = accounts::list(&mut tx, &filter, &page(10, None)).await.unwrap();
        assert_eq!(page.items.len(), found, "{text}");
    }
    let auditors = accounts::with_role(&mut tx, &[PlatformRole::Auditor]).await.unwrap();
    assert_eq!(auditors.len(), 1);
    assert!(accounts::with_role(&mut tx, &[]).await.unwrap().is_empty());
    let foreign = accounts::list(&mut tx, &every, &page(10, Some("nonsense".to_owned()))).await;
    assert!(matches!(foreign, Err(Error::Cursor)));
});

both!(find_a_token_by_its_hash, |store| {
    let ada = account(1, "ada@example.com");
    let token = |number| Token {
        id: TokenId::from_parts(number, 1),
        account: ada.id.clone(),
        name: "laptop".to_owned(),
        scope: if number == 2 { TokenScope::Read } else { TokenScope::All },
        prefix: "ght_abcd".to_owned(),
        created_at: at(0),
        expires_at: Some(at(60)),
        last_used_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    for number in 1..=3 {
        tokens::insert(&mut tx, &token(number), &format!("hash {number}")).await.unwrap();
    }
    tokens::set_used(&mut tx, &token(2).id, at(9)).await.unwrap();
    let found = tokens::get_by_hash(&mut tx, "hash 2").await.unwrap();
    assert_eq!(found, Some(Token { last_used_at: Some(at(9)), ..token(2) }));
    assert_eq!(tokens::get_by_hash(&mut tx, "hash 4").await.unwrap(), None);

    let all = every_page(async |page| tokens::list(&mut tx, &ada.id, &page).await.unwrap()).await;
    assert_eq!(
        all.iter().map(|it| it.id.clone()).collect::<Vec<_>>(),
        [token(3).id, token(2).id, token(1).id]
    );
    assert!(tokens::delete(&mut tx, &token(1).id).await.unwrap());
    assert!(!tokens::delete(&mut tx, &token(1).id).await.unwrap());
    assert_eq!(tokens::delete_of_account(&mut tx, &ada.id).await.unwrap(), 2);
});

both!(create_token_of_an_unknown_account_is_refused, |store| {
    let token = Token {
        id: TokenId::from_parts(1, 1),
        account: account(1, "ada@example.com").id,
        name: String::new(),
        scope: TokenScope::All,
        prefix: String::new(),
        created_at: at(0),
        expires_at: None,
        last_used_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tokens::insert(&mut tx, &token, "hash").await, Err(Error::Reference(_))));
});

both!(keep_an_invitation_until_it_is_used, |store| {
    let ada = account(1, "ada@example.com");
    let team = crate::rows::team(1, "Weather");
    let invitation = |number, expires| Invitation {
        id: InvitationId::from_parts(number, 1),
        email: "bob@example.com".parse().unwrap(),
        role: PlatformRole::Member,
        team: Some(team.id.clone()).filter(|_| number == 1),
        team_role: Some(TeamRole::Viewer).filter(|_| number == 1),
        invited_by: ada.id.clone(),
        created_at: at(0),
        expires_at: at(expires),
    };
    let mut tx = store.begin().await.unwrap();
    accounts::insert(&mut tx, &ada, "hash").await.unwrap();
    store::teams::insert(&mut tx, &team).await.unwrap();
    invitations::insert(&mut tx, &invitation(1, 100), "one").await.unwrap();
    invitations::insert(&mut tx, &invitation(2, 200), "two").await.unwrap();
    invitations::insert(&mut tx, &invitation(3, 300), "three").await.unwrap();
    assert_eq!(invitations::get_by_hash(&mut tx, "one").await.unwrap(), Some(invitation(1, 100)));
    assert_eq!(invitations::delete_expired(&mut tx, at(200)).await.unwrap(), 1);
    let left = every_page(async |page| invitations::list(&mut tx, &page).await.unwrap()).await;
    assert_eq!(left, [invitation(3, 300), invitation(2, 200)]);
    assert!(invitations::delete(&mut tx, &invitation(2, 200).id).await.unwrap());
    assert_eq!(invitations::get(&mut tx, &invitation(2, 200).id).await.unwrap(), None);
});

both!(count_failed_sign_ins, |store| {
    let subject = "account:ada@example.com";
    let mut attempts = Attempts { failures: 4, last_failed_at: at(0), blocked_until: None };
    let mut tx = store.begin().await.unwrap();
    assert_eq!(throttle::get(&mut tx, subject).await.unwrap(), None);
    throttle::put(&mut tx, subject, &attempts).await.unwrap();
    attempts = Attempts { failures: 5, last_failed_at: at(7), blocked_until: Some(at(8)) };
    throttle::put(&mut tx, subject, &attempts).await.unwrap();
    assert_eq!(throttle::get(&mut tx, subject).await.unwrap(), Some(attempts));
    assert_eq!(throttle::delete_before(&mut tx, at(7), 10).await.unwrap(), 0);
    assert_eq!(throttle::delete_before(&mut tx, at(8), 10).await.unwrap(), 1);
    assert_eq!(throttle::get(&mut tx, subject).await.unwrap(), None);
});

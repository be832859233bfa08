//! Budgets: rows of each kind of subject, what the gateway hears of them, and what was spent.

use domain::budgets::{Amount, Budget, Scope, Subject, Unit, Used};
use domain::calls::record::CallRecord;
use domain::calls::{AiUse, Call};
use domain::gateway_config::{Change, GatewayBudget, Part};
use domain::ids::{BudgetId, ProviderId};
use domain::plans::Period;
use domain::providers::Provider;
use domain::settings::{Settings, UnknownPrice};
use domain::usage::Visible;
use store::budgets::{self, Filter, Payers};
use store::{Error, Store, both, gateway_config, last_change, usage};

use crate::calls::call;
use crate::rows::{World, at, every_page};

async fn provider(store: &Store) -> ProviderId {
    let provider = Provider {
        id: ProviderId::from_parts(1, 1),
        name: "Models".to_owned(),
        kind: "openai".to_owned(),
        base_url: None,
        settings: [].into(),
        enabled: true,
        keys: Vec::new(),
        created_at: at(1),
        updated_at: at(1),
    };
    let mut tx = store.begin().await.unwrap();
    store::providers::insert(&mut tx, &provider).await.unwrap();
    tx.commit().await.unwrap();
    provider.id
}

fn budget(number: u64, subject: Subject) -> Budget {
    Budget {
        id: BudgetId::from_parts(number, 1),
        subject,
        name: String::new(),
        team: None,
        unit: if number.is_multiple_of(2) { Unit::Tokens } else { Unit::Nano },
        amount: 1_000 * number,
        period: Period::Month,
        created_at: at(1),
        updated_at: at(2),
    }
}

async fn insert(store: &Store, budget: &Budget) -> store::Result<()> {
    let mut tx = store.begin().await?;
    budgets::insert(&mut tx, budget).await?;
    tx.commit().await.map(drop)
}

fn all() -> Filter {
    Filter { teams: Visible::Everything, providers: true, scope: None, subject: None }
}

both!(budgets_come_back_with_whose_they_are, |store| {
    let rain = World::build(store, 1, "rain").await;
    let provider = provider(store).await;
    let subjects = [
        Subject::Application(rain.application.id.clone()),
        Subject::Team(rain.team.id.clone()),
        Subject::Api(rain.api.id.clone()),
        Subject::Provider(provider),
    ];
    for (number, subject) in (1..).zip(&subjects) {
        insert(store, &budget(number, subject.clone())).await.unwrap();
    }
    let mut conn = store.read().await.unwrap();
    let found = every_page(async |page| budgets::list(&mut conn, &all(), &page).await.unwrap()).await;
    let seen: Vec<_> = found.iter().map(|budget| (budget.subject.clone(), budget.name.as_str())).collect();
    let names = [rain.application.name.as_str(), &rain.team.name, &rain.api.name, "Models"];
    assert_eq!(seen, subjects.clone().into_iter().zip(names).collect::<Vec<_>>());
    assert!(found[3].team.is_none() && found[..3].iter().all(|budget| budget.team.is_some()));
    for filter in [
        Filter { teams: Visible::Nothing, ..all() },
        Filter { teams: Visible::Teams(Vec::new()), ..all() },
        Filter { scope: Some(Scope::Provider), ..all() },
        Filter { subject: Some(subjects[3].clone()), ..all() },
    ] {
        let found = every_page(async |page| budgets::list(&mut conn, &filter, &page).await.unwrap()).await;
        let seen: Vec<_> = found.iter().map(|budget| &budget.subject).collect();
        assert_eq!(seen, [&subjects[3]], "{filter:?}");
    }
    let own = Filter { teams: Visible::Teams(vec![rain.team.id.clone()]), providers: false, ..all() };
    let found = every_page(async |page| budgets::list(&mut conn, &own, &page).await.unwrap()).await;
    assert!(!found.is_empty() && found.iter().all(|budget| budget.team.as_ref() == Some(&rain.team.id)));
});

both!(one_budget_of_a_unit_and_period_and_the_gateway_hears_of_it, |store| {
    let rain = World::build(store, 1, "rain").await;
    let made = budget(1, Subject::Api(rain.api.id.clone()));
    let before = last_change(&mut store.read().await.unwrap()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    budgets::insert(&mut tx, &made).await.unwrap();
    tx.mark_change(Change::Budget(made.id.clone()));
    tx.commit().await.unwrap();
    let twice = insert(store, &Budget { id: BudgetId::from_parts(9, 9), ..made.clone() }).await;
    assert!(
        matches!(&twice, Err(Error::Conflict { constraint }) if constraint == "budgets_api_unit_period"),
        "{twice:?}"
    );
    let told = GatewayBudget {
        id: made.id.clone(),
        subject: made.subject.clone(),
        unit: made.unit,
        amount: made.amount,
        period: made.period,
    };
    let mut conn = store.snapshot().await.unwrap();
    let update = gateway_config::load_update(&mut conn, before).await.unwrap().unwrap();
    assert_eq!(update.parts, [Part::Budget(told.clone())]);
    assert_eq!(gateway_config::load(&mut conn, at(1)).await.unwrap().budgets, [told]);
    drop(conn);
    let since = update.sequence;
    let mut tx = store.begin().await.unwrap();
    assert!(budgets::delete(&mut tx, &made.id).await.unwrap());
    let settings = Settings { unknown_price: UnknownPrice::Refuse, ..Settings::default() };
    store::settings::put(&mut tx, store::settings::PLATFORM, &settings).await.unwrap();
    tx.mark_change(Change::Budget(made.id.clone()));
    tx.mark_change(Change::Settings);
    tx.commit().await.unwrap();
    let mut conn = store.snapshot().await.unwrap();
    let update = gateway_config::load_update(&mut conn, since).await.unwrap().unwrap();
    assert_eq!(update.parts, [Part::NoBudget(made.id.clone()), Part::UnknownPrice(UnknownPrice::Refuse)]);
});

both!(what_was_spent_is_told_by_period_and_whose_it_was, |store| {
    let ai = |tokens: i64| AiUse {
        provider: "prov_x".to_owned(),
        model: "m".to_owned(),
        input_tokens: tokens,
        output_tokens: 1,
        cost_nano: Some(tokens * 10),
        ..AiUse::default()
    };
    let base = call(1, 1);
    let calls: Vec<Call> = [0, 0, 3]
        .into_iter()
        .enumerate()
        .map(|(number, days)| {
            let at = base.at + chrono::TimeDelta::days(days);
            Call { at, ai: Some(ai(100)), ..call(u64::try_from(number).unwrap(), 1) }
        })
        .collect();
    let mut tx = store.calls_begin().await.unwrap();
    usage::add(&mut tx, &CallRecord::of_all(&calls).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    let now = base.at + chrono::TimeDelta::days(3);
    let same_month = Period::Month.start(now) == Period::Month.start(base.at);
    let mut conn = store.calls_read().await.unwrap();
    let used = budgets::used(&mut conn, now).await.unwrap();
    let month = if same_month { 3 } else { 1 };
    assert_eq!(
        used,
        [Used {
            application: base.application.as_ref().unwrap().to_string(),
            team: None,
            api: base.api.as_ref().unwrap().to_string(),
            provider: "prov_x".to_owned(),
            at: now,
            day: Amount { tokens: 101, nano: 1_000 },
            month: Amount { tokens: 101 * month, nano: 1_000 * month },
        }]
    );
    let application = base.application.clone().unwrap();
    let team = || Subject::Team(domain::ids::TeamId::from_parts(1, 1));
    let of_team = Payers { applications: vec![application.clone()], ..Payers::default() };
    for (subject, payers) in [
        (Subject::Application(application), Payers::default()),
        (Subject::Api(base.api.clone().unwrap()), Payers::default()),
        (team(), of_team),
    ] {
        let of = Budget { period: Period::Day, ..budget(2, subject) };
        let spent = budgets::spent(&mut conn, &of, &payers, now).await.unwrap();
        assert_eq!((spent.spent, spent.reserved), (101, 0), "{:?}", of.subject);
    }
    drop(conn);

    let trial = Call { application: None, at: now, ai: Some(ai(10)), ..call(9, 1) };
    let mut tx = store.calls_begin().await.unwrap();
    usage::add(&mut tx, &CallRecord::of_all([&trial]).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    let mut conn = store.calls_read().await.unwrap();
    let of = Budget { period: Period::Day, ..budget(4, team()) };
    for (apis, expected) in [(vec![trial.api.unwrap()], 11), (Vec::new(), 0)] {
        let payers = Payers { apis, ..Payers::default() };
        assert_eq!(budgets::spent(&mut conn, &of, &payers, now).await.unwrap().spent, expected);
    }
});

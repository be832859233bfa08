use super::*;

#[test]
fn the_prefix_of_an_id_says_what_has_the_budget() {
    let team = TeamId::from_parts(1, 2);
    let subject: Subject = team.as_str().parse().unwrap();
    assert_eq!(subject, Subject::Team(team));
    assert_eq!(subject.scope(), Scope::Team);
    assert_eq!("acc_01jd3r8k2m0c9q5x7v4w6t8y2z".parse::<Subject>(), Err(SubjectError));
}

#[test]
fn dollars_are_told_exactly() {
    let told = [12_500_000_000, 420_000, 0, 1, 3_000_000_000].map(dollars);
    assert_eq!(told, ["$12.50", "$0.00042", "$0.00", "$0.000000001", "$3.00"]);
}

#[test]
fn bad_budgets_are_named() {
    let fields = |input: CreateBudget| -> Vec<String> {
        input.check().unwrap_err().0.into_iter().map(|error| error.field).collect()
    };
    assert_eq!(fields(CreateBudget::default()), ["subject", "unit", "period", "amount"]);
    let good = CreateBudget {
        subject: ProviderId::from_parts(1, 1).to_string(),
        unit: "tokens".into(),
        amount: 1_000,
        period: "day".into(),
    };
    assert!(good.clone().check().is_ok());
    assert_eq!(fields(CreateBudget { amount: MOST_TOKENS + 1, ..good.clone() }), ["amount"]);
    assert_eq!(fields(CreateBudget { unit: "euro".into(), ..good }), ["unit"]);
    assert!(UpdateBudget { amount: MOST_NANO }.check(Unit::Nano).is_ok());
    assert!(UpdateBudget { amount: MOST_NANO }.check(Unit::Tokens).is_err());
}

#[test]
fn what_is_set_aside_is_not_left() {
    let now = Time::from_timestamp(1_772_323_199, 0).unwrap();
    let budget = Budget {
        id: BudgetId::from_parts(1, 1),
        subject: Subject::Api(ApiId::from_parts(1, 1)),
        name: "a".into(),
        team: None,
        unit: Unit::Tokens,
        amount: 10,
        period: Period::Month,
        created_at: now,
        updated_at: now,
    };
    let standing = BudgetStanding::new(budget.clone(), Spending { spent: 4, reserved: 5 }, now);
    assert_eq!((standing.left, standing.resets_at.to_rfc3339()), (1, "2026-03-01T00:00:00+00:00".to_owned()));
    let over = BudgetStanding::new(budget, Spending { spent: 11, reserved: 5 }, now);
    assert_eq!(over.left, 0);
}

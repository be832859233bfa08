//! Budgets: who may set one on what, and what it stands at.

use crate::support::{World, actions, refused_as};
use control::{Actor, budgets};
use domain::budgets::{CreateBudget, Scope, UpdateBudget};
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::roles::PlatformRole;
use store::both;

fn on(subject: &str, unit: &str) -> CreateBudget {
    CreateBudget {
        subject: subject.to_owned(),
        unit: unit.to_owned(),
        amount: 1_000,
        period: "day".to_owned(),
    }
}

fn page() -> PageOf {
    PageOf { limit: 50, cursor: None }
}

async fn seen(world: &World, actor: &Actor, scope: Option<Scope>) -> usize {
    budgets::list(&world.control, actor, scope, None, &page()).await.unwrap().items.len()
}

both!(owners_set_budgets_on_what_their_team_has, |store| {
    let world = World::new(store).await;
    let pets = world.api("pets").await;
    let (control, api) = (&world.control, pets.api.id.as_str());
    for (actor, kind) in [
        (&world.publisher, ProblemKind::Forbidden),
        (&world.developer, ProblemKind::Forbidden),
        (&world.auditor, ProblemKind::Forbidden),
        (&world.consumer_owner, ProblemKind::NotFound),
        (&world.foreign, ProblemKind::NotFound),
    ] {
        refused_as(kind, budgets::create(control, actor, on(api, "tokens")).await);
    }
    let signals = world.signals();
    let set = budgets::create(control, &world.provider_owner, on(api, "tokens")).await.unwrap();
    assert_eq!(world.signals(), signals + 1, "the gateway hears of it");
    assert_eq!((set.left, set.spending.spent, set.budget.name.as_str()), (1_000, 0, "The pets"));
    assert_eq!(set.resets_at.to_rfc3339(), "2026-01-16T00:00:00+00:00");
    let twice = refused_as(
        ProblemKind::Conflict,
        budgets::create(control, &world.administrator, on(api, "tokens")).await,
    );
    assert!(twice.at("unit").is_some(), "{twice}");
    let id = &set.budget.id;
    let less = UpdateBudget { amount: 10 };
    refused_as(ProblemKind::Forbidden, budgets::update(control, &world.publisher, id, less).await);
    refused_as(ProblemKind::NotFound, budgets::update(control, &world.foreign, id, less).await);
    refused_as(ProblemKind::NotFound, budgets::get(control, &world.foreign, id).await);
    refused_as(ProblemKind::NotFound, budgets::delete(control, &world.foreign, id).await);
    refused_as(
        ProblemKind::InvalidInput,
        budgets::update(control, &world.provider_owner, id, UpdateBudget { amount: 0 }).await,
    );
    assert_eq!(budgets::update(control, &world.provider_owner, id, less).await.unwrap().left, 10);
    assert_eq!(world.gateway().await.budgets[0].amount, 10);
    assert_eq!(seen(&world, &world.publisher, None).await, 1, "who reads usage sees what is left");
    assert_eq!((seen(&world, &world.foreign, None).await, seen(&world, &world.newcomer, None).await), (0, 0));
    budgets::delete(control, &world.provider_owner, id).await.unwrap();
    assert_eq!(
        actions(&world.trail(id.as_str()).await),
        ["budgets.create", "budgets.update", "budgets.delete"]
    );
    assert!(world.gateway().await.budgets.is_empty());
});

both!(what_a_team_may_spend_is_the_platforms_to_say, |store| {
    let world = World::new(store).await;
    let (control, team) = (&world.control, world.provider.id.as_str());
    let operator = Actor { role: PlatformRole::Operator, ..world.newcomer.clone() };
    refused_as(
        ProblemKind::Forbidden,
        budgets::create(control, &world.provider_owner, on(team, "nano")).await,
    );
    refused_as(ProblemKind::NotFound, budgets::create(control, &world.foreign, on(team, "nano")).await);
    let set = budgets::create(control, &operator, on(team, "nano")).await.unwrap();
    assert_eq!(seen(&world, &world.provider_owner, Some(Scope::Team)).await, 1);
    assert!(
        !budgets::may_change(&world.provider_owner, &set.budget)
            && budgets::may_change(&operator, &set.budget)
    );
    refused_as(ProblemKind::Forbidden, budgets::delete(control, &world.provider_owner, &set.budget.id).await);
    for subject in ["prov_01jd3r8k2m0c9q5x7v4w6t8y2z", "app_01jd3r8k2m0c9q5x7v4w6t8y2z"] {
        refused_as(ProblemKind::NotFound, budgets::create(control, &operator, on(subject, "nano")).await);
    }
    let bad =
        refused_as(ProblemKind::InvalidInput, budgets::create(control, &operator, on("acc_1", "euro")).await);
    assert!(bad.at("subject").is_some() && bad.at("unit").is_some(), "{bad}");
});

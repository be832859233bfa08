//! Budgets of tokens and money: which there are, and what is left of each.

mod budget;
mod new;

pub use budget::BudgetPage;

use crate::server::{load, next_href, page_of};
use control::budgets;
use domain::budgets::{BudgetStanding, Scope, Unit, dollars};
use domain::paging::Page as PageItems;
use leptos::prelude::*;
use leptos_meta::Title;
use new::{NewBudget, Settable, settable};
use ui::{
    Badge, Column, EmptyState, Glyph, Load, Meter, Page, PageHeader, Pager, Row, Show, Table, Time, Tone,
    format,
};

#[component]
pub fn Budgets() -> AnyView {
    let page = page_of();
    let shown = load(|control, actor| async move {
        let list = budgets::list(&control, &actor, None, None, &page?).await?;
        Ok((list, settable(&control, &actor).await?))
    });
    view! {
        <Title text="Budgets"/>
        <Page>
            <PageHeader
                title="Budgets"
                lead="How much models may cost, or how many tokens they may use, in a day or a month. A call that could pass one is refused before it is sent."
            />
            <Load resource=shown let:shown>
                {
                    let (list, settable): (PageItems<BudgetStanding>, Vec<Settable>) = shown;
                    view! {
                        <div class="split">
                            <List list/>
                            <NewBudget settable/>
                        </div>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<BudgetStanding>) -> AnyView {
    let next_href = next_href(list.next.as_deref());
    let columns =
        vec![Column::new("Of"), Column::new("Used"), Column::shrink("Left"), Column::shrink("Begins anew")];
    let rows = list.items.into_iter().map(row).collect();
    let empty = view! {
        <EmptyState
            glyph=Glyph::Plan
            title="No budgets yet"
            text="Without one, models may cost whatever plans allow. Set one on an application, an API, a team or a provider."
        />
    };
    view! {
        <div class="stack">
            <Table caption="Budgets" columns rows empty/>
            <Pager next_href/>
        </div>
    }
    .into_any()
}

fn row(standing: BudgetStanding) -> Row {
    let href = format!("/budgets/{}", standing.budget.id);
    let (name, of) = (standing.budget.name.clone(), words(standing.budget.subject.scope()));
    Row::new()
        .cell(view! { <a href=href>{name}</a> <span class="cell-sub">{of}</span> })
        .cell(used(&standing))
        .cell(left(&standing))
        .cell(view! { <Time at=standing.resets_at.timestamp_millis() show=Show::Date/> })
}

/// What kind of thing has the budget, in a word.
pub(super) fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::Application => "Application",
        Scope::Team => "Team",
        Scope::Api => "API",
        Scope::Provider => "Provider",
    }
}

/// An amount as people read it.
pub(super) fn told(unit: Unit, amount: u64) -> String {
    match unit {
        Unit::Tokens => format!("{} tokens", format::whole(amount)),
        Unit::Nano => dollars(amount),
    }
}

/// How much of it is used, with what is set aside for calls under way.
pub(super) fn used(standing: &BudgetStanding) -> AnyView {
    let (budget, spending) = (&standing.budget, &standing.spending);
    let spent = told(budget.unit, spending.spent);
    let most = format!("{} a {}", told(budget.unit, budget.amount), budget.period);
    let aside =
        (spending.reserved > 0).then(|| format!(", {} set aside", told(budget.unit, spending.reserved)));
    let text = format!("{spent} of {most}{}", aside.unwrap_or_default());
    let taken = spending.spent.saturating_add(spending.reserved) as f64;
    view! { <Meter label="Used" used=taken limit=budget.amount as f64 text/> }.into_any()
}

pub(super) fn left(standing: &BudgetStanding) -> AnyView {
    if standing.left == 0 {
        return view! { <Badge label="Used up" tone=Tone::Danger glyph=Glyph::Problem/> }.into_any();
    }
    told(standing.budget.unit, standing.left).into_any()
}

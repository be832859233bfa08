//! All models that a person may see: a search, filters, and a row for each that was found.

use super::{Switch, Unpriced, href, plain, short, source};
use crate::server::{actor, load, next_href, page_of, query};
use control::models;
use domain::models::entries::{Model, ModelFilter, ModelShelf};
use domain::models::words::{Feature, Mode};
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use ui::{
    Choice, Column, EmptyState, Field, FilterBar, Glyph, LinkButton, Load, Page, PageHeader, Pager, Row,
    SearchBox, Select, Table, Tag, format,
};

/// Features named in a row; the model's page has all.
const FEATURES: usize = 4;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Found {
    models: PageItems<Model>,
    shelves: Vec<ModelShelf>,
}

/// What the page's query asks for. A word that is none is not looked for.
fn filter() -> ModelFilter {
    let priced = match query("priced").as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    ModelFilter {
        provider: Some(query("provider")).filter(|provider| !provider.is_empty()),
        mode: query("mode").parse().ok(),
        feature: query("feature").parse().ok(),
        priced,
        search: query("q"),
    }
}

#[component]
pub fn Models() -> AnyView {
    let (filter, page) = (filter(), page_of());
    let narrowed = filter != ModelFilter::default();
    let found = load(|control, actor| async move {
        let models = models::list(&control, &actor, &filter, &page?).await?;
        Ok(Found { models, shelves: models::shelves(&control, &actor).await? })
    });
    view! {
        <Title text="Models"/>
        <Page wide=true>
            <PageHeader
                title="Models"
                lead="What each model takes, gives and costs. Prices are dollars for a million tokens where nothing else is said."
                actions=view! { <Actions/> }
            />
            <div class="stack">
                <Load resource=found let:found>
                    <Filters shelves=found.shelves narrowed/>
                    <List models=found.models narrowed/>
                </Load>
            </div>
        </Page>
    }
    .into_any()
}

/// What operators do here.
#[component]
fn Actions() -> AnyView {
    let actor = actor();
    let import = actor.may_on_platform(Permission::ProvidersRead).then(|| {
        view! { <LinkButton href="/models/import" glyph=Glyph::Upload>"Import a catalogue"</LinkButton> }
    });
    let own = actor.may_on_platform(Permission::ProvidersManage).then(|| {
        view! { <LinkButton href="/models/new" glyph=Glyph::Add>"Add a model"</LinkButton> }
    });
    view! { {import} {own} }.into_any()
}

#[component]
fn Filters(shelves: Vec<ModelShelf>, narrowed: bool) -> AnyView {
    let any = |label: &'static str| Choice::new("", label);
    let label = |shelf: &ModelShelf| {
        if shelf.connected { format!("{} (connected)", shelf.name) } else { shelf.name.clone() }
    };
    let providers = shelves.iter().map(|shelf| Choice::new(shelf.provider.clone(), label(shelf)));
    let providers: Vec<Choice> = std::iter::once(any("All providers")).chain(providers).collect();
    let modes = Mode::ALL.iter().map(|mode| Choice::new(mode.as_str(), plain(mode.as_str())));
    let modes: Vec<Choice> = std::iter::once(any("Any mode")).chain(modes).collect();
    let features = Feature::ALL.iter().map(|feature| Choice::new(feature.as_str(), plain(feature.as_str())));
    let features: Vec<Choice> = std::iter::once(any("Any feature")).chain(features).collect();
    let priced =
        vec![any("Any price"), Choice::new("true", "Price known"), Choice::new("false", "Price not known")];
    view! {
        <FilterBar action="/models" label="Search models" clear=narrowed.then_some("/models")>
            <SearchBox value=query("q") label="Search names and vendors"/>
            <Field name="provider" label="Provider" quiet=true>
                <Select options=providers value=query("provider")/>
            </Field>
            <Field name="mode" label="Mode" quiet=true><Select options=modes value=query("mode")/></Field>
            <Field name="feature" label="Feature" quiet=true>
                <Select options=features value=query("feature")/>
            </Field>
            <Field name="priced" label="Price" quiet=true><Select options=priced value=query("priced")/></Field>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn List(models: PageItems<Model>, narrowed: bool) -> AnyView {
    let next_href = next_href(models.next.as_deref());
    let columns = vec![
        Column::new("Model"),
        Column::shrink("Mode"),
        Column::number("Context"),
        Column::new("Price"),
        Column::new("Features"),
    ];
    let rows = models.items.into_iter().map(row).collect();
    let (title, text) = if narrowed {
        ("No model matches", "No model that you may see has all of these words and filters.")
    } else {
        ("No models yet", "Models stand here once a provider is connected whose models you may use.")
    };
    let all = narrowed.then(|| view! { <LinkButton href="/models">"Show all models"</LinkButton> });
    let empty = view! { <EmptyState glyph=Glyph::Model title text action=all/> };
    view! {
        <Table caption="Models" columns rows empty/>
        <Pager next_href/>
    }
    .into_any()
}

fn row(model: Model) -> Row {
    let link = href(&model.provider, &model.id);
    let price = match short(&model) {
        Some(price) => view! {
            {price}
            <span class="cell-sub">{source(&model.price_origin)}</span>
        }
        .into_any(),
        None => view! { <Unpriced/> }.into_any(),
    };
    let features: Vec<_> = model.features.iter().collect();
    let more = features.len().saturating_sub(FEATURES);
    let more = (more > 0).then(|| view! { <span class="faint">{format!("and {more} more")}</span> });
    let tags = features.into_iter().take(FEATURES).map(|feature| {
        view! { <Tag label=plain(feature.as_str())/> " " }
    });
    let tags = tags.collect_view();
    let own = if model.own { format!("{}, own model", model.vendor) } else { model.vendor.clone() };
    Row::new()
        .muted(!model.enabled)
        .cell(view! {
            <a class="break" href=link>{model.id}</a> " " <Switch enabled=model.enabled/>
            <span class="cell-sub">{own}</span>
        })
        .cell(plain(model.mode.as_str()))
        .cell(model.context.map_or_else(|| "–".to_owned(), format::count))
        .cell(price)
        .cell(view! { {tags} {more} })
}

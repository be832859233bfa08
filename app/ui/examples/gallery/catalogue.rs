//! The catalogue and the head of an API's page.

use crate::home::frame;
use leptos::prelude::*;
use ui::*;

pub fn page() -> AnyView {
    frame("Catalogue", Box::new(|| view! { <Page>{content()}</Page> }.into_any()))
}

fn content() -> impl IntoView {
    view! {
        <PageHeader title="Catalogue" lead="Everything your teams and the platform offer."/>
        <FilterBar action="/catalogue" label="Filter the catalogue" clear="/catalogue" actions=view! {
            <ButtonGroup label="View">
                <LinkButton href="#" current=true glyph=Glyph::Catalogue>"Cards"</LinkButton>
                <LinkButton href="#" glyph=Glyph::Menu>"Table"</LinkButton>
            </ButtonGroup>
        }>
            <SearchBox value="pay" label="Search names, operations and docs"/>
            <Field name="sort" label="Order" quiet=true>
                <Select options=vec![Choice::new("calls", "Most used"), Choice::new("new", "Newest first")]/>
            </Field>
        </FilterBar>
        <div class="split split-facets">
            <div class="stack">{facets()}</div>
            <div class="stack">
                <div class="grid">{cards()}</div>
                <Pager next_href="#" summary="6 of 24 APIs"/>
            </div>
        </div>
        <Card title="Payments">{api_head()}</Card>
    }
}

fn facets() -> impl IntoView {
    view! {
        <Facets legend="Kind">
            <Facet href="#" label="REST" count=18u64 current=true/>
            <Facet href="#" label="AI" count=4u64/>
            <Facet href="#" label="Prompt" count=2u64/>
        </Facets>
        <Facets legend="Team">
            <Facet href="#" label="Core payments" count=7u64/>
            <Facet href="#" label="Logistics" count=6u64/>
            <Facet href="#" label="A team with a rather long name indeed" count=1u64/>
        </Facets>
    }
}

fn cards() -> impl IntoView {
    let card = |title: &'static str,
                over: &'static str,
                glyph,
                text: &'static str,
                state: &'static str,
                mine: bool| {
        view! {
            <LinkCard href="#" title over glyph text badges=view! { <Tag label="v2"/> <StateBadge state/> }>
                <span>"1.2M calls"</span>
                <span>"99.9% success"</span>
                {mine.then(|| view! { <Badge label="You have access" tone=Tone::Accent glyph=Glyph::Check/> })}
            </LinkCard>
        }
    };
    view! {
        {card("Payments", "Core payments", Glyph::Api, "Charges, refunds and payouts in 40 currencies, with webhooks for everything that happens to them.", "published", true)}
        {card("Chat", "AI platform", Glyph::Model, "One address for every model: OpenAI and Anthropic clients work unchanged.", "published", false)}
        {card("Summarise a ticket", "Support", Glyph::Prompt, "Three sentences for whoever takes over.", "published", false)}
        {card("Weather", "Logistics", Glyph::Api, "Forecasts by position.", "deprecated", true)}
        {card("Invoices", "Core payments", Glyph::Api, "Create, send and archive invoices.", "blocked", false)}
        {card("Addresses", "Logistics", Glyph::Api, "Find and check postal addresses.", "draft", false)}
    }
}

fn api_head() -> impl IntoView {
    let tabs = ["Overview", "Reference", "Guides", "Try it", "Plans", "Changes", "My access"];
    let items = tabs.iter().enumerate().map(|(index, label)| Tab::new(format!("#{index}"), *label)).collect();
    view! {
        <PageHeader
            title="Payments"
            lead="Charges, refunds and payouts in 40 currencies."
            breadcrumb=vec![Crumb::new("Catalogue", "#"), Crumb::new("Core payments", "#")]
            badges=view! { <Tag label="v2"/> <StateBadge state="published"/> }
            actions=view! {
                <LinkButton href="#" glyph=Glyph::Play>"Try it"</LinkButton>
                <LinkButton href="#" variant=ButtonVariant::Primary>"Subscribe"</LinkButton>
            }
        />
        <Tabs label="Payments" items current="#0"/>
        <DefinitionList across=true>
            <KeyValue label="Base address"><code>"https://gateway.example.com/payments/v2"</code></KeyValue>
            <KeyValue label="Owner">"Core payments"</KeyValue>
            <KeyValue label="Updated"><Time at=crate::sample::NOW - 90_000_000 now=crate::sample::NOW/></KeyValue>
        </DefinitionList>
    }
}

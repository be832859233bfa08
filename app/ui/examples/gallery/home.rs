//! The start page of somebody signed in.

use crate::sample::{DAY, HOUR, NOW, course, points};
use leptos::prelude::*;
use ui::*;

pub fn frame(current: &'static str, children: Children) -> AnyView {
    let item = move |label: &'static str, glyph, count| {
        view! { <NavItem href="#" label glyph count current=label == current/> }
    };
    let navigation = view! {
        <NavSection>{item("Home", Glyph::Home, 0)} {item("Inbox", Glyph::Inbox, 3)}</NavSection>
        <NavSection label="Use">
            {item("Catalogue", Glyph::Catalogue, 0)} {item("Applications", Glyph::Application, 0)}
        </NavSection>
        <NavSection label="Publish">
            {item("APIs", Glyph::Api, 0)} {item("Prompts", Glyph::Prompt, 0)} {item("Analytics", Glyph::Analytics, 0)}
            {item("Calls", Glyph::Calls, 0)}
        </NavSection>
        <NavSection label="Platform">
            {item("Providers", Glyph::Provider, 0)} {item("Models", Glyph::Model, 0)}
            {item("Teams", Glyph::Team, 0)} {item("Audit", Glyph::Audit, 0)} {item("Settings", Glyph::Settings, 0)}
        </NavSection>
    };
    let account = view! {
        <Menu label="Account" upwards=true summary=view! { <Person name="Ada Lovelace" detail="ada@example.com"/> }>
            <MenuItem href="#" glyph=Glyph::User>"Profile"</MenuItem>
            <MenuItem href="#" glyph=Glyph::Key>"Access tokens"</MenuItem>
            <hr/>
            <MenuItem href="#" glyph=Glyph::SignOut>"Sign out"</MenuItem>
        </Menu>
    };
    let tools = view! { <SearchBox action="/search" label="Search" key_hint="Ctrl K"/> };
    view! {
        <Shell brand=view! { <Brand/> } navigation tools account>
            {children()}
        </Shell>
    }
    .into_any()
}

pub fn page() -> AnyView {
    frame("Home", Box::new(|| content().into_any()))
}

fn content() -> impl IntoView {
    let actions = view! {
        <ButtonGroup label="Period">
            <LinkButton href="#">"24 h"</LinkButton>
            <LinkButton href="#" current=true>"7 days"</LinkButton>
            <LinkButton href="#">"30 days"</LinkButton>
        </ButtonGroup>
        <LinkButton href="#" variant=ButtonVariant::Primary glyph=Glyph::Add>"Publish an API"</LinkButton>
    };
    view! {
        <Banner tone=Tone::Info>"This is a demo installation: its traffic is made up."</Banner>
        <Page>
            <PageHeader title="Good morning, Ada" lead="Two things need you before lunch." actions/>
            {figures()}
            <div class="split">
                <div class="stack stack-wide">{traffic()} {news()}</div>
                <div class="stack">{attention()} {requests()}</div>
            </div>
        </Page>
    }
}

fn figures() -> impl IntoView {
    view! {
        <div class="grid-figures">
            <Figure
                label="Calls"
                value=format::count(1_284_310)
                change=Change::more_is_better(1_284_310.0, 1_141_000.0)
                spark=course(28, 1, 100.0)
                href="#"
            />
            <Figure
                label="Success"
                value="99.93"
                unit="%"
                change=Change::more_is_better(0.9993, 0.9989)
                spark=course(28, 2, 20.0)
            />
            <Figure
                label="p95 latency"
                value="184"
                unit="ms"
                change=Change::less_is_better(184.0, 160.0)
                spark=course(28, 3, 30.0)
            />
            <Figure
                label="AI cost"
                value=format::money(412_700_000_000)
                change=Change::neutral(412.7, 412.7)
                spark=course(28, 4, 60.0)
            />
        </div>
    }
}

fn traffic() -> impl IntoView {
    let served = points(&course(56, 7, 9_000.0), 3 * HOUR);
    let client = points(&course(56, 8, 700.0), 3 * HOUR);
    let server = points(&course(56, 9, 160.0), 3 * HOUR);
    let series = vec![
        Series::new("2xx", served).role(SeriesRole::Good),
        Series::new("4xx", client).role(SeriesRole::Warning),
        Series::new("5xx", server).role(SeriesRole::Bad),
    ];
    view! {
        <Card>
            <BarChart title="Calls by status" series note="Calls are kept for 30 days."/>
        </Card>
    }
}

fn news() -> impl IntoView {
    let entries = vec![
        TimelineEntry::new(NOW - 4 * 60_000, "Payments v2 was published")
            .glyph(Glyph::Publish)
            .tone(Tone::Good)
            .detail("Revision 14: refunds can be partial.")
            .href("#"),
        TimelineEntry::new(NOW - 3 * HOUR, "Grace Hopper joined Platform").glyph(Glyph::Team),
        TimelineEntry::new(NOW - 2 * DAY, "Weather v1 is deprecated")
            .glyph(Glyph::Warning)
            .tone(Tone::Warning)
            .detail("Sunset on 2026-06-01; 4 applications still call it.")
            .href("#"),
    ];
    view! { <Card title="What’s new"><Timeline entries now=NOW/></Card> }
}

fn attention() -> impl IntoView {
    view! {
        <Card title="Needs your attention" flush=true>
            <LinkList>
                <LinkRow href="#" glyph=Glyph::Inbox title="3 requests wait" text="The oldest for 2 days">
                    <Badge label="3" tone=Tone::Warning/>
                </LinkRow>
                <LinkRow href="#" glyph=Glyph::Problem title="Invoices v1 fails" text="7.4% of calls since 08:10"/>
                <LinkRow href="#" glyph=Glyph::Key title="A key expires in 5 days" text="Mobile app, production"/>
            </LinkList>
        </Card>
    }
}

fn requests() -> impl IntoView {
    view! {
        <Card title="My open requests">
            <EmptyState
                glyph=Glyph::CheckCircle
                title="Nothing is waiting"
                text="Subscriptions that need approval show up here."
                action=view! { <LinkButton href="#" size=ButtonSize::Small>"Browse the catalogue"</LinkButton> }
            />
        </Card>
    }
}

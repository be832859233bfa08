//! Tables, the inbox, empty and failed lists.

use crate::home::frame;
use crate::sample::{DAY, HOUR, NOW};
use leptos::prelude::*;
use ui::*;

pub fn page() -> AnyView {
    frame("APIs", Box::new(|| view! { <Page>{content()}</Page> }.into_any()))
}

fn content() -> impl IntoView {
    let actions = view! {
        <LinkButton href="#" glyph=Glyph::Download>"CSV"</LinkButton>
        <LinkButton href="#" variant=ButtonVariant::Primary glyph=Glyph::Add>"New API"</LinkButton>
    };
    view! {
        <PageHeader title="APIs" lead="What your teams publish." actions/>
        {apis()}
        <Pager previous_href="#" next_href="#" summary="50 of about 12,400"/>
        <SectionHeader title="Calls" lead="Every call through the gateway, newest first."/>
        {calls()}
        <SectionHeader title="Requests"/>
        {inbox()}
        <SectionHeader title="Nothing and failure"/>
        <Table
            caption="Prompts"
            columns=vec![Column::new("Name")]
            rows=vec![]
            empty=view! {
                <EmptyState
                    glyph=Glyph::Prompt
                    title="No prompts yet"
                    text="A prompt with variables becomes an API that others can call."
                    action=view! { <LinkButton href="#" variant=ButtonVariant::Primary>"Write a prompt"</LinkButton> }
                />
            }
        />
        <ProblemNotice problem=problem()/>
        <ProblemPage problem=problem()/>
        <Loading/>
    }
}

fn problem() -> Problem {
    Problem {
        status: 404,
        title: "API not found".into(),
        detail: "It may have been retired, or your teams may not see it.".into(),
        request_id: Some("01J9ZK4M3Q".into()),
    }
}

fn apis() -> impl IntoView {
    let sorting = Sorting::new("/apis", "q=pay", "-calls");
    let columns = vec![
        Column::new("Name").sort(sorting.by("name")),
        Column::shrink("State"),
        Column::shrink("Version"),
        Column::number("Calls, 30 d").sort(sorting.by_most("calls")),
        Column::number("Errors").sort(sorting.by_most("errors")),
        Column::number("p95").sort(sorting.by_most("p95")),
        Column::shrink("Updated").sort(sorting.by_most("updated")),
        Column::actions(),
    ];
    let row = |name: &'static str,
               team: &'static str,
               state: &'static str,
               calls: u64,
               share: f64,
               p95: f64,
               ago: i64| {
        Row::new()
            .cell(view! { <a href="#">{name}</a> <span class="cell-sub">{team}</span> })
            .cell(view! { <StateBadge state/> })
            .cell(view! { <Tag label="v2"/> })
            .cell(format::count(calls))
            .cell(format::percent(share))
            .cell(format::millis(p95))
            .cell(view! { <Time at=NOW - ago now=NOW/> })
            .cell(view! {
                <div class="row">
                    <IconButton glyph=Glyph::Edit label="Edit" size=ButtonSize::Small/>
                    <IconButton glyph=Glyph::More label="More" size=ButtonSize::Small/>
                </div>
            })
            .muted(state == "retired")
    };
    let rows = vec![
        row("Payments", "Core payments", "published", 1_284_310, 0.000_7, 184.0, 4 * 60_000),
        row("Weather", "Logistics", "deprecated", 640_100, 0.012, 96.0, 2 * DAY),
        row("Invoices", "Core payments", "blocked", 88_412, 0.074, 2_140.0, HOUR),
        row("Addresses", "Logistics", "draft", 0, 0.0, 0.0, 20_000),
        row("Orders", "Logistics", "retired", 0, 0.0, 0.0, 90 * DAY),
    ];
    view! { <Table caption="APIs" columns rows/> }
}

fn calls() -> impl IntoView {
    let columns = vec![
        Column::shrink("Time"),
        Column::shrink("Method"),
        Column::mono("Path"),
        Column::shrink("Status"),
        Column::number("Duration"),
        Column::number("Bytes"),
        Column::new("Application"),
        Column::mono("Request"),
    ];
    let row = |index: i64, method: &'static str, path: &'static str, status: u16| {
        Row::new()
            .heading(2)
            .cell(view! { <Time at=NOW - index * 41_000 show=Show::Second/> })
            .cell(view! { <Method method/> })
            .cell(view! { <a href="#">{path}</a> })
            .cell(view! { <HttpStatus status/> })
            .cell(format::millis(12.4 * index as f64 + 3.0))
            .cell(format::bytes(1_830 * index as u64))
            .cell("Mobile app")
            .cell("01J9ZK4M3QX8")
    };
    let rows = vec![
        row(1, "GET", "/payments/v2/charges/ch_918273", 200),
        row(2, "POST", "/payments/v2/charges", 201),
        row(3, "DELETE", "/payments/v2/webhooks/7", 404),
        row(4, "PATCH", "/payments/v2/charges/ch_918273/metadata", 503),
        row(5, "OPTIONS", "/payments/v2/charges", 304),
    ];
    view! { <Table caption="Calls" columns rows narrow=Narrow::Scroll/> }
}

fn inbox() -> impl IntoView {
    let columns = vec![
        Column::silent("Choose"),
        Column::new("Who"),
        Column::new("What"),
        Column::shrink("Plan"),
        Column::shrink("Waiting"),
        Column::actions(),
    ];
    let row = |name: &'static str, what: &'static str, id: &'static str| {
        Row::new()
            .heading(1)
            .cell(view! { <Checkbox bare=true name="request" value=id label=format!("Choose the request of {name}")/> })
            .cell(view! { <Person name detail="Logistics"/> })
            .cell(what)
            .cell(view! { <Tag label="Gold"/> })
            .cell(view! { <Time at=NOW - 2 * DAY now=NOW/> })
            .cell(view! {
                <div class="row">
                    <Confirm
                        id=format!("reject-{id}")
                        label="Reject"
                        title="Reject this request?"
                        text="The application will not get access; the team is told why."
                        action="/api/requests/reject"
                        confirm="Reject"
                        size=ButtonSize::Small
                        variant=ButtonVariant::Quiet
                        danger=true
                        hidden=vec![("request", id.to_owned())]
                    >
                        <Field name="reason" label="Reason" required=true id=format!("reason-{id}")><TextArea/></Field>
                    </Confirm>
                    <Button size=ButtonSize::Small glyph=Glyph::Check>"Approve"</Button>
                </div>
            })
    };
    let rows = vec![
        row("Grace Hopper", "Payments for “Mobile app”", "a").selected(true),
        row("Alan Turing", "Chat for “Ticket desk”", "b"),
    ];
    view! { <Table caption="Requests" columns rows/> }
}

//! What usage is asked for: the period, what to tell apart, and what to look at alone. All of it is in the address.

use super::choices::{Choices, options};
use super::groups::name;
use super::moment;
use super::question::Place;
use super::span::{CHOICES, CUSTOM, DEFAULT, Span};
use crate::error::sentence;
use crate::link;
use crate::server::{incoming, now, query};
use domain::problem::FieldError;
use domain::usage::Dimension;
use leptos::prelude::*;
use ui::{ButtonGroup, ButtonSize, Choice, Field, FilterBar, InputKind, LinkButton, Select, TextInput};

/// The buttons for the period.
#[component]
pub fn Periods() -> AnyView {
    let asked = query("period");
    let current = if asked.is_empty() { DEFAULT.to_owned() } else { asked };
    let here = incoming().here();
    let custom_href = custom(&here);
    let button = |name: &str, label: &'static str, href: String| {
        let current = current == name;
        view! { <LinkButton href current size=ButtonSize::Small>{label}</LinkButton> }
    };
    let named =
        |name: &str| link::with(&link::with(&link::with(&here, "period", name), "since", ""), "until", "");
    let buttons = CHOICES.iter().map(|(name, label, _)| button(name, label, named(name))).collect_view();
    let custom = button(CUSTOM, "Custom", custom_href);
    view! { <ButtonGroup label="Period">{buttons}{custom}</ButtonGroup> }.into_any()
}

/// A period of one's own, which begins as the one that is shown.
fn custom(here: &str) -> String {
    let address = link::with(here, "period", CUSTOM);
    match Span::read(&query("period"), &query("since"), &query("until"), now()) {
        Ok(span) => {
            let since = link::with(&address, "since", &moment::write(span.since));
            link::with(&since, "until", &moment::write(span.until))
        }
        Err(_) => address,
    }
}

/// Charts, or the same as a table.
#[component]
pub fn Views() -> AnyView {
    let here = incoming().here();
    let table = query("view") == "table";
    let (charts_href, table_href) = (link::with(&here, "view", ""), link::with(&here, "view", "table"));
    view! {
        <ButtonGroup label="View">
            <LinkButton href=charts_href current=!table size=ButtonSize::Small>"Charts"</LinkButton>
            <LinkButton href=table_href current=table size=ButtonSize::Small>"Table"</LinkButton>
        </ButtonGroup>
    }
    .into_any()
}

#[component]
pub fn Filters(
    place: Place,
    choices: Choices,
    /// What is wrong with what the address asks.
    errors: Vec<FieldError>,
) -> AnyView {
    let custom = query("period") == CUSTOM;
    let kept = ["period", "view"].into_iter().map(|name| (name, query(name)));
    let keep: Vec<(&'static str, String)> = kept.filter(|(_, value)| !value.is_empty()).collect();
    let set = ["by", "and", "api", "application", "route"].iter().any(|name| !query(name).is_empty());
    let clear = set.then(|| {
        let ends = [("since", query("since")), ("until", query("until"))];
        let pairs: Vec<(&str, &str)> =
            keep.iter().chain(&ends).map(|(name, value)| (*name, value.as_str())).collect();
        format!("{}{}", place.path, link::query(&pairs))
    });
    let ends = custom.then(|| view! { <Ends errors/> });
    let api = place.api.is_none().then(|| pick("api", "API", "All APIs", &choices.apis));
    let application = place
        .application
        .is_none()
        .then(|| pick("application", "Application", "All applications", &choices.applications));
    let route = (!choices.routes.is_empty() || !query("route").is_empty())
        .then(|| pick("route", "Route", "All routes", &choices.routes));
    let (first, second) = (dimensions("Not told apart", &place), dimensions("and by …", &place));
    view! {
        <FilterBar action=place.path label="What to show" keep clear>
            {ends} {api} {application} {route}
            <Field name="by" label="Told apart by" quiet=true>
                <Select options=first value=query("by")/>
            </Field>
            <Field name="and" label="And by" quiet=true>
                <Select options=second value=query("and")/>
            </Field>
        </FilterBar>
    }
    .into_any()
}

/// A filter with its choices.
pub fn pick(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    known: &[(String, String)],
) -> AnyView {
    let set = query(name);
    let options = options(any, known, &set);
    view! { <Field name label quiet=true><Select options value=set/></Field> }.into_any()
}

/// Beginning and end of a period of one's own.
#[component]
fn Ends(errors: Vec<FieldError>) -> AnyView {
    let error =
        |field: &str| errors.iter().find(|error| error.field == field).map(|error| sentence(&error.message));
    view! {
        <Field name="since" label="From (UTC)" error=error("since") quiet=true>
            <TextInput value=query("since") kind=InputKind::DateTime/>
        </Field>
        <Field name="until" label="Until (UTC)" error=error("until") quiet=true>
            <TextInput value=query("until") kind=InputKind::DateTime/>
        </Field>
    }
    .into_any()
}

fn dimensions(none: &str, place: &Place) -> Vec<Choice> {
    let is_told = |dimension: &Dimension| match dimension {
        Dimension::Api => place.api.is_none(),
        Dimension::Application => place.application.is_none(),
        Dimension::Version
        | Dimension::Route
        | Dimension::Status
        | Dimension::Model
        | Dimension::Provider => true,
    };
    let dimensions = Dimension::ALL.iter().copied().filter(is_told);
    let choices =
        dimensions.map(|dimension| Choice::new(dimension.as_str(), format!("by {}", name(dimension))));
    std::iter::once(Choice::new("", none)).chain(choices).collect()
}

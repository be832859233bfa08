//! Ways on from one call to those like it.

use crate::link;
use crate::pages::usage::moment;
use chrono::Duration;
use domain::calls::Call;
use leptos::prelude::*;
use ui::{Card, Glyph, LinkList, LinkRow};

#[component]
pub fn Similar(call: Call) -> AnyView {
    let links = links(&call)
        .into_iter()
        .map(|(title, text, glyph, query)| {
            let pairs: Vec<(&str, &str)> =
                query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let href = format!("/calls{}", link::query(&pairs));
            view! { <LinkRow href title text glyph/> }
        })
        .collect_view();
    view! { <Card title="Calls like this" flush=true><LinkList>{links}</LinkList></Card> }.into_any()
}

type Link = (&'static str, String, Glyph, Vec<(&'static str, String)>);

fn links(call: &Call) -> Vec<Link> {
    let api = || ("api", call.api.as_ref().map(|id| id.to_string()).unwrap_or_default());
    let mut links = Vec::new();
    if let Some(route) = &call.route {
        links.push(("On the same route", route.clone(), Glyph::Route, vec![api(), ("route", route.clone())]));
    }
    if call.outcome == "ok" {
        let status = call.status.to_string();
        let text = format!("{status}, to the same API");
        links.push(("With the same status", text, Glyph::Filter, vec![api(), ("status", status)]));
    } else {
        let text = call.outcome.replace('-', " ");
        links.push((
            "With the same outcome",
            text,
            Glyph::Problem,
            vec![api(), ("outcome", call.outcome.clone())],
        ));
    }
    if let Some(application) = &call.application {
        let query = vec![("application", application.to_string())];
        links.push(("Of the same application", String::new(), Glyph::Application, query));
    }
    if let Some(ai) = &call.ai {
        let query = vec![("model", ai.model.clone())];
        links.push(("To the same model", ai.model.clone(), Glyph::Model, query));
    }
    let address = call.client_address.clone();
    links.push(("From the same address", address.clone(), Glyph::Gateway, vec![("address", address)]));
    let around = |minutes: i64| moment::write(call.at + Duration::minutes(minutes));
    let query = vec![api(), ("since", around(-2)), ("until", around(3))];
    links.push(("Around the same time", "two minutes before and after".to_owned(), Glyph::Clock, query));
    links
}

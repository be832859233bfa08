//! Keeps a part of a page up to date: asks the server for the page again and puts the new part in place of the old
//! one. Without wasm the page stays as it was drawn.

use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use web_sys::{XmlHttpRequest, XmlHttpRequestResponseType};

/// How often a page is asked again before it is left alone: a page that nobody looks at must not keep a session alive.
const LOOKS: u32 = 400;

/// Looks every `every_ms` milliseconds for the element with the id `target` on the page at `href`, until that has the
/// attribute `data-settled`.
#[island]
pub fn LiveRegion(target: String, href: String, every_ms: u32) -> impl IntoView {
    Effect::new(move |_| {
        let (target, href) = (target.clone(), href.clone());
        let (asked, looks) = (Cell::new(None), Cell::new(0));
        let look = move || {
            if looks.get() < LOOKS && !is_settled(&target) {
                looks.set(looks.get() + 1);
                step(&asked, &target, &href);
            }
        };
        set_interval(look, Duration::from_millis(every_ms.into()));
    });
}

fn is_settled(target: &str) -> bool {
    document().get_element_by_id(target).is_none_or(|element| element.has_attribute("data-settled"))
}

/// Takes up what was asked for the last time, if it is there, and asks anew.
fn step(asked: &Cell<Option<XmlHttpRequest>>, target: &str, href: &str) {
    let last = asked.take();
    if let Some(request) = last.as_ref().filter(|request| request.ready_state() != XmlHttpRequest::DONE) {
        asked.set(Some(request.clone()));
        return;
    }
    if let Some(request) = last {
        renew(&request, target);
    }
    asked.set(ask(href));
}

fn ask(href: &str) -> Option<XmlHttpRequest> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("GET", href).ok()?;
    request.set_response_type(XmlHttpRequestResponseType::Document);
    request.send().ok()?;
    Some(request)
}

/// A page without the element (the session has ended, the server is away) changes nothing.
fn renew(request: &XmlHttpRequest, target: &str) {
    let new = request.response_xml().ok().flatten().and_then(|page| page.get_element_by_id(target));
    if let (Some(new), Some(old)) = (new, document().get_element_by_id(target)) {
        old.set_outer_html(&new.outer_html());
    }
}

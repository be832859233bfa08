//! Where one is in a guide or wizard.

use crate::words::words;
use crate::{Glyph, Icon};
use leptos::prelude::*;

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    label: String,
    href: Option<String>,
}

impl Step {
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }

    /// Where to do it, or to see it done.
    pub fn href(self, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..self }
    }
}

/// Steps of which those before `current` are done. `current` counts from 0; beyond the last, all are done.
#[component]
pub fn Steps(#[prop(into)] label: String, items: Vec<Step>, current: usize) -> AnyView {
    let steps =
        items.into_iter().enumerate().map(|(index, step)| step_view(step, index, current)).collect_view();
    view! {
        <nav aria-label=label>
            <ol class="steps" role="list">{steps}</ol>
        </nav>
    }
    .into_any()
}

fn step_view(step: Step, index: usize, current: usize) -> AnyView {
    let done = index < current;
    let here = (index == current).then_some("step");
    let sign = if done {
        view! { <Icon glyph=Glyph::Check label=words().done/> }.into_any()
    } else {
        (index + 1).into_any()
    };
    let label = match step.href {
        Some(href) => view! { <a class="step-label" href=href>{step.label}</a> }.into_any(),
        None => view! { <span class="step-label">{step.label}</span> }.into_any(),
    };
    let class = if done { "step step-done" } else { "step" };
    view! { <li class=class aria-current=here><span class="step-sign">{sign}</span>{label}</li> }.into_any()
}

//! When a call is sent again.

use super::number::Number;
use crate::flash::FormState;
use domain::upstream::{Retries, RetryOn};
use leptos::prelude::*;
use ui::{Checkbox, Checkboxes, FieldRow, FieldsetFold, Switched};

#[component]
pub fn RetriesFold(form: FormState, retries: Option<Retries>) -> AnyView {
    let enabled = form.checked("retries[enabled]", retries.is_some());
    let open = enabled || form.is_wrong("upstream.retries");
    let state = retries
        .as_ref()
        .map_or_else(|| "Off".to_owned(), |retries| format!("At most {} times", retries.attempts));
    let (stored, usual) = (retries.unwrap_or_default(), Retries::default());
    view! {
        <FieldsetFold legend="Retries" state open>
            <Switched
                name="retries[enabled]"
                label="Send a call again when it fails"
                hint="Calls whose method is idempotent, such as GET and PUT, as long as no answer has begun."
                checked=enabled
            >
                <FieldRow>
                    <Number
                        form
                        group="retries"
                        name="attempts"
                        label="A call is sent at most"
                        hint="The first time counts."
                        within=2..=5
                        usual=usual.attempts.into()
                        stored=stored.attempts
                        suffix="times"
                    />
                    <Number
                        form
                        group="retries"
                        name="backoff_ms"
                        label="Before the second time, wait"
                        hint="Doubled for each further time; about half of it is chance."
                        within=0..=5_000
                        usual=usual.backoff_ms
                        stored=stored.backoff_ms
                        suffix="ms"
                    />
                </FieldRow>
                <Failures form stored=stored.on/>
                <Checkbox
                    name="retries[non_idempotent]"
                    label="Also calls whose method is not idempotent"
                    hint="Such as POST. Only where a backend that gets a call twice does no harm."
                    checked=form.checked("retries[non_idempotent]", stored.non_idempotent)
                />
                <Number
                    form
                    group="retries"
                    name="budget_percent"
                    label="Sent again at most"
                    hint="Of 100 calls, and ten more, so that retries do not finish off what is overloaded."
                    within=1..=100
                    usual=usual.budget_percent.into()
                    stored=stored.budget_percent
                    suffix="%"
                />
            </Switched>
        </FieldsetFold>
    }
    .into_any()
}

/// Which failures are worth another attempt.
#[component]
fn Failures(form: FormState, stored: Vec<RetryOn>) -> AnyView {
    let boxes = RetryOn::ALL.iter().enumerate().map(move |(at, failure)| {
        let name = format!("retries[on][{at}]");
        let checked = form.checked(&name, stored.contains(failure));
        view! { <Checkbox name value=failure.as_str() label=words(*failure) checked/> }
    });
    view! {
        <Checkboxes
            name="retries-on"
            legend="After"
            hint="Default: all of them."
            error=form.error("upstream.retries.on")
        >
            {boxes.collect_view()}
        </Checkboxes>
    }
    .into_any()
}

fn words(failure: RetryOn) -> &'static str {
    match failure {
        RetryOn::Connect => "No connection",
        RetryOn::Reset => "No answer on the connection",
        RetryOn::BadGateway => "502 Bad Gateway",
        RetryOn::Unavailable => "503 Service Unavailable",
        RetryOn::Timeout => "504 Gateway Timeout",
    }
}

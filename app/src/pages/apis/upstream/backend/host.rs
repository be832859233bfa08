//! What a backend is told in `Host`.

use crate::api::versions::upstream::host_word;
use crate::flash::FormState;
use domain::upstream::HostMode;
use leptos::prelude::*;
use ui::{Choice, Field, FieldRow, FieldsetFold, Select, TextInput};

#[component]
pub fn HostFold(form: FormState, host: HostMode) -> AnyView {
    let (state, name) = match &host {
        HostMode::Upstream => ("The backend's own".to_owned(), String::new()),
        HostMode::Preserve => ("The caller's".to_owned(), String::new()),
        HostMode::Fixed(name) => (name.to_string(), name.to_string()),
    };
    let chosen = form.value_or("host", host_word(&host));
    let open = chosen != host_word(&HostMode::default()) || form.is_wrong("upstream.host");
    let options = vec![
        Choice::new("upstream", "The host of its own address"),
        Choice::new("preserve", "The host that the caller asked for"),
        Choice::new("fixed", "Always the same name").asks(),
    ];
    view! {
        <FieldsetFold legend="Host header" state open>
            <FieldRow>
                <Field
                    name="host"
                    label="Backends are told"
                    hint="In Host, or :authority of HTTP/2. Default: the host of their own address."
                    error=form.error("upstream.host")
                    quiet=true
                >
                    <Select options value=chosen/>
                </Field>
                <Field
                    name="host_name"
                    label="Name"
                    hint="A host name without a port."
                    error=form.error("upstream.host.fixed")
                    quiet=true
                    asked=true
                >
                    <TextInput value=form.value_or("host_name", &name) mono=true placeholder="orders.internal"/>
                </Field>
            </FieldRow>
        </FieldsetFold>
    }
    .into_any()
}

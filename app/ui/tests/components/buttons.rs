use crate::{html, tag_with};
use leptos::prelude::*;
use ui::*;

/// What a page has when there is nothing to say.
const NONE: Option<String> = None;

#[test]
fn button_without_permission_says_why_and_does_nothing() {
    let page =
        html(|| view! { <Button disabled="Needs the role publisher" opens="dialog">"Publish"</Button> });
    let button = tag_with(&page, "<button");
    assert!(button.contains("aria-disabled=\"true\""), "{button}");
    assert!(button.contains("type=\"button\""), "it must not send the form: {button}");
    assert!(!button.contains("popovertarget"), "it must not open anything: {button}");
    assert!(page.contains("Needs the role publisher"));
}

#[test]
fn button_with_permission_sends_the_form() {
    let page = html(|| view! { <Button disabled=NONE name="decision" value="approve">"Approve"</Button> });
    let button = tag_with(&page, "<button");
    assert!(button.contains("type=\"submit\"") && !button.contains("aria-disabled"), "{button}");
    assert!(button.contains("name=\"decision\"") && button.contains("value=\"approve\""), "{button}");
}

#[test]
fn link_without_permission_has_no_address() {
    let page = html(|| view! { <LinkButton href="/secret" disabled="Not yours">"Open"</LinkButton> });
    let link = tag_with(&page, "<a");
    assert!(!link.contains("href") && link.contains("tabindex=\"0\""), "{link}");
}

#[test]
fn confirm_posts_only_from_its_dialog() {
    let page = html(|| {
        view! {
            <Confirm
                id="revoke" label="Revoke" title="Revoke?" text="At once." action="/api/credentials/revoke"
                confirm="Revoke it" hidden=vec![("credential", "c\"1".to_owned())]
            />
        }
    });
    assert!(tag_with(&page, "popovertarget=\"revoke\"").contains("type=\"button\""));
    assert!(tag_with(&page, "<dialog").contains("id=\"revoke\"") && page.contains("popover=\"auto\""));
    assert!(tag_with(&page, "<form").contains("method=\"post\""));
    assert!(tag_with(&page, "name=\"credential\"").contains("value=\"c&quot;1\""), "{page}");
}

#[test]
fn confirm_without_permission_has_no_form() {
    let page = html(|| {
        view! { <Confirm id="x" label="X" title="X" text="X" action="/x" confirm="X" disabled="Owners only"/> }
    });
    assert!(!page.contains("<form") && page.contains("Owners only"), "{page}");
}

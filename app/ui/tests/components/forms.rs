use crate::{html, tag_with};
use leptos::prelude::*;
use ui::*;

/// What a page has when there is nothing to say.
const NONE: Option<String> = None;

#[test]
fn field_with_error_is_wired_to_its_control() {
    let page = html(|| {
        view! {
            <Field name="slug" label="Slug" hint="Part of the address" error="Taken" required=true>
                <TextInput value="pay\" onfocus=x"/>
            </Field>
        }
    });
    assert!(tag_with(&page, "<label").contains("for=\"field-slug\""));
    let input = tag_with(&page, "<input");
    for part in [
        "id=\"field-slug\"",
        "name=\"slug\"",
        "aria-describedby=\"field-slug-hint field-slug-error\"",
        "aria-invalid=\"true\"",
        "required",
        "value=\"pay&quot; onfocus=x\"",
    ] {
        assert!(input.contains(part), "{part} in {input}");
    }
    assert!(
        tag_with(&page, "field-slug-error\"").contains("field-error")
            || page.contains("id=\"field-slug-error\"")
    );
    assert!(page.contains("id=\"field-slug-hint\""));
}

#[test]
fn field_without_error_claims_none() {
    let page =
        html(|| view! { <Field name="note" label="Note" error=NONE><TextArea value="a < b"/></Field> });
    let area = tag_with(&page, "<textarea");
    assert!(
        !area.contains("aria-invalid") && !area.contains("aria-describedby") && !area.contains("required"),
        "{area}"
    );
    assert!(page.contains("Optional"));
    assert!(page.contains(">a &lt; b</textarea>"), "nothing around what was typed: {page}");
}

#[test]
fn fields_do_not_share_their_wiring() {
    let page = html(|| {
        view! {
            <Field name="a" label="A" error="Wrong"><TextInput/></Field>
            <Field name="b" label="B"><PasswordInput autocomplete="off"/></Field>
            <TextInput name="c" label="C"/>
        }
    });
    assert!(tag_with(&page, "name=\"a\"").contains("aria-invalid"));
    assert!(!tag_with(&page, "name=\"b\"").contains("aria-invalid"));
    let alone = tag_with(&page, "name=\"c\"");
    assert!(alone.contains("aria-label=\"C\"") && !alone.contains("id="), "{alone}");
}

#[test]
fn select_keeps_the_choice() {
    let options = vec![Choice::new("a", "A"), Choice::new("b", "B"), Choice::new("c", "C").disabled()];
    let page = html(|| view! { <Field name="x" label="X"><Select options value="b"/></Field> });
    assert!(tag_with(&page, "value=\"b\"").contains("selected"), "{page}");
    assert!(!tag_with(&page, "value=\"a\"").contains("selected"));
    assert!(tag_with(&page, "value=\"c\"").contains("disabled"));
}

#[test]
fn choices_keep_what_was_chosen() {
    let cards = vec![
        RadioCard::new("automatic", "Automatic"),
        RadioCard::new("manual", "Manual").text("Somebody decides"),
    ];
    let page = html(|| {
        view! {
            <RadioCards name="approval" legend="Approval" cards value="manual" error="Not allowed here"/>
            <Checkbox name="terms" label="Terms" checked=true/>
            <Toggle name="listed" label="Listed"/>
        }
    });
    assert!(tag_with(&page, "value=\"manual\"").contains("checked"));
    assert!(!tag_with(&page, "value=\"automatic\"").contains("checked"));
    assert!(tag_with(&page, "<fieldset").contains("aria-describedby=\"field-approval-error\""));
    assert!(tag_with(&page, "name=\"terms\"").contains("checked"));
    assert!(tag_with(&page, "name=\"listed\"").contains("role=\"switch\""));
}

#[test]
fn a_fold_says_what_is_set_and_is_open_when_told() {
    let page = |open: bool| {
        html(move || {
            view! { <FieldsetFold legend="Retries" state="3 times" open hint="Rarely needed"><Toggle name="on" label="On"/></FieldsetFold> }
        })
    };
    let (closed, open) = (page(false), page(true));
    assert!(!tag_with(&closed, "<details").contains("open") && tag_with(&open, "<details").contains("open"));
    let summary = closed.split("</summary>").next().unwrap();
    assert!(summary.contains(">Retries</span>") && summary.contains(">3 times</span>"), "{closed}");
    assert!(tag_with(&closed, "<fieldset").contains("aria-label=\"Retries\""), "{closed}");
    assert!(closed.contains("Rarely needed") && closed.contains("name=\"on\""));
}

#[test]
fn what_a_switch_brings_stands_right_behind_it() {
    let page = html(|| {
        view! { <Switched name="on" label="On" hint="Or off" checked=true><TextInput name="n" label="N"/></Switched> }
    });
    assert!(tag_with(&page, "name=\"on\"").contains("checked"));
    // the style sheet goes by this
    let behind = page.split("</label>").nth(1).unwrap().trim_start_matches("<!>");
    assert!(behind.starts_with("<div class=\"switched\">") && behind.contains("name=\"n\""), "{page}");
}

#[test]
fn a_choice_that_asks_is_marked_and_so_is_what_it_asks_for() {
    let page = html(|| {
        let options = vec![Choice::new("own", "Its own"), Choice::new("fixed", "Always the same").asks()];
        view! {
            <FieldRow>
                <Field name="host" label="Host"><Select options/></Field>
                <Field name="host_name" label="Name" asked=true><TextInput/></Field>
            </FieldRow>
        }
    });
    assert!(tag_with(&page, "value=\"fixed\"").contains("data-asks"), "{page}");
    assert!(!tag_with(&page, "value=\"own\"").contains("data-asks"));
    assert_eq!(page.matches("class=\"field field-asked\"").count(), 1);
}

#[test]
fn several_boxes_have_one_label_and_one_error() {
    let page = html(|| {
        view! {
            <Checkboxes name="on" legend="After" hint="Usually all" error="Tick one">
                <Checkbox name="on[0]" label="502" value="502" checked=true/>
                <Checkbox name="on[1]" label="503" value="503"/>
            </Checkboxes>
        }
    });
    assert!(tag_with(&page, "<fieldset").contains("aria-describedby=\"field-on-error\""), "{page}");
    assert!(
        page.contains("id=\"field-on-error\"") && page.contains("Tick one") && page.contains("Usually all")
    );
    assert!(tag_with(&page, "value=\"502\"").contains("checked"));
}

#[test]
fn a_form_with_folds_is_checked_by_the_server_alone() {
    let page = |unchecked: bool| html(move || view! { <Form action="/api/x" unchecked>"…"</Form> });
    assert!(tag_with(&page(true), "<form").contains("novalidate"));
    assert!(!tag_with(&page(false), "<form").contains("novalidate"));
}

#[test]
fn form_shows_its_problem_and_sends_files() {
    let page = html(|| view! { <Form action="/api/x" multipart=true problem="Nothing was saved">"…"</Form> });
    let form = tag_with(&page, "<form");
    assert!(form.contains("method=\"post\"") && form.contains("enctype=\"multipart/form-data\""), "{form}");
    assert!(tag_with(&page, "notice").contains("role=\"alert\"") && page.contains("Nothing was saved"));
}

#[test]
fn filters_live_in_the_address() {
    let page = html(|| {
        view! {
            <FilterBar action="/apis" label="Filter" keep=vec![("sort", "-calls".into())] clear="/apis">
                <SearchBox value="pay"/>
            </FilterBar>
        }
    });
    assert!(tag_with(&page, "<form").contains("method=\"get\""));
    assert!(tag_with(&page, "name=\"sort\"").contains("value=\"-calls\""));
    assert!(tag_with(&page, "name=\"q\"").contains("value=\"pay\""));
}

#[test]
fn text_area_cannot_be_closed_by_what_was_typed() {
    let typed = "\n</textarea><script>alert(1)</script>&lt;";
    let page = html(|| view! { <TextArea name="a" label="A" value=typed/> });
    assert!(!page.contains("<script"), "{page}");
    let kept = "\n\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;</textarea>";
    assert!(page.contains(kept), "{page}");
}

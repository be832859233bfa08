use crate::{html, tag_with};
use leptos::prelude::*;
use ui::*;

fn shell() -> String {
    html(|| {
        let navigation = view! {
            <NavSection label="Use">
                <NavItem href="/catalogue" label="Catalogue" glyph=Glyph::Catalogue current=true/>
                <NavItem href="/inbox" label="Inbox" glyph=Glyph::Inbox count=3/>
            </NavSection>
        };
        view! { <Shell brand=view! { <Brand/> } navigation><Page><PageHeader title="A & B"/></Page></Shell> }
    })
}

#[test]
fn shell_has_landmarks_and_a_way_past_them() {
    let page = shell();
    assert!(page.contains("href=\"#content\"") && tag_with(&page, "id=\"content\"").starts_with("<main"));
    assert!(tag_with(&page, "<nav").contains("aria-label=\"Main\""));
    assert_eq!(page.matches("<h1>").count(), 1);
    assert!(page.contains("A &amp; B"));
}

#[test]
fn shell_opens_its_drawer_without_script() {
    let page = shell();
    assert!(tag_with(&page, "popovertarget=\"navigation\"").starts_with("<button"));
    assert!(tag_with(&page, "id=\"navigation\"").contains("popover=\"auto\""));
    assert!(!page.contains("<script") && !page.contains("style="));
}

#[test]
fn navigation_marks_the_page_and_counts() {
    let page = shell();
    assert!(tag_with(&page, "href=\"/catalogue\"").contains("aria-current=\"page\""));
    assert!(!tag_with(&page, "href=\"/inbox\"").contains("aria-current"));
    assert_eq!(page.matches("nav-count").count(), 1, "nothing is shown for 0");
}

#[test]
fn tab_of_the_page_is_marked() {
    let items = vec![Tab::new("/a", "A"), Tab::new("/b", "B").count(2)];
    let page = html(|| view! { <Tabs label="Parts" items current="/b"/> });
    assert!(tag_with(&page, "href=\"/b\"").contains("aria-current=\"page\""));
    assert!(!tag_with(&page, "href=\"/a\"").contains("aria-current"));
}

#[test]
fn icon_is_decoration_unless_it_says_something() {
    assert!(tag_with(&html(|| view! { <Icon glyph=Glyph::Key/> }), "<svg").contains("aria-hidden=\"true\""));
    let named = html(|| view! { <Icon glyph=Glyph::Key label="Key"/> });
    assert!(tag_with(&named, "<svg").contains("role=\"img\"") && !named.contains("aria-hidden"), "{named}");
}

#[test]
fn time_is_exact_for_machines() {
    let page = html(|| view! { <Time at=1_773_480_605_120 now=1_773_480_800_000/> });
    assert!(page.contains("datetime=\"2026-03-14T09:30:05.120Z\"") && page.contains(">3 min ago<"), "{page}");
    assert!(page.contains("title=\"2026-03-14 09:30 UTC\""), "{page}");
}

#[test]
fn words_come_from_the_application() {
    let page = html(|| {
        provide_context(Words { optional: "可选", ..ENGLISH });
        view! { <Field name="a" label="名称"><TextInput/></Field> }
    });
    assert!(page.contains("可选") && !page.contains("Optional"));
}

#[test]
fn steps_say_where_one_is() {
    let items = ["One", "Two", "Three"].map(Step::new).to_vec();
    let page = html(|| view! { <Steps label="Guide" items current=1/> });
    assert_eq!(page.matches("aria-current=\"step\"").count(), 1);
    assert_eq!(page.matches("aria-label=\"done\"").count(), 1);
}

#[test]
fn meter_is_read_aloud() {
    let page = html(|| view! { <Meter label="Calls" used=50.0 limit=40.0 text="50 of 40"/> });
    let meter = tag_with(&page, "role=\"meter\"");
    assert!(
        meter.contains("aria-valuenow=\"100\"") && meter.contains("aria-valuetext=\"50 of 40\""),
        "{meter}"
    );
}

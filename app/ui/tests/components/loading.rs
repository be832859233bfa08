use any_spawner::Executor;
use futures_executor::block_on_stream;
use leptos::prelude::*;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Once};
use ui::*;

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Refused;

impl From<Refused> for Problem {
    fn from(_: Refused) -> Self {
        Self {
            status: 404,
            title: "API not found".into(),
            detail: "Gone".into(),
            request_id: Some("r1".into()),
        }
    }
}

type Names = Result<Vec<String>, Refused>;

/// The page for a resource, as the server sends it when all of it is there, and the status it reported.
fn load(answer: Names, part: bool) -> (String, u16) {
    static EXECUTOR: Once = Once::new();
    EXECUTOR.call_once(|| Executor::init_futures_executor().expect("the only executor"));
    let status = Arc::new(AtomicU16::new(200));
    let reported = Arc::clone(&status);
    let owner = Owner::new();
    owner.set();
    provide_context(OnProblem::new(move |status| reported.store(status, Ordering::SeqCst)));
    let names = Resource::new(|| (), move |()| std::future::ready(answer.clone()));
    let empty = |names: &Vec<String>| names.is_empty();
    let view = view! {
        <Load resource=names part empty_when=empty empty=view! { <p>"None yet"</p> } let:names>
            <p>{names.join(", ")}</p>
        </Load>
    };
    let page = block_on_stream(view.to_html_stream_in_order()).collect();
    (page, status.load(Ordering::SeqCst))
}

#[test]
fn load_shows_the_value() {
    let (page, status) = load(Ok(vec!["pay".into(), "<chat>".into()]), false);
    assert!(page.contains("pay, &lt;chat&gt;") && !page.contains("loading"), "{page}");
    assert_eq!(status, 200);
}

#[test]
fn load_of_nothing_shows_the_empty_state() {
    assert!(load(Ok(vec![]), false).0.contains("None yet"));
}

#[test]
fn load_of_a_page_that_fails_gives_its_status() {
    let (page, status) = load(Err(Refused), false);
    assert!(page.contains("<h1>API not found</h1>") && page.contains("r1"), "{page}");
    assert_eq!(status, 404);
}

#[test]
fn load_of_a_part_that_fails_leaves_the_status() {
    let (page, status) = load(Err(Refused), true);
    assert!(page.contains("API not found") && !page.contains("<h1>"), "{page}");
    assert_eq!(status, 200);
}

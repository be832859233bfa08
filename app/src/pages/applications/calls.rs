//! The calls of one application, newest first.

use super::{Head, named};
use crate::link;
use crate::pages::calls::{CallTable, Of};
use crate::server::{load, next_href, page_of};
use control::{applications, calls};
use domain::calls::CallFilter;
use leptos::prelude::*;
use ui::{Glyph, LinkButton, Load, Page, Pager, SectionHeader};

#[component]
pub fn Calls() -> AnyView {
    let (application, of_calls, page) = (named(), named(), page_of());
    let summary =
        load(|control, actor| async move { Ok(applications::get(&control, &actor, &application?).await?) });
    let list = load(|control, actor| async move {
        let filter = CallFilter { application: Some(of_calls?), ..CallFilter::default() };
        Ok(calls::list(&control, &actor, &filter, &page?).await?)
    });
    view! {
        <Page>
            <Load resource=summary let:summary>
                {
                    let log = format!("/calls{}", link::query(&[("application", summary.application.id.as_str())]));
                    let search = view! { <LinkButton href=log glyph=Glyph::Search>"Search and filter"</LinkButton> };
                    view! {
                        <Head summary part="calls"/>
                        <SectionHeader title="Calls" lead="Every call with a key of this application." actions=search/>
                        <Load resource=list part=true let:list>
                            {
                                let next_href = next_href(list.next.as_deref());
                                view! {
                                    <CallTable rows=list.items of=Of::OneApplication filtered=false/>
                                    <Pager next_href/>
                                }
                            }
                        </Load>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

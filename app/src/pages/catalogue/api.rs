//! What all pages about one api of the catalogue have: its head, the parts, and the way to get access.

pub mod call_to_action;
mod standing;

use super::{href, version_href};
use crate::error::Result;
use crate::pages::catalogue::list::card::first_line;
use crate::server::{incoming, load_for_all, param};
use call_to_action::CallToAction;
use control::catalogue::{self, CatalogueApi};
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use standing::Standing;
use ui::{Crumb, Glyph, LinkButton, Menu, MenuItem, Page, PageHeader, StateBadge, Tab, Tabs, Tag};

/// The parts of an api's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Overview,
    Reference,
    Plans,
    Changes,
    Access,
}

impl Part {
    const ALL: [Self; 5] = [Self::Overview, Self::Reference, Self::Plans, Self::Changes, Self::Access];

    /// Title, and what stands behind the version in the address.
    const fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => ("Overview", ""),
            Self::Reference => ("Reference", "/reference"),
            Self::Plans => ("Plans", "/plans"),
            Self::Changes => ("Changes", "/changes"),
            Self::Access => ("My access", "/access"),
        }
    }
}

/// The api that the page's address names; the default version where it names none.
pub fn entry() -> Resource<Result<CatalogueApi>> {
    let (slug, version) = (param("slug"), param("version"));
    load_for_all(|control, viewer| async move {
        let version = Some(version).filter(|version| !version.is_empty());
        Ok(catalogue::entry(&control, viewer.as_ref(), &slug, version.as_deref()).await?)
    })
}

/// The frame of a part.
#[component]
pub fn ApiPage(api: CatalogueApi, part: Part, children: Children) -> AnyView {
    let (name, version) = (api.detail.api.name.clone(), api.version.name.clone());
    let title = match part {
        Part::Overview => name.clone(),
        part => format!("{} · {name}", part.describe().0),
    };
    let badges = view! { <Tag label=version.to_string()/> <StateBadge state=api.version.state.as_str()/> };
    let base = version_href(&api.detail.api.slug, &version);
    let parts = Part::ALL.iter().filter(|part| **part != Part::Access || incoming().actor.is_some());
    let items = parts.map(|part| tab(&base, *part, &api)).collect();
    view! {
        <Title text=title/>
        <Page>
            <PageHeader
                title=name.clone()
                lead=first_line(&api.detail.api.description)
                breadcrumb=vec![Crumb::new("Catalogue", "/catalogue")]
                badges
                actions=view! { <Actions api=api.clone()/> }
            />
            <Standing api=api.clone()/>
            <Tabs label=name items current=format!("{base}{}", part.describe().1)/>
            {children()}
        </Page>
    }
    .into_any()
}

fn tab(base: &str, part: Part, api: &CatalogueApi) -> Tab {
    let (title, end) = part.describe();
    let tab = Tab::new(format!("{base}{end}"), title);
    match part {
        Part::Plans => tab.count(open_plans(api)),
        Part::Access if !api.access.is_empty() => {
            tab.count(u64::try_from(api.access.len()).unwrap_or_default())
        }
        _ => tab,
    }
}

fn open_plans(api: &CatalogueApi) -> u64 {
    let open = api.detail.plans.iter().filter(|plan| !plan.closed).count();
    u64::try_from(open).unwrap_or_default()
}

#[component]
fn Actions(api: CatalogueApi) -> AnyView {
    let detail = &api.detail.api;
    let edits = incoming().actor.as_ref().is_some_and(|actor| actor.may(Permission::ApisEdit, &detail.team));
    let edit = edits.then(|| {
        view! { <LinkButton href=format!("/apis/{}", detail.id) glyph=Glyph::Edit>"Edit"</LinkButton> }
    });
    let versions = (api.detail.versions.len() > 1).then(|| view! { <Versions api=api.clone()/> });
    view! { {versions} {edit} <CallToAction api/> }.into_any()
}

/// The other versions, where there are several.
#[component]
fn Versions(api: CatalogueApi) -> AnyView {
    let slug = api.detail.api.slug.clone();
    let items = api.detail.versions.iter().map(|version| {
        let current = version.name == api.version.name;
        let default = if version.name == api.detail.api.default_version { ", default" } else { "" };
        let words = format!("{} ({}{default})", version.name, version.state);
        view! { <MenuItem href=version_href(&slug, &version.name) current>{words}</MenuItem> }
    });
    let items = items.collect_view();
    view! { <Menu label=format!("Version {}", api.version.name)>{items}</Menu> }.into_any()
}

/// The page where access is asked for.
#[must_use]
pub fn subscribe_href(api: &CatalogueApi) -> String {
    format!("{}/subscribe", href(&api.detail.api.slug))
}

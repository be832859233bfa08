//! A team: its members and what it owns.

use super::members::{AddMember, Members};
use crate::api::teams::Leave;
use crate::pages::parts::ShownOnce;
use crate::server::{actor, id, load, missing, next_href, page_of};
use control::teams;
use domain::ids::TeamId;
use domain::roles::Permission;
use domain::teams::TeamSummary;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Badge, Confirm, Crumb, Figure, Glyph, LinkButton, Load, Page, PageHeader, Pager, SectionHeader, Tone,
};

#[component]
pub fn Team() -> AnyView {
    let (team, page) = (id::<TeamId>("team", "team"), page_of());
    let facts = load(|control, actor| async move {
        let team = team?;
        let summary = teams::get(&control, &actor, &team).await?;
        Ok((summary, teams::members(&control, &actor, &team, &page?).await?))
    });
    view! {
        <Page>
            <Load resource=facts let:facts>
                {
                    let (team, members) = facts;
                    let next = next_href(members.next.as_deref());
                    let id = team.team.id.clone();
                    view! {
                        <Title text=team.team.name.clone()/>
                        <Head team=team.clone()/>
                        <ShownOnce/>
                        <Owned team/>
                        <SectionHeader title="Members" lead="A role says what a member may do with all that the team owns."/>
                        <div class="split">
                            <div class="stack">
                                <Members team=id.clone() members=members.items/>
                                <Pager next_href=next/>
                            </div>
                            <AddMember team=id/>
                        </div>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Head(team: TeamSummary) -> AnyView {
    let id = team.team.id.to_string();
    let barred = missing(actor().may(Permission::TeamsManage, &team.team.id), Permission::TeamsManage);
    let edit = format!("/teams/{id}/edit");
    let certificates = format!("/teams/{id}/certificates");
    let leave = team.role.is_some().then(|| {
        view! {
            <Confirm
                id="leave-team"
                label="Leave"
                glyph=Glyph::SignOut
                title=format!("Leave {}?", team.team.name)
                text="You lose what the team gave you. An owner of the team can add you again."
                action=Leave::url()
                confirm="Leave team"
                danger=true
                hidden=vec![("team", id)]
            />
        }
    });
    let role = team.role.map(|role| view! { <Badge label=format!("you: {role}") tone=Tone::Accent/> });
    view! {
        <PageHeader
            title=team.team.name
            lead=team.team.description
            breadcrumb=vec![Crumb::new("Teams", "/teams")]
            badges=role
            actions=view! {
                {leave}
                <LinkButton href=certificates glyph=Glyph::Lock>"Client certificates"</LinkButton>
                <LinkButton href=edit glyph=Glyph::Edit disabled=barred>"Edit"</LinkButton>
            }
        />
    }
    .into_any()
}

/// What the team owns, with the way there.
#[component]
fn Owned(team: TeamSummary) -> AnyView {
    let id = team.team.id.to_string();
    view! {
        <div class="grid-figures">
            <Figure label="Members" value=team.members.to_string()/>
            <Figure label="APIs" value=team.apis.to_string() href=format!("/apis?team={id}")/>
            <Figure label="Applications" value=team.applications.to_string() href=format!("/applications?team={id}")/>
        </div>
    }
    .into_any()
}

//! The members of a team: who they are, what they may do, adding and removing.

use crate::api::teams::members::{Create, Delete, Update};
use crate::error::sentence;
use crate::flash::FormState;
use crate::server::{actor, missing};
use control::Actor;
use domain::ids::TeamId;
use domain::roles::{Permission, TeamRole};
use domain::teams::Member;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonSize, ButtonVariant, Card, Choice, Column, Confirm, Field, Form, FormActions,
    InputKind, Person, RadioCard, RadioCards, Row, Select, Show, Table, TextInput, Time,
};

#[component]
pub fn Members(team: TeamId, members: Vec<Member>) -> AnyView {
    let actor = actor();
    let columns = vec![Column::new("Name"), Column::shrink("Role"), Column::actions()];
    let rows = members.into_iter().map(|member| row(&team, member, &actor)).collect();
    view! { <Table caption="Members" columns rows/> }.into_any()
}

fn row(team: &TeamId, member: Member, actor: &Actor) -> Row {
    let barred = missing(actor.may(Permission::TeamsManage, team), Permission::TeamsManage);
    let me = (member.account == actor.account).then(|| view! { " " <Badge label="you"/> });
    let hidden = vec![("team", team.to_string()), ("account", member.account.to_string())];
    let since = view! { <Time at=member.joined_at.timestamp_millis() show=Show::Date/> };
    let change = barred.is_none().then(|| {
        view! { <ChangeRole member=member.clone() hidden=hidden.clone()/> }
    });
    let remove = view! {
        <Confirm
            id=format!("remove-{}", member.account)
            label="Remove"
            size=ButtonSize::Small
            title=format!("Remove {} from the team?", member.name)
            text="What the team gave them ends at once. You can add them again."
            action=Delete::url()
            confirm="Remove member"
            danger=true
            hidden
            disabled=barred
        />
    };
    Row::new()
        .cell(view! { <Person name=member.name detail=member.email.to_string()/> {me} })
        .cell(view! { <Badge label=member.role.as_str()/> <span class="cell-sub">"since " {since}</span> })
        .cell(view! { <span class="row row-end">{change}{remove}</span> })
}

/// Asks for a member's new role.
#[component]
fn ChangeRole(member: Member, hidden: Vec<(&'static str, String)>) -> AnyView {
    let choice = |role: &TeamRole| Choice::new(role.as_str(), format!("{role}: {}", role.describe()));
    let options = TeamRole::ALL.iter().map(choice).collect::<Vec<_>>();
    let account = member.account.to_string();
    view! {
        <Confirm
            id=format!("role-{account}")
            label="Change role"
            size=ButtonSize::Small
            title=format!("Role of {}", member.name)
            text="It holds at once, for all that the team owns."
            action=Update::url()
            confirm="Change role"
            hidden
        >
            <Field name="role" label="Role" quiet=true id=format!("field-role-{account}")>
                <Select options value=member.role.as_str()/>
            </Field>
        </Confirm>
    }
    .into_any()
}

/// Adds somebody, with the roles explained.
#[component]
pub fn AddMember(team: TeamId) -> AnyView {
    let form = FormState::of(Create::url());
    let barred = missing(actor().may(Permission::TeamsManage, &team), Permission::TeamsManage);
    let cards = TeamRole::ALL
        .iter()
        .map(|role| RadioCard::new(role.as_str(), role.as_str()).text(sentence(role.describe())))
        .collect::<Vec<_>>();
    view! {
        <Card title="Add a member" lead="Who has no account yet gets an invitation: you are given its link.">
            <Form action=Create::url() hidden=vec![("team", team.to_string())]>
                <Field name="email" label="E-mail address" error=form.error("email") required=true>
                    <TextInput value=form.value("email") kind=InputKind::Email maxlength=254 autocomplete="off"/>
                </Field>
                <RadioCards
                    name="role"
                    legend="Role"
                    cards
                    value=form.value_or("role", TeamRole::Viewer.as_str())
                    error=form.error("role")
                />
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred>"Add member"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

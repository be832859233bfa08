//! Which application gets access: one that is there, or a new one.

use crate::api::subscriptions::request::NEW;
use crate::error::Result;
use crate::flash::FormState;
use control::catalogue::CatalogueApi;
use control::{Actor, Control, applications, teams};
use domain::applications::ApplicationSummary;
use domain::paging::{MAX_LIMIT, PageOf};
use domain::roles::Permission;
use domain::teams::TeamSummary;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use ui::{Choice, Field, FieldRow, Hidden, Select, TextInput};

/// What can be chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Choices {
    /// For which the person may ask.
    applications: Vec<ApplicationSummary>,
    /// In which the person may make applications.
    teams: Vec<TeamSummary>,
}

pub async fn choices(control: &Control, actor: &Actor) -> Result<Choices> {
    let all = PageOf { limit: MAX_LIMIT, cursor: None };
    let mut applications = applications::list(control, actor, None, "", &all).await?.items;
    applications.retain(|summary| actor.may(Permission::SubscriptionsRequest, &summary.application.team));
    let mut teams = teams::list(control, actor, "", &all).await?.items;
    teams.retain(|summary| actor.may(Permission::ApplicationsManage, &summary.team.id));
    Ok(Choices { applications, teams })
}

#[component]
pub fn ApplicationFields(api: CatalogueApi, choices: Choices, form: FormState) -> AnyView {
    let Choices { applications, teams } = choices;
    if applications.is_empty() {
        return view! {
            <Hidden values=vec![("application", NEW.to_owned())]/>
            <NewApplication teams form required=true/>
        }
        .into_any();
    }
    let offers: Vec<Offer> = applications.into_iter().map(|summary| offer(&api, summary)).collect();
    let free = offers.iter().find(|offer| offer.held.is_none());
    let chosen = form.value_or("application", free.map_or(NEW, |offer| offer.id.as_str()));
    let mut options: Vec<Choice> = offers.into_iter().map(Offer::choice).collect();
    options.push(Choice::new(NEW, "A new application (name it below)"));
    let opened = chosen == NEW;
    view! {
        <Field name="application" label="Application" error=form.error("application") required=true>
            <Select options value=chosen/>
        </Field>
        <details class="fold" open=opened>
            <summary>"A new application"</summary>
            <NewApplication teams form required=false/>
        </details>
    }
    .into_any()
}

/// An application to choose.
struct Offer {
    id: String,
    label: String,
    /// The state of what it has of the api already.
    held: Option<&'static str>,
}

fn offer(api: &CatalogueApi, summary: ApplicationSummary) -> Offer {
    let application = summary.application;
    let mut access = api.access.iter().map(|held| &held.subscription);
    let live = access.find(|held| held.application == application.id && held.state.is_live());
    let label = format!("{} ({})", application.name, summary.team_name);
    Offer { id: application.id.to_string(), label, held: live.map(|held| held.state.as_str()) }
}

impl Offer {
    fn choice(self) -> Choice {
        match self.held {
            Some(state) => Choice::new(self.id, format!("{}: {state} already", self.label)).disabled(),
            None => Choice::new(self.id, self.label),
        }
    }
}

#[component]
fn NewApplication(teams: Vec<TeamSummary>, form: FormState, required: bool) -> AnyView {
    let options: Vec<Choice> = teams
        .into_iter()
        .map(|summary| Choice::new(summary.team.id.to_string(), summary.team.name))
        .collect();
    view! {
        <FieldRow>
            <Field
                name="name"
                label="Name of the new application"
                hint="What calls the api: a service, a job."
                error=form.error("name")
                required
                quiet=true
            >
                <TextInput value=form.value("name") maxlength=80 placeholder="checkout service"/>
            </Field>
            <Field name="team" label="Team" hint="Owns it and its keys." error=form.error("team") required quiet=true>
                <Select options value=form.value("team")/>
            </Field>
        </FieldRow>
    }
    .into_any()
}

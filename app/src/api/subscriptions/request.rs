//! Asking for access: for an application that is there, or for one that is made on the way, with a key where one is
//! wanted.

use crate::done::{Done, Shown};
use crate::error::{AppError, Result};
use crate::link;
use crate::server::{actor, control};
use control::{Actor, Control, applications, credentials, subscriptions};
use domain::applications::CreateApplication;
use domain::check::Check;
use domain::credentials::CreateCredential;
use domain::ids::{ApplicationId, TeamId};
use domain::subscriptions::{RequestSubscription, Subscription, SubscriptionState};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The value of `application` that asks for a new one.
pub const NEW: &str = "new";

/// The fields of the form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Of the api, for the way on.
    pub slug: String,
    pub plan: String,
    /// An id, or [`NEW`].
    pub application: String,
    /// Of a new application.
    pub name: String,
    /// Of a new application.
    pub team: String,
    pub reason: String,
    /// Not empty: make a key for the application.
    pub make_key: String,
}

#[server(prefix = "/api", endpoint = "subscriptions/request")]
pub async fn request(#[server(flatten)] asked: Asked) -> Result<Done, AppError> {
    let (control, actor) = (control(), actor());
    let (application, is_new) = application(&control, &actor, &asked).await?;
    let input = RequestSubscription { plan: asked.plan, reason: asked.reason };
    let subscription = match subscriptions::request(&control, &actor, &application, input).await {
        Ok(subscription) => subscription,
        Err(refused) => return Err(undone(&control, &actor, is_new.then_some(&application), refused).await),
    };
    let done = first_call(&asked.slug, &subscription);
    let key = if asked.make_key.is_empty() { None } else { Some(key(&control, &actor, &application).await?) };
    Ok(key.into_iter().fold(done, Done::showing))
}

/// Where the browser goes next: the page that waits for the first call.
fn first_call(slug: &str, subscription: &Subscription) -> Done {
    let next = link::query(&[("subscription", subscription.id.as_str())]);
    Done::at(format!("/catalogue/{}/first-call{next}", link::encode(slug))).saying(said(subscription.state))
}

/// The application of the form, made first if it is a new one; whether it is.
async fn application(control: &Control, actor: &Actor, asked: &Asked) -> Result<(ApplicationId, bool)> {
    // before anything is made
    RequestSubscription { plan: asked.plan.clone(), reason: asked.reason.clone() }.check()?;
    let mut check = Check::new();
    if asked.application != NEW {
        let application = check.parse::<ApplicationId>("application", &asked.application);
        return Ok((check.done(|| application)?, false));
    }
    let team = check.parse::<TeamId>("team", &asked.team);
    let team = check.done(|| team)?;
    let input = CreateApplication { name: asked.name.clone(), description: String::new() };
    Ok((applications::create(control, actor, &team, input).await?.id, true))
}

/// Takes back the application that was made on the way: the next attempt makes it again.
async fn undone(
    control: &Control,
    actor: &Actor,
    made: Option<&ApplicationId>,
    refused: control::Error,
) -> AppError {
    let refused = refused.into();
    let Some(made) = made else { return refused };
    applications::delete(control, actor, made).await.map_or_else(AppError::from, |()| refused)
}

fn said(state: SubscriptionState) -> &'static str {
    match state {
        SubscriptionState::Active => "you have access",
        _ => "your request is on its way; you see here when it is decided",
    }
}

async fn key(control: &Control, actor: &Actor, application: &ApplicationId) -> Result<Shown> {
    let input = CreateCredential { name: "first key".to_owned(), expires_at: None };
    let new = credentials::create(control, actor, application, input).await?;
    let note =
        "Copy it now: it is not shown again. Keep it where your application finds it, never in its source.";
    Ok(Shown {
        label: "Your API key".to_owned(),
        value: new.key,
        note: note.to_owned(),
        of: new.credential.application.to_string(),
    })
}

//! Models to choose from: those of the connections that there are, offered while one types.

use crate::error::Result;
use control::{Actor, Control, models};
use domain::models::entries::ModelFilter;
use domain::paging::{MAX_LIMIT, PageOf};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use ui::Choice;

/// A connection and the models that can be called through it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shelf {
    /// The id of the connection.
    pub provider: String,
    pub name: String,
    /// What a model is called, and what it is for.
    models: Vec<(String, String)>,
}

/// The connections, by name.
pub async fn shelves(control: &Control, actor: &Actor) -> Result<Vec<Shelf>> {
    let mut shelves = Vec::new();
    for shelf in models::shelves(control, actor).await?.into_iter().filter(|shelf| shelf.connected) {
        let filter = ModelFilter { provider: Some(shelf.provider.clone()), ..ModelFilter::default() };
        let all = PageOf { limit: MAX_LIMIT, cursor: None };
        let known = models::list(control, actor, &filter, &all).await?.items;
        let callable = known.into_iter().filter(|model| model.enabled);
        let models = callable.map(|model| (model.id, model.mode.as_str().to_owned())).collect();
        shelves.push(Shelf { provider: shelf.provider, name: shelf.name, models });
    }
    Ok(shelves)
}

/// The connections as choices; `stored` is there in any case, also when it is switched off.
pub fn choices(shelves: &[Shelf], stored: &str) -> Vec<Choice> {
    let known = shelves.iter().map(|shelf| Choice::new(shelf.provider.clone(), shelf.name.clone()));
    let mut choices: Vec<Choice> = known.collect();
    if !stored.is_empty() && shelves.iter().all(|shelf| shelf.provider != stored) {
        choices.push(Choice::new(stored, format!("{stored} (not to be called)")));
    }
    choices
}

/// The id of the list with the models of a connection; of all connections where none is chosen yet.
pub fn list_of(shelves: &[Shelf], provider: &str) -> String {
    if shelves.iter().any(|shelf| shelf.provider == provider) {
        return format!("models-{provider}");
    }
    "models-all".to_owned()
}

/// The lists of models, for the fields that name them. Browsers search them without any script.
#[component]
pub fn ModelLists(
    shelves: Vec<Shelf>,
    /// The connections that fields have chosen; the list of all stands there in any case.
    chosen: Vec<String>,
) -> AnyView {
    let all = shelves.iter().flat_map(|shelf| {
        let named = |(id, mode): &(String, String)| (id.clone(), format!("{}, {mode}", shelf.name));
        shelf.models.iter().map(named).collect::<Vec<_>>()
    });
    let all = list("models-all".to_owned(), all.collect());
    let of = shelves.iter().filter(|shelf| chosen.contains(&shelf.provider));
    let of = of.map(|shelf| list(format!("models-{}", shelf.provider), shelf.models.clone())).collect_view();
    view! { {all} {of} }.into_any()
}

fn list(id: String, models: Vec<(String, String)>) -> AnyView {
    let options = models.into_iter().map(|(id, words)| view! { <option value=id>{words}</option> });
    view! { <datalist id=id>{options.collect_view()}</datalist> }.into_any()
}

//! The times that a model was asked in a call, and how each went.

use domain::calls::Attempt;
use leptos::prelude::*;
use ui::{Card, Column, Row, Table, format};

/// Nothing where none was asked.
#[component]
pub fn Attempts(tried: Vec<Attempt>) -> AnyView {
    if tried.is_empty() {
        return ().into_any();
    }
    let columns =
        vec![Column::mono("Provider"), Column::mono("Model"), Column::new("Answer"), Column::number("After")];
    let rows: Vec<Row> = tried.iter().map(row).collect();
    view! {
        <Card title="Attempts" lead="Which models were asked, in order." flush=true>
            <Table caption="Attempts of the call" columns rows/>
        </Card>
    }
    .into_any()
}

fn row(tried: &Attempt) -> Row {
    Row::new()
        .cell(tried.provider.clone())
        .cell(tried.model.clone())
        .cell(answer(tried))
        .cell(format::millis(f64::from(tried.ms)))
}

/// `200`, `200, garbled`, `connection refused`
fn answer(tried: &Attempt) -> String {
    let failure = tried.failure.replace('_', " ");
    match tried.status {
        Some(status) if failure.is_empty() => status.to_string(),
        Some(status) => format!("{status}, {failure}"),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_says_its_status_and_what_went_wrong() {
        let of =
            |status, failure: &str| Attempt { status, failure: failure.to_owned(), ..Attempt::default() };
        for (tried, text) in [
            (of(Some(200), ""), "200"),
            (of(Some(200), "broke_off"), "200, broke off"),
            (of(None, "connection_refused"), "connection refused"),
        ] {
            assert_eq!(answer(&tried), text);
        }
    }
}

//! The models that the form of a new ai api names: a row each, under a name of its own.

use crate::api::upload::Fields;
use crate::error::AppError;
use domain::check::{Check, Invalid};
use domain::ids::ProviderId;
use domain::models::{AliasStrategy, ModelAlias, ModelTarget};

/// Rows of the form.
pub const ROWS: usize = 4;

/// What the form names, and the row that each model is from.
pub struct Offered {
    pub models: Vec<ModelAlias>,
    rows: Vec<usize>,
}

impl Offered {
    /// Rows without a model are left out; one without a name is called as its vendor calls it.
    pub fn read(fields: &Fields) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let (mut models, mut rows) = (Vec::new(), Vec::new());
        for at in 0..ROWS {
            let typed = |name: &str| fields.text(&format!("models[{at}][{name}]")).trim().to_owned();
            let model = typed("model");
            if model.is_empty() {
                continue;
            }
            let provider = check.parse::<ProviderId>(&format!("models[{at}].provider"), &typed("provider"));
            let name = Some(typed("alias")).filter(|name| !name.is_empty()).unwrap_or_else(|| model.clone());
            rows.push(at);
            models.extend(provider.map(|provider| ModelAlias {
                name,
                targets: vec![ModelTarget { provider, model, weight: 1, priority: 0 }],
                strategy: AliasStrategy::default(),
            }));
        }
        check.done(|| Some(Self { models, rows }))
    }

    /// What is wrong with a model, told at its row.
    pub fn at_the_form(&self, mut error: AppError) -> AppError {
        for wrong in &mut error.problem.fields {
            if let Some(field) = self.at_row(&wrong.field) {
                wrong.field = field;
            }
        }
        error
    }

    fn at_row(&self, field: &str) -> Option<String> {
        let (number, rest) = field.strip_prefix("models[")?.split_once(']')?;
        let row = self.rows.get(number.parse::<usize>().ok()?)?;
        Some(format!("models[{row}]{}", rest.replace(".targets[0]", "")))
    }
}

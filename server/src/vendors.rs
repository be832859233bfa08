//! The AI vendors that people can connect to: taken from the catalogue of `ai`, for the use cases and for the gateway.

use crate::commands::Failure;
use ai::catalogue::{Catalogue, KeyIn, Origin, Vendor};
use domain::models::entries::ModelFacts;
use domain::providers::{FormField, KeyForm, VendorForm};
use std::sync::Arc;

/// What is known of vendors and their models.
pub fn known() -> Result<(Vec<Vendor>, Arc<Catalogue>), Failure> {
    let vendors = ai::catalogue::vendors().map_err(|error| Failure::new(format!("vendors: {error}")))?;
    let models = Catalogue::built_in().map_err(|error| Failure::new(format!("models: {error}")))?;
    Ok((vendors, Arc::new(models)))
}

/// What each vendor asks of whoever connects to it.
pub fn forms() -> Result<Arc<[VendorForm]>, Failure> {
    let vendors = ai::catalogue::vendors().map_err(|error| Failure::new(format!("vendors: {error}")))?;
    Ok(vendors.iter().map(form).collect())
}

/// What is known of their models, for the use cases, and how a newer file is read.
pub fn models() -> Result<control::models::Catalogue, Failure> {
    let built_in = Catalogue::built_in().map_err(|error| Failure::new(format!("models: {error}")))?;
    Ok(control::models::Catalogue { built_in: facts(&built_in).into(), read: read_models })
}

fn read_models(file: &str) -> Result<Vec<ModelFacts>, String> {
    let catalogue = Catalogue::parse(file, Origin::Imported).map_err(|error| error.to_string())?;
    Ok(facts(&catalogue))
}

fn facts(catalogue: &Catalogue) -> Vec<ModelFacts> {
    catalogue.models().map(ai::catalogue::Model::facts).collect()
}

fn form(vendor: &Vendor) -> VendorForm {
    let field = |field: &ai::catalogue::Field| FormField {
        name: field.name.clone(),
        label: field.label.clone(),
        required: field.required,
        example: field.example.clone(),
    };
    VendorForm {
        id: vendor.id.clone(),
        name: vendor.name.clone(),
        key: key_form(vendor.key),
        base_url: vendor.base_url.clone(),
        fields: vendor.fields.iter().map(field).collect(),
        docs: vendor.docs.clone(),
        test_path: test_path(&vendor.id).map(str::to_owned),
    }
}

fn key_form(key: KeyIn) -> KeyForm {
    match key {
        KeyIn::Bearer => KeyForm::Bearer,
        KeyIn::XApiKey => KeyForm::XApiKey,
        KeyIn::ApiKey => KeyForm::ApiKey,
        KeyIn::XGoogApiKey => KeyForm::XGoogApiKey,
        KeyIn::Sigv4 => KeyForm::Sigv4,
        KeyIn::ServiceAccount => KeyForm::ServiceAccount,
        KeyIn::None => KeyForm::None,
    }
}

/// What is asked for to test a connection to a vendor, unless that is its list at `/models`.
fn test_path(vendor: &str) -> Option<&'static str> {
    match vendor {
        "ollama" => Some("/tags"),
        // of its other half: see where it is asked
        "bedrock" => Some("/foundation-models"),
        // it lists nothing that a service account may read; to count is free
        "vertex" => Some("/models/gemini-2.5-flash:countTokens"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_has_a_form() {
        let forms = forms().unwrap();
        assert_eq!(forms.len(), known().unwrap().0.len());
        let bedrock = forms.iter().find(|form| form.id == "bedrock").unwrap();
        assert_eq!((bedrock.key, bedrock.fields[0].name.as_str()), (KeyForm::Sigv4, "region"));
    }
}

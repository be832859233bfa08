//! The served OpenAPI document, to hold answers against.

use serde_json::Value;

#[derive(Clone)]
pub struct Described(pub Value);

impl Described {
    /// The operation of a request, if there is one: a path without variables wins over one with.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap();
        let paths = self.0["paths"].as_object().unwrap();
        let mut fitting: Vec<_> = paths.iter().filter(|(template, _)| fits(template, path)).collect();
        fitting.sort_by_key(|(template, _)| template.matches('{').count());
        fitting.first().and_then(|(_, item)| item.get(method.to_lowercase()))
    }

    pub fn resolve(&self, reference: &str) -> Option<&Value> {
        self.0.pointer(reference.strip_prefix('#')?)
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| t.starts_with('{') || t == p)
}

#[test]
fn templates_fit_paths() {
    assert!(fits("/teams/{team}/apis", "/teams/t1/apis"));
    assert!(!fits("/teams/{team}", "/teams/t1/apis"));
    assert!(!fits("/teams", "/apis"));
}

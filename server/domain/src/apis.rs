//! APIs: entries of the catalogue, each owned by a team.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, TeamId};
use crate::models::{ModelAlias, ModelAliases};
use crate::plans::Plan;
use crate::prompts::Prompt;
use crate::text::{Slug, VersionName};
use crate::upstream::{Upstream, UpstreamInput};
use crate::versions::VersionSummary;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// Who finds an api in the catalogue.
    Visibility {
        /// Everybody, also visitors who are not signed in where the platform allows that.
        Public = "public",
        /// Everybody who is signed in.
        Internal = "internal",
        /// Members of the owning team.
        Private = "private",
    }
}

wire_enum! {
    /// What stands behind an api.
    ApiKind {
        /// A backend.
        Rest = "rest",
        /// Models of providers, under names of the api's own.
        Ai = "ai",
        /// A prompt with places for variables, and a model that it is put to.
        Prompt = "prompt",
    }
}

/// A catalogue entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Api {
    pub id: ApiId,
    pub team: TeamId,
    pub slug: Slug,
    pub name: String,
    pub description: String,
    pub category: String,
    pub tags: Vec<String>,
    pub kind: ApiKind,
    pub visibility: Visibility,
    /// The version that also answers without a version segment.
    pub default_version: VersionName,
    pub created_at: Time,
    pub updated_at: Time,
}

/// An api with its versions and plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiDetail {
    #[serde(flatten)]
    pub api: Api,
    pub team_name: String,
    pub versions: Vec<VersionSummary>,
    pub plans: Vec<Plan>,
}

/// Creates an api from a backend address or an OpenAPI document; one of kind `ai` from models, of kind `prompt` from a
/// prompt.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateApi {
    pub name: String,
    /// Empty: made from the name.
    pub slug: String,
    /// `rest`, `ai` or `prompt`; empty: `rest`.
    pub kind: String,
    pub description: String,
    pub category: String,
    pub tags: Vec<String>,
    /// Empty: `internal`.
    pub visibility: String,
    pub upstream: Option<UpstreamInput>,
    /// The text of an OpenAPI 2.0, 3.0 or 3.1 document, JSON or YAML.
    pub openapi: Option<String>,
    /// An address to fetch the document from.
    pub openapi_url: Option<String>,
    /// What an api of kind `ai` offers, instead of an upstream.
    pub models: Option<Vec<ModelAlias>>,
    /// Of an api of kind `ai`: a request is refused when it says what the model's vendor cannot be told.
    pub strict_models: Option<bool>,
    /// What an api of kind `prompt` asks, instead of an upstream.
    pub prompt: Option<Prompt>,
}

/// Checked form of [`CreateApi`], without the document, which `control` reads.
#[derive(Clone, Debug)]
pub struct NewApi {
    pub name: String,
    pub slug: Slug,
    pub kind: ApiKind,
    pub description: String,
    pub category: String,
    pub tags: Vec<String>,
    pub visibility: Visibility,
    pub upstream: Option<Upstream>,
    /// Of an ai api.
    pub models: Option<ModelAliases>,
    /// Of a prompt api.
    pub prompt: Option<Prompt>,
}

impl CreateApi {
    /// Whether an OpenAPI document is given in any way.
    #[must_use]
    pub fn has_document(&self) -> bool {
        let filled = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        filled(&self.openapi) || filled(&self.openapi_url)
    }

    pub fn check(&self) -> Result<NewApi, Invalid> {
        let mut check = Check::new();
        let about = check_about(&mut check, &self.name, &self.description, &self.category, &self.tags);
        let slug = if self.slug.trim().is_empty() {
            let suggested = Slug::suggest(&self.name);
            check.require(
                suggested.is_some() || about.name.is_empty(),
                "slug",
                "is required: the name gives none",
            );
            suggested
        } else {
            check.parse::<Slug>("slug", &self.slug)
        };
        let kind = if self.kind.is_empty() { Some(ApiKind::Rest) } else { check.parse("kind", &self.kind) };
        let visibility = if self.visibility.is_empty() {
            Some(Visibility::Internal)
        } else {
            check.parse("visibility", &self.visibility)
        };
        let (upstream, models) = match kind {
            Some(ApiKind::Ai) => (None, self.check_models(&mut check)),
            Some(ApiKind::Prompt) => (None, None),
            // whatever it was meant to be, it is no rest api
            None if self.models.is_some() || self.prompt.is_some() => (None, None),
            Some(ApiKind::Rest) | None => (self.check_upstream(&mut check), None),
        };
        let prompt = self.check_prompt(kind, &mut check);
        let About { name, description, category, tags } = about;
        check.done(|| {
            Some(NewApi {
                name,
                slug: slug?,
                kind: kind?,
                description,
                category,
                tags,
                visibility: visibility?,
                upstream,
                models,
                prompt,
            })
        })
    }

    /// The backend of a rest api, as far as no document names it.
    fn check_upstream(&self, check: &mut Check) -> Option<Upstream> {
        check.require(self.models.is_none(), "models", "expected with the kind ai alone");
        check.require(self.strict_models.is_none(), "strict_models", "expected with the kind ai alone");
        let given = self.upstream.clone().filter(UpstreamInput::is_given);
        check.require(
            given.is_some() || self.has_document(),
            "upstream.url",
            "is required, unless an OpenAPI document names the server",
        );
        given.and_then(|input| check.part("upstream", input.check()))
    }

    /// What a prompt api asks.
    fn check_prompt(&self, kind: Option<ApiKind>, check: &mut Check) -> Option<Prompt> {
        if kind != Some(ApiKind::Prompt) {
            check.require(self.prompt.is_none(), "prompt", "expected with the kind prompt alone");
            return None;
        }
        for (given, field) in [
            (self.upstream.as_ref().is_some_and(UpstreamInput::is_given), "upstream"),
            (self.has_document(), "openapi"),
            (self.models.is_some(), "models"),
            (self.strict_models.is_some(), "strict_models"),
        ] {
            check.require(!given, field, "expected a prompt alone: a prompt api calls providers");
        }
        let Some(prompt) = self.prompt.clone() else {
            check.error("prompt", "is required with the kind prompt");
            return None;
        };
        check.part("prompt", prompt.check()).map(|()| prompt)
    }

    /// What an ai api offers.
    fn check_models(&self, check: &mut Check) -> Option<ModelAliases> {
        let filled = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        for (given, field) in [
            (self.upstream.as_ref().is_some_and(UpstreamInput::is_given), "upstream"),
            (filled(&self.openapi), "openapi"),
            (filled(&self.openapi_url), "openapi_url"),
        ] {
            check.require(!given, field, "expected models alone: an ai api calls providers");
        }
        let Some(aliases) = self.models.clone() else {
            check.error("models", "is required with the kind ai");
            return None;
        };
        let strict = self.strict_models.unwrap_or_default();
        let models = ModelAliases { aliases, strict, ..ModelAliases::default() };
        check.all(models.check());
        Some(models)
    }
}

struct About {
    name: String,
    description: String,
    category: String,
    tags: Vec<String>,
}

fn check_about(check: &mut Check, name: &str, description: &str, category: &str, tags: &[String]) -> About {
    check.require(tags.len() <= 20, "tags", "expected at most 20 tags");
    let mut clean: Vec<String> = Vec::new();
    for tag in tags.iter().filter(|tag| !tag.trim().is_empty()) {
        let tag = check.line("tags", &tag.to_lowercase(), 1, 40);
        if !clean.contains(&tag) {
            clean.push(tag);
        }
    }
    About {
        name: check.line("name", name, 1, 80),
        description: check.text("description", description, 10_000),
        category: check.line("category", category, 0, 60),
        tags: clean,
    }
}

/// Changes what the catalogue says of an api; an absent field stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateApi {
    pub name: Option<String>,
    pub description: Option<String>,
    pub category: Option<String>,
    pub tags: Option<Vec<String>>,
    pub visibility: Option<Visibility>,
    pub default_version: Option<VersionName>,
}

impl UpdateApi {
    /// The api with the changes applied. That the default version exists is checked in `control`.
    pub fn apply(self, api: &Api) -> Result<Api, Invalid> {
        let mut check = Check::new();
        let about = check_about(
            &mut check,
            self.name.as_deref().unwrap_or(&api.name),
            self.description.as_deref().unwrap_or(&api.description),
            self.category.as_deref().unwrap_or(&api.category),
            self.tags.as_deref().unwrap_or(&api.tags),
        );
        let About { name, description, category, tags } = about;
        check.done(|| {
            Some(Api {
                name,
                description,
                category,
                tags,
                visibility: self.visibility.unwrap_or(api.visibility),
                default_version: self.default_version.unwrap_or_else(|| api.default_version.clone()),
                ..api.clone()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creation_tells_all_errors_at_once() {
        let input = CreateApi { slug: "Bad Slug".into(), kind: "soap".into(), ..CreateApi::default() };
        let Invalid(errors) = input.check().unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "slug", "kind", "upstream.url"]);
    }

    #[test]
    fn creation_fills_what_is_left_out() {
        let upstream = Some(UpstreamInput::at("http://127.0.0.1:9000"));
        let tags = vec!["Animals".into(), " animals ".into(), String::new()];
        let new =
            CreateApi { name: "Pet Store".into(), upstream, tags, ..CreateApi::default() }.check().unwrap();
        assert_eq!(
            (new.slug.as_str(), new.visibility, new.kind),
            ("pet-store", Visibility::Internal, ApiKind::Rest)
        );
        assert_eq!(new.tags, ["animals"]);
    }
}

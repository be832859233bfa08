//! APIs of the world: published by the team that provides, with one plan of each approval.

use super::World;
use domain::apis::{Api, ApiKind, Visibility};
use domain::ids::{ApiId, PlanId, VersionId};
use domain::lifecycle::VersionState;
use domain::plans::{Approval, Limits, Plan, Rate};
use domain::policies::Policies;
use domain::routes::Route;
use domain::text::VersionName;
use domain::upstream::Upstream;
use domain::versions::{Lifecycle, Version, VersionConfig};
use store::versions::NewRevision;

/// An api, how its subscriptions are approved, and its version.
pub struct NewApi {
    pub api: Api,
    pub version: Version,
    pub automatic: Plan,
    pub manual: Plan,
}

impl World {
    /// A published api that everybody who is signed in finds.
    pub async fn api(&self, slug: &str) -> NewApi {
        self.api_that_is(slug, Visibility::Internal, VersionState::Published).await
    }

    pub async fn api_that_is(&self, slug: &str, visibility: Visibility, state: VersionState) -> NewApi {
        let api = Api {
            id: self.id(ApiId::from_parts),
            team: self.provider.id.clone(),
            slug: slug.parse().unwrap(),
            name: format!("The {slug}"),
            description: String::new(),
            category: String::new(),
            tags: Vec::new(),
            kind: ApiKind::Rest,
            visibility,
            default_version: VersionName::first(),
            created_at: self.now(),
            updated_at: self.now(),
        };
        let automatic = self.plan(&api, "Free", Approval::Automatic);
        let manual = self.plan(&api, "Gold", Approval::Manual);
        let mut tx = self.control.store().begin().await.unwrap();
        store::apis::insert(&mut tx, &api).await.unwrap();
        store::plans::insert(&mut tx, &automatic).await.unwrap();
        store::plans::insert(&mut tx, &manual).await.unwrap();
        tx.commit().await.unwrap();
        let version = self.version(&api, "v1", state).await;
        NewApi { api, version, automatic, manual }
    }

    fn plan(&self, api: &Api, name: &str, approval: Approval) -> Plan {
        Plan {
            id: self.id(PlanId::from_parts),
            api: api.id.clone(),
            name: name.to_owned(),
            description: String::new(),
            approval,
            limits: Limits { rate: Some(Rate { requests: 10, seconds: 1 }), ..Limits::default() },
            terms: String::new(),
            closed: false,
        }
    }

    /// Adds a version in a state; all but drafts have a live revision.
    pub async fn version(&self, api: &Api, name: &str, state: VersionState) -> Version {
        let upstream = Upstream::at("http://192.0.2.1".parse().unwrap());
        let version = Version {
            id: self.id(VersionId::from_parts),
            api: api.id.clone(),
            name: name.parse().unwrap(),
            state: VersionState::Draft,
            live_revision: None,
            draft: VersionConfig {
                upstream,
                models: None,
                prompt: None,
                routes: vec![Route::everything()],
                hosts: Vec::new(),
                policies: Policies::default(),
                docs: String::new(),
            },
            has_document: false,
            lifecycle: Lifecycle::default(),
            created_at: self.now(),
            updated_at: self.now(),
        };
        let mut tx = self.control.store().begin().await.unwrap();
        store::versions::insert(&mut tx, &version, None).await.unwrap();
        tx.commit().await.unwrap();
        if state == VersionState::Draft { version } else { self.publish(version, state).await }
    }

    async fn publish(&self, version: Version, state: VersionState) -> Version {
        let revision = NewRevision {
            note: String::new(),
            published_by: "Pia".to_owned(),
            published_at: self.now(),
            config: version.draft.clone(),
        };
        let mut tx = self.control.store().begin().await.unwrap();
        let number = store::versions::insert_revision(&mut tx, &version.id, &revision).await.unwrap();
        let version = Version { live_revision: Some(number), ..version };
        tx.commit().await.unwrap();
        self.set_state(version, state, Lifecycle::default()).await
    }

    pub async fn set_state(&self, version: Version, state: VersionState, lifecycle: Lifecycle) -> Version {
        let version = Version { state, lifecycle, ..version };
        let mut tx = self.control.store().begin().await.unwrap();
        store::versions::update_state(&mut tx, &version).await.unwrap();
        tx.commit().await.unwrap();
        version
    }
}

//! Names of apis and applications for rows and charts that know their ids alone. What was deleted keeps its id.

use crate::error::Result;
use crate::services::Control;
use domain::ids::{ApiId, ApplicationId};
use std::collections::{HashMap, HashSet};

/// Names that were looked up together.
pub(crate) struct Names {
    apis: HashMap<ApiId, String>,
    applications: HashMap<ApplicationId, String>,
}

impl Names {
    /// Looks all of them up, each id once.
    pub async fn load(
        control: &Control,
        apis: impl IntoIterator<Item = ApiId>,
        applications: impl IntoIterator<Item = ApplicationId>,
    ) -> Result<Self> {
        let apis: Vec<ApiId> = apis.into_iter().collect::<HashSet<_>>().into_iter().collect();
        let applications: Vec<ApplicationId> =
            applications.into_iter().collect::<HashSet<_>>().into_iter().collect();
        let mut conn = control.store().read().await?;
        Ok(Self {
            apis: store::apis::names(&mut conn, &apis).await?.into_iter().collect(),
            applications: store::applications::names(&mut conn, &applications).await?.into_iter().collect(),
        })
    }

    pub fn api(&self, id: &ApiId) -> Option<&str> {
        self.apis.get(id).map(String::as_str)
    }

    pub fn application(&self, id: &ApplicationId) -> Option<&str> {
        self.applications.get(id).map(String::as_str)
    }
}

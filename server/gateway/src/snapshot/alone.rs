//! Versions that stand in no snapshot: they are tried, and nobody finds them.

use super::SnapshotHandle;
use super::compile::Compiler;
use super::version::Version;
use domain::gateway_config::GatewayApi;
use domain::prompts::trial::PromptCall;
use std::sync::PoisonError;

impl SnapshotHandle {
    /// The version of a trial, as it would be served: it draws on the same limits as the api's others. The error says
    /// why it cannot be. Takes CPU time, and waits for a publication that is under way.
    pub fn alone(&self, call: &PromptCall) -> Result<Version, String> {
        let mut interned = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.current.load_full();
        let api = GatewayApi {
            id: call.api.clone(),
            slug: call.slug.clone(),
            default_version: call.version.name.clone(),
            versions: Vec::new(),
            drafts: Vec::new(),
            unreadable: Vec::new(),
        };
        Compiler::new(&last, &mut interned, &self.installation).alone(&api, &call.version)
    }
}

//! What is done to calls of models, and to the bodies of all calls.

use super::Compiler;
use crate::ai::cache::{AnswerCache, Kept};
use crate::ai::guard::Guard;
use crate::ai::policies::Policies;
use ai::mask::Masker;
use domain::gateway_config::GatewayVersion;
use domain::ids::ApiId;
use std::sync::Arc;

impl Compiler<'_> {
    /// Of a version with a backend, masking alone.
    pub(super) fn policies(&mut self, api: &ApiId, live: &GatewayVersion) -> Result<Policies, String> {
        let config = &live.config.policies;
        let mask = config.mask.as_ref().map(Masker::new).transpose();
        let mask = mask.map_err(|error| format!("mask: {error}"))?.map(Arc::new);
        if live.models.is_none() {
            return Ok(Policies { mask, ..Policies::default() });
        }
        let cache = config.cache.as_ref().map(|cache| {
            // an answer is given again as long as nothing has changed that it depends on
            let depends =
                serde_json::json!({ "version": live.id, "config": live.config, "models": live.models });
            let print = *blake3::hash(depends.to_string().as_bytes()).as_bytes();
            let name = format!("{api} {} {}", cache.max_entries, cache.max_bytes);
            let kept = self.interned.kept.entry(name).or_insert_with(|| Arc::new(Kept::new(cache)));
            Arc::new(AnswerCache::new(cache, Arc::clone(kept), print))
        });
        let guard = config.guard.as_ref().map(Guard::new).transpose()?.map(Arc::new);
        Ok(Policies { guard, mask, cache })
    }
}

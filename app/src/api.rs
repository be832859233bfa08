//! What forms post to: one server function a use case. Each takes the fields of its form, calls one use case and says
//! where the browser goes next; [`TABLE`] says who may call it, and what is not in the table is not served.

pub mod accounts;
pub mod apis;
pub mod applications;
pub mod budgets;
pub mod certificates;
pub mod credentials;
pub mod invitations;
pub mod models;
pub mod plans;
pub mod playground;
pub mod profile;
pub mod prompts;
pub mod providers;
pub mod requests;
pub mod sessions;
pub mod settings;
pub mod subscriptions;
pub mod teams;
pub mod theme;
pub mod tokens;
pub mod versions;

mod typed;
mod upload;

use crate::access::Access::{Anonymous, Platform, SignedIn, Team};
use crate::access::Endpoint;
use domain::roles::Permission as P;

/// Every server function.
pub const TABLE: &[Endpoint] = &[
    Endpoint::new("/api/setup", Anonymous),
    Endpoint::new("/api/sessions/create", Anonymous),
    Endpoint::new("/api/sessions/delete", SignedIn).unaudited(),
    Endpoint::new("/api/accounts/create", Anonymous),
    Endpoint::new("/api/accounts/update", Platform(P::AccountsManage)),
    Endpoint::new("/api/invitations/create", Platform(P::AccountsManage)),
    Endpoint::new("/api/invitations/accept", Anonymous),
    Endpoint::new("/api/invitations/delete", Platform(P::AccountsManage)),
    Endpoint::new("/api/profile/update", SignedIn),
    Endpoint::new("/api/profile/password", SignedIn),
    Endpoint::new("/api/tokens/create", SignedIn),
    Endpoint::new("/api/tokens/delete", SignedIn),
    Endpoint::new("/api/settings/update", Platform(P::SettingsManage)),
    Endpoint::new("/api/providers/create", Platform(P::ProvidersManage)),
    Endpoint::new("/api/providers/update", Platform(P::ProvidersManage)),
    Endpoint::new("/api/providers/test", Platform(P::ProvidersManage)),
    Endpoint::new("/api/providers/delete", Platform(P::ProvidersManage)),
    Endpoint::new("/api/provider-keys/create", Platform(P::ProvidersManage)),
    Endpoint::new("/api/provider-keys/update", Platform(P::ProvidersManage)),
    Endpoint::new("/api/provider-keys/switch", Platform(P::ProvidersManage)),
    Endpoint::new("/api/provider-keys/replace", Platform(P::ProvidersManage)),
    Endpoint::new("/api/provider-keys/delete", Platform(P::ProvidersManage)),
    Endpoint::new("/api/models/set-price", Platform(P::ProvidersManage)),
    Endpoint::new("/api/models/delete-price", Platform(P::ProvidersManage)),
    Endpoint::new("/api/models/update", Platform(P::ProvidersManage)),
    Endpoint::new("/api/models/create", Platform(P::ProvidersManage)),
    Endpoint::new("/api/models/delete", Platform(P::ProvidersManage)),
    Endpoint::new("/api/models/upload", Platform(P::ProvidersManage)).upload(),
    Endpoint::new("/api/models/import", Platform(P::ProvidersManage)),
    Endpoint::new("/api/models/undo-import", Platform(P::ProvidersManage)),
    Endpoint::new("/api/teams/create", Platform(P::TeamsCreate)),
    Endpoint::new("/api/teams/update", Team(P::TeamsManage)),
    Endpoint::new("/api/teams/delete", Team(P::TeamsManage)),
    Endpoint::new("/api/teams/leave", SignedIn),
    Endpoint::new("/api/members/create", Team(P::TeamsManage)),
    Endpoint::new("/api/members/update", Team(P::TeamsManage)),
    Endpoint::new("/api/members/delete", Team(P::TeamsManage)),
    Endpoint::new("/api/certificates/create", Team(P::ApisPublish)),
    Endpoint::new("/api/certificates/update", Team(P::ApisPublish)),
    Endpoint::new("/api/certificates/replace", Team(P::ApisPublish)),
    Endpoint::new("/api/certificates/delete", Team(P::ApisPublish)),
    Endpoint::new("/api/apis/create", Team(P::ApisEdit)).upload(),
    Endpoint::new("/api/apis/update", Team(P::ApisEdit)),
    Endpoint::new("/api/apis/default-version", Team(P::ApisPublish)),
    Endpoint::new("/api/apis/delete", Team(P::ApisPublish)),
    Endpoint::new("/api/versions/create", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/upstream", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/tls", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/hosts", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/cors", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/server-timing", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/mask", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/guard", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/cache", Team(P::ApisEdit)),
    Endpoint::new("/api/prompts/update", Team(P::ApisEdit)).upload(),
    Endpoint::new("/api/prompts/run", Team(P::ApisEdit)).upload(),
    Endpoint::new("/api/versions/docs", Team(P::ApisEdit)).import(),
    Endpoint::new("/api/versions/document", Team(P::ApisEdit)).upload(),
    Endpoint::new("/api/versions/publish", Team(P::ApisPublish)),
    Endpoint::new("/api/versions/rollback", Team(P::ApisPublish)),
    Endpoint::new("/api/versions/deprecate", Team(P::ApisPublish)),
    Endpoint::new("/api/versions/restore", Team(P::ApisPublish)),
    Endpoint::new("/api/versions/block", Team(P::ApisPublish)),
    Endpoint::new("/api/versions/unblock", Team(P::ApisPublish)),
    Endpoint::new("/api/versions/retire", Team(P::ApisPublish)),
    Endpoint::new("/api/routes/create", Team(P::ApisEdit)),
    Endpoint::new("/api/routes/update", Team(P::ApisEdit)),
    Endpoint::new("/api/routes/delete", Team(P::ApisEdit)),
    Endpoint::new("/api/aliases/create", Team(P::ApisEdit)),
    Endpoint::new("/api/aliases/update", Team(P::ApisEdit)),
    Endpoint::new("/api/aliases/delete", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/strict-models", Team(P::ApisEdit)),
    Endpoint::new("/api/versions/model-retries", Team(P::ApisEdit)),
    Endpoint::new("/api/limits/create", Team(P::ApisEdit)),
    Endpoint::new("/api/limits/update", Team(P::ApisEdit)),
    Endpoint::new("/api/limits/delete", Team(P::ApisEdit)),
    Endpoint::new("/api/plans/create", Team(P::PlansManage)),
    Endpoint::new("/api/plans/update", Team(P::PlansManage)),
    Endpoint::new("/api/plans/close", Team(P::PlansManage)),
    Endpoint::new("/api/plans/delete", Team(P::PlansManage)),
    Endpoint::new("/api/budgets/create", Team(P::BudgetsManage)),
    Endpoint::new("/api/budgets/update", Team(P::BudgetsManage)),
    Endpoint::new("/api/budgets/delete", Team(P::BudgetsManage)),
    Endpoint::new("/api/applications/create", Team(P::ApplicationsManage)),
    Endpoint::new("/api/applications/update", Team(P::ApplicationsManage)),
    Endpoint::new("/api/applications/delete", Team(P::ApplicationsManage)),
    Endpoint::new("/api/credentials/create", Team(P::CredentialsManage)),
    Endpoint::new("/api/credentials/rotate", Team(P::CredentialsManage)),
    Endpoint::new("/api/credentials/revoke", Team(P::CredentialsManage)),
    Endpoint::new("/api/subscriptions/request", Team(P::SubscriptionsRequest)),
    Endpoint::new("/api/subscriptions/pause", Team(P::SubscriptionsRequest)),
    Endpoint::new("/api/subscriptions/resume", Team(P::SubscriptionsRequest)),
    Endpoint::new("/api/subscriptions/renew", Team(P::SubscriptionsDecide)),
    Endpoint::new("/api/subscriptions/cancel", Team(P::SubscriptionsRequest)),
    Endpoint::new("/api/requests/approve", Team(P::SubscriptionsDecide)),
    Endpoint::new("/api/requests/reject", Team(P::SubscriptionsDecide)),
    Endpoint::new("/api/theme/update", Anonymous).unaudited(),
];

/// The line of the table for a path.
#[must_use]
pub fn endpoint(path: &str) -> Option<&'static Endpoint> {
    TABLE.iter().find(|endpoint| endpoint.path == path)
}

/// Server functions without a line in the table, and lines without a server function. Start fails on any.
#[must_use]
pub fn unlisted() -> Vec<String> {
    let registered: Vec<String> =
        server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let without_line = registered.iter().filter(|path| endpoint(path).is_none()).cloned();
    let without_function =
        TABLE.iter().map(|endpoint| endpoint.path.to_owned()).filter(|path| !registered.contains(path));
    without_line.chain(without_function).collect()
}

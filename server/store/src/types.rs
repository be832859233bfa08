//! How the domain's texts, ids and words are kept in a column: as the text that they parse from.

use domain::accounts::AccountStatus;
use domain::apis::{ApiKind, Visibility};
use domain::budgets::Unit;
use domain::ids::{
    AccountId, ApiId, ApplicationId, AuditId, BudgetId, CertificateId, CredentialId, InvitationId,
    ModelImportId, ModelUploadId, PlanId, ProviderId, ProviderKeyId, RequestId, RunId, SubscriptionId,
    TeamId, TokenId, VersionId,
};
use domain::lifecycle::VersionState;
use domain::plans::{Approval, Period};
use domain::requests::{RequestKind, RequestState};
use domain::roles::{PlatformRole, TeamRole};
use domain::subscriptions::{Side, SubscriptionState};
use domain::text::{EmailAddress, HostName, Slug, VersionName};
use domain::tokens::TokenScope;
use domain::upstream::UpstreamUrl;
use domain::usage::Grain;

use crate::error::{Error, Result};
use crate::exec::{FromColumn, Nullable, Row, Value};

macro_rules! text_columns {
    ($($type:ty),* $(,)?) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, column: &str) -> Result<Self> {
                row.get::<String>(column)?.parse().map_err(|error| Error::bad_column(column, error))
            }
        }

        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::from(value.to_string())
            }
        }

        impl From<&$type> for Value {
            fn from(value: &$type) -> Self {
                Self::from(value.to_string())
            }
        }

        impl Nullable for $type {
            const NULL: Value = Value::Text(None);
        }

        impl Nullable for &$type {
            const NULL: Value = Value::Text(None);
        }
    )*};
}

text_columns! {
    AccountId,
    AccountStatus,
    ApiId,
    ApiKind,
    ApplicationId,
    Approval,
    AuditId,
    BudgetId,
    CertificateId,
    CredentialId,
    EmailAddress,
    Grain,
    HostName,
    InvitationId,
    ModelImportId,
    ModelUploadId,
    Period,
    PlanId,
    PlatformRole,
    ProviderId,
    ProviderKeyId,
    RequestId,
    RunId,
    RequestKind,
    RequestState,
    Side,
    Slug,
    SubscriptionId,
    SubscriptionState,
    TeamId,
    TeamRole,
    TokenId,
    TokenScope,
    Unit,
    UpstreamUrl,
    VersionId,
    VersionName,
    VersionState,
    Visibility,
}

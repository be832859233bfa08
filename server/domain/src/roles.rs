//! Who may do what: one table. Deny by default: what has no row here, nobody may do.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// What an account may do on the platform as a whole.
    PlatformRole {
        /// Everything.
        Administrator = "administrator",
        /// Settings, providers, policies, logs; no accounts.
        Operator = "operator",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
        /// The catalogue and their own teams.
        Member = "member",
    }
}

wire_enum! {
    /// What an account may do in one team.
    TeamRole {
        /// All of the team.
        Owner = "owner",
        /// APIs, plans, approvals.
        Publisher = "publisher",
        /// Drafts, docs, reads usage.
        Developer = "developer",
        /// Applications, credentials, subscriptions.
        Consumer = "consumer",
        /// Reads.
        Viewer = "viewer",
    }
}

wire_enum! {
    /// One thing that can be allowed.
    Permission {
        CatalogueRead = "catalogue.read",
        AccountsRead = "accounts.read",
        AccountsManage = "accounts.manage",
        SettingsRead = "settings.read",
        SettingsManage = "settings.manage",
        ProvidersRead = "providers.read",
        ProvidersManage = "providers.manage",
        AuditRead = "audit.read",
        TeamsCreate = "teams.create",
        TeamsRead = "teams.read",
        TeamsManage = "teams.manage",
        ApisRead = "apis.read",
        ApisEdit = "apis.edit",
        ApisPublish = "apis.publish",
        PlansManage = "plans.manage",
        BudgetsManage = "budgets.manage",
        SubscriptionsDecide = "subscriptions.decide",
        ApplicationsRead = "applications.read",
        ApplicationsManage = "applications.manage",
        CredentialsManage = "credentials.manage",
        SubscriptionsRequest = "subscriptions.request",
        UsageRead = "usage.read",
        CallsRead = "calls.read",
    }
}

use Permission as P;
use PlatformRole::{Administrator, Auditor, Member, Operator};
use TeamRole::{Consumer, Developer, Owner, Publisher, Viewer};

/// The permission matrix: who holds it everywhere through a platform role, and who in a team through a team role.
pub const MATRIX: &[(Permission, &[PlatformRole], &[TeamRole])] = &[
    (P::CatalogueRead, &[Administrator, Operator, Auditor, Member], &[]),
    (P::AccountsRead, &[Administrator, Auditor], &[]),
    (P::AccountsManage, &[Administrator], &[]),
    (P::SettingsRead, &[Administrator, Operator, Auditor], &[]),
    (P::SettingsManage, &[Administrator, Operator], &[]),
    (P::ProvidersRead, &[Administrator, Operator, Auditor], &[]),
    (P::ProvidersManage, &[Administrator, Operator], &[]),
    (P::AuditRead, &[Administrator, Auditor], &[]),
    (P::TeamsCreate, &[Administrator], &[]),
    (P::TeamsRead, &[Administrator, Operator, Auditor], &[Owner, Publisher, Developer, Consumer, Viewer]),
    (P::TeamsManage, &[Administrator], &[Owner]),
    (P::ApisRead, &[Administrator, Operator, Auditor], &[Owner, Publisher, Developer, Consumer, Viewer]),
    (P::ApisEdit, &[Administrator], &[Owner, Publisher, Developer]),
    (P::ApisPublish, &[Administrator], &[Owner, Publisher]),
    (P::PlansManage, &[Administrator], &[Owner, Publisher]),
    (P::BudgetsManage, &[Administrator, Operator], &[Owner]),
    (P::SubscriptionsDecide, &[Administrator], &[Owner, Publisher]),
    (
        P::ApplicationsRead,
        &[Administrator, Operator, Auditor],
        &[Owner, Publisher, Developer, Consumer, Viewer],
    ),
    (P::ApplicationsManage, &[Administrator], &[Owner, Consumer]),
    (P::CredentialsManage, &[Administrator], &[Owner, Consumer]),
    (P::SubscriptionsRequest, &[Administrator], &[Owner, Consumer]),
    (P::UsageRead, &[Administrator, Operator, Auditor], &[Owner, Publisher, Developer, Consumer, Viewer]),
    (P::CallsRead, &[Administrator, Operator, Auditor], &[Owner, Publisher, Developer, Consumer]),
];

impl Permission {
    fn row(self) -> (&'static [PlatformRole], &'static [TeamRole]) {
        MATRIX.iter().find(|row| row.0 == self).map_or((&[], &[]), |row| (row.1, row.2))
    }

    /// The team roles that hold it, most powerful first: what a refusal names as missing.
    #[must_use]
    pub fn team_roles(self) -> &'static [TeamRole] {
        self.row().1
    }

    #[must_use]
    pub fn platform_roles(self) -> &'static [PlatformRole] {
        self.row().0
    }
}

impl PlatformRole {
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        permission.platform_roles().contains(&self)
    }
}

impl TeamRole {
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        permission.team_roles().contains(&self)
    }

    /// One line for the page where a role is chosen.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Owner => "everything in the team, including its members",
            Publisher => "APIs, plans and approvals",
            Developer => "drafts and docs of APIs, reads usage",
            Consumer => "applications, credentials and subscriptions",
            Viewer => "reads, changes nothing",
        }
    }
}

impl PlatformRole {
    /// One line for the page where a role is chosen.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Administrator => "everything on the platform",
            Operator => "settings, providers, policies and logs, no accounts",
            Auditor => "reads everything, changes nothing",
            Member => "the catalogue and their own teams",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrix of the product, written a second time as a drawing: one column a role, in the order of `ALL`.
    /// Platform: administrator, operator, auditor, member; team: owner, publisher, developer, consumer, viewer.
    const DRAWING: &str = "
        catalogue.read         xxxx -----
        accounts.read          x-x- -----
        accounts.manage        x--- -----
        settings.read          xxx- -----
        settings.manage        xx-- -----
        providers.read         xxx- -----
        providers.manage       xx-- -----
        audit.read             x-x- -----
        teams.create           x--- -----
        teams.read             xxx- xxxxx
        teams.manage           x--- x----
        apis.read              xxx- xxxxx
        apis.edit              x--- xxx--
        apis.publish           x--- xx---
        plans.manage           x--- xx---
        budgets.manage         xx-- x----
        subscriptions.decide   x--- xx---
        applications.read      xxx- xxxxx
        applications.manage    x--- x--x-
        credentials.manage     x--- x--x-
        subscriptions.request  x--- x--x-
        usage.read             xxx- xxxxx
        calls.read             xxx- xxxx-
    ";

    #[test]
    fn the_matrix_is_as_drawn() {
        let mark = |allowed: bool| if allowed { 'x' } else { '-' };
        let mut rows = 0;
        for line in DRAWING.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let permission: Permission = words[0].parse().unwrap();
            let platform: String =
                PlatformRole::ALL.iter().map(|role| mark(role.allows(permission))).collect();
            let team: String = TeamRole::ALL.iter().map(|role| mark(role.allows(permission))).collect();
            assert_eq!([platform.as_str(), team.as_str()], [words[1], words[2]], "{permission}");
            rows += 1;
        }
        assert_eq!(rows, Permission::ALL.len());
        assert_eq!(MATRIX.len(), Permission::ALL.len(), "one row for each permission");
    }
}

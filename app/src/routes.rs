//! The pages of the portal: a line each, with its address and who may open it.

use crate::access::Access;
use crate::error::AppError;
use crate::frame::Frame;
use crate::link;
use crate::pages;
use crate::server::{incoming, needs, set_status};
use domain::problem::{Problem, ProblemKind};
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::path;
use ui::ProblemPage;

/// A page's address and who may open it.
#[derive(Clone, Copy, Debug)]
pub struct PageRoute {
    pub path: &'static str,
    pub access: Access,
}

macro_rules! pages {
    ($($path:tt, $access:expr, $frame:ident => $page:path;)*) => {
        /// Every page.
        pub const PAGES: &[PageRoute] = &[$(PageRoute { path: $path, access: $access },)*];

        /// The page that the address names.
        #[component]
        pub fn Pages() -> impl IntoView {
            view! {
                <FlatRoutes fallback=pages::NotFound>
                    $(<Route path=path!($path) view=|| $frame($access, || $page().into_any())/>)*
                </FlatRoutes>
            }
        }
    };
}

use Access::{Anonymous, Platform, SignedIn};

pages! {
    "/", SignedIn, framed => pages::home::Home;
    "/setup/:secret", Anonymous, bare => pages::entry::set_up::SetUp;
    "/sign-in", Anonymous, bare => pages::entry::sign_in::SignIn;
    "/sign-up", Anonymous, bare => pages::entry::sign_up::SignUp;
    "/invitations/:secret", Anonymous, bare => pages::entry::invitation::AcceptInvitation;
    "/profile", SignedIn, framed => pages::profile::Profile;
    "/profile/tokens", SignedIn, framed => pages::profile::tokens::Tokens;
    "/teams", SignedIn, framed => pages::teams::list::Teams;
    "/teams/new", SignedIn, framed => pages::teams::new::NewTeam;
    "/teams/:team", SignedIn, framed => pages::teams::team::Team;
    "/teams/:team/certificates", SignedIn, framed => pages::teams::certificates::Certificates;
    "/certificates/:certificate", SignedIn, framed => pages::teams::certificates::CertificatePage;
    "/teams/:team/edit", SignedIn, framed => pages::teams::edit::EditTeam;
    "/accounts", Platform(Permission::AccountsRead), framed => pages::accounts::list::Accounts;
    "/accounts/:account", Platform(Permission::AccountsRead), framed => pages::accounts::account::AccountPage;
    "/invitations", Platform(Permission::AccountsRead), framed => pages::accounts::invitations::Invitations;
    "/roles", SignedIn, framed => pages::roles::Roles;
    "/settings", Platform(Permission::SettingsRead), framed => pages::settings::SettingsPage;
    "/providers", Platform(Permission::ProvidersRead), framed => pages::providers::list::Providers;
    "/providers/new", Platform(Permission::ProvidersManage), framed => pages::providers::connect::NewProvider;
    "/providers/:provider", Platform(Permission::ProvidersRead), framed => pages::providers::provider::ProviderPage;
    "/providers/:provider/keys/:key", Platform(Permission::ProvidersRead), framed => pages::providers::key::KeyPage;
    "/models", SignedIn, framed => pages::models::list::Models;
    "/models/model", SignedIn, framed => pages::models::model::ModelPage;
    "/models/new", Platform(Permission::ProvidersManage), framed => pages::models::new::NewModel;
    "/models/import", Platform(Permission::ProvidersRead), framed => pages::models::import::ImportPage;
    "/gateway", Platform(Permission::SettingsRead), framed => pages::gateway::Gateway;
    "/audit", Platform(Permission::AuditRead), framed => pages::audit::Audit;
    "/problems", Anonymous, framed => pages::problems::Problems;
    "/problems/:name", Anonymous, framed => pages::problems::ProblemKindPage;
    "/catalogue", Anonymous, listed => pages::catalogue::list::Catalogue;
    "/catalogue/:slug", Anonymous, listed => pages::catalogue::overview::Overview;
    "/catalogue/:slug/subscribe", SignedIn, framed => pages::catalogue::subscribe::Subscribe;
    "/catalogue/:slug/first-call", SignedIn, framed => pages::catalogue::first_call::FirstCall;
    "/catalogue/:slug/:version", Anonymous, listed => pages::catalogue::overview::Overview;
    "/catalogue/:slug/:version/reference", Anonymous, listed => pages::catalogue::reference::Reference;
    "/catalogue/:slug/:version/operations/:operation", Anonymous, listed => pages::catalogue::operation::OperationPage;
    "/catalogue/:slug/:version/plans", Anonymous, listed => pages::catalogue::plans::Plans;
    "/catalogue/:slug/:version/changes", Anonymous, listed => pages::catalogue::changes::Changes;
    "/catalogue/:slug/:version/access", SignedIn, framed => pages::catalogue::access::Access;
    "/apis", SignedIn, framed => pages::apis::list::Apis;
    "/apis/new", SignedIn, framed => pages::apis::new::NewApi;
    "/apis/:api", SignedIn, framed => pages::apis::overview::Overview;
    "/apis/:api/design", SignedIn, framed => pages::apis::design::Design;
    "/apis/:api/routes", SignedIn, framed => pages::apis::routes::Routes;
    "/apis/:api/routes/edit", SignedIn, framed => pages::apis::routes::EditRoute;
    "/apis/:api/upstream", SignedIn, framed => pages::apis::upstream::Upstream;
    "/apis/:api/upstream/limits", SignedIn, framed => pages::apis::upstream::EditLimit;
    "/apis/:api/upstream/models", SignedIn, framed => pages::apis::upstream::EditAlias;
    "/apis/:api/playground", SignedIn, framed => pages::playground::Playground;
    "/apis/:api/plans", SignedIn, framed => pages::apis::plans::Plans;
    "/apis/:api/plans/new", SignedIn, framed => pages::apis::plans::NewPlan;
    "/apis/:api/plans/:plan", SignedIn, framed => pages::apis::plans::EditPlan;
    "/apis/:api/consumers", SignedIn, framed => pages::apis::consumers::Consumers;
    "/apis/:api/docs", SignedIn, framed => pages::apis::docs::Docs;
    "/apis/:api/changes", SignedIn, framed => pages::apis::changes::Changes;
    "/apis/:api/compare", SignedIn, framed => pages::apis::changes::Compare;
    "/apis/:api/settings", SignedIn, framed => pages::apis::settings::Settings;
    "/applications", SignedIn, framed => pages::applications::list::Applications;
    "/applications/new", SignedIn, framed => pages::applications::new::NewApplication;
    "/applications/:application", SignedIn, framed => pages::applications::overview::Overview;
    "/applications/:application/credentials", SignedIn, framed => pages::applications::credentials::Credentials;
    "/applications/:application/subscriptions", SignedIn, framed => pages::applications::subscriptions::Subscriptions;
    "/applications/:application/calls", SignedIn, framed => pages::applications::calls::Calls;
    "/applications/:application/settings", SignedIn, framed => pages::applications::settings::Settings;
    "/inbox", SignedIn, framed => pages::inbox::Inbox;
    "/budgets", SignedIn, framed => pages::budgets::Budgets;
    "/budgets/:budget", SignedIn, framed => pages::budgets::BudgetPage;
    "/usage", SignedIn, framed => pages::usage::Usage;
    "/apis/:api/usage", SignedIn, framed => pages::usage::ApiUsage;
    "/calls", SignedIn, framed => pages::calls::Calls;
    "/calls/:call", SignedIn, framed => pages::calls::CallDetail;
}

/// A page in the frame, for those who may open it; the way to sign in or what is missing, for others.
fn framed(access: Access, page: fn() -> AnyView) -> AnyView {
    let incoming = incoming();
    let refusal = match (access, incoming.actor.as_ref()) {
        (Anonymous, _) => None,
        (_, None) => return sign_in_first(),
        (Platform(permission), Some(actor)) if !actor.may_on_platform(permission) => Some(needs(permission)),
        _ => None,
    };
    match refusal {
        Some(detail) => {
            let problem = Problem::new(ProblemKind::Forbidden, detail);
            view! { <Failed problem/> }.into_any()
        }
        None => view! { <Frame>{page()}</Frame> }.into_any(),
    }
}

/// A page of the catalogue: for visitors only where the platform shows it to them.
fn listed(access: Access, page: fn() -> AnyView) -> AnyView {
    framed(if incoming().settings.anonymous_catalogue { access } else { SignedIn }, page)
}

/// A page that draws all of itself: the ways in.
fn bare(_: Access, page: fn() -> AnyView) -> AnyView {
    page()
}

/// Sends a visitor to the sign-in page, and from there back.
fn sign_in_first() -> AnyView {
    let here = incoming().here();
    let next = if here == "/" { String::new() } else { link::query(&[("next", &here)]) };
    leptos_axum::redirect(&format!("/sign-in{next}"));
    ().into_any()
}

/// A page that says what went wrong, in the frame.
#[component]
pub fn Failed(problem: Problem) -> AnyView {
    view! { <Frame><FailedHere problem/></Frame> }.into_any()
}

/// What went wrong, in the place of a page that is in the frame already.
#[component]
pub fn FailedHere(problem: Problem) -> AnyView {
    set_status(problem.kind.status());
    let error = AppError::from(problem);
    view! {
        <Title text=error.problem.title()/>
        <ProblemPage problem=error/>
    }
    .into_any()
}

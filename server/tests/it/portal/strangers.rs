//! Every server function and every page against people of other teams: what is refused to them works for the right
//! person, with the very same form or at the very same address.

use super::ai_apis::chat;
use super::models::connection;
use super::prompts::summary;
use super::providers::{bare, connected};
use super::support::{Answer, Browser};
use super::trade::{DOCUMENT, Trade, signed};
use app::access::Access;
use app::routes::PAGES;
use domain::accounts::CreateInvitation;
use domain::apis::{UpdateApi, Visibility};
use domain::models::imports::ImportCatalogue;
use domain::plans::Approval;
use domain::roles::PlatformRole;
use domain::tokens::CreateToken;
use http::StatusCode;
use std::collections::BTreeMap;

/// Who may send it, where to, and its fields. In this order the right person succeeds with all of them: Petra's team
/// offers the api, Carl's uses it.
const FORMS: &str = "
petra  /api/teams/update            team={team}&name=Home
petra  /api/members/create          team={team}&email=vera@example.com&role=viewer
petra  /api/members/update          team={team}&account={vera}&role=developer
petra  /api/members/delete          team={team}&account={vera}
petra  /api/apis/create             team={team}&name=Dogs&url=https://dogs.example.com
petra  /api/apis/update             api={api}&name=Animals&visibility=internal
petra  /api/apis/default-version    api={api}&version=v1
petra  /api/versions/create         api={api}&name=v2&from=v1
petra  /api/versions/upstream       api={api}&version=v1&url=https://dogs.example.com&{waits}
petra  /api/certificates/create    team={team}&name=Cats&chain={chain}&private_key={private key}
petra  /api/certificates/update     certificate={certificate}&name=Birds
petra  /api/certificates/replace    certificate={certificate}&chain={chain}&private_key={private key}
petra  /api/versions/tls            api={api}&version=v1&client_certificate={certificate}&server_name=dogs.internal
petra  /api/certificates/delete     certificate={second certificate}
petra  /api/versions/hosts          api={api}&version=v1&hosts=pets.example.com
petra  /api/versions/cors           api={api}&version=v1
petra  /api/versions/server-timing  api={api}&version=v1&enabled=true
petra  /api/versions/mask           api={ai api}&version=v1&enabled=true&email=true&action=redact&direction=both
petra  /api/versions/guard          api={ai api}&version=v1&enabled=true&max_messages=9
petra  /api/versions/cache          api={ai api}&version=v1&enabled=true&ttl_s=60&max_entries=9&max_bytes=65536
petra  /api/versions/docs           api={api}&version=v1&docs=Hello
petra  /api/versions/document       api={api}&version=v1&openapi={document}
petra  /api/versions/publish        api={api}&version=v1
petra  /api/versions/rollback       api={api}&version=v1&revision=1
petra  /api/routes/create           api={api}&version=v1&methods=get&path=/dogs
petra  /api/routes/update           api={api}&version=v1&label=GET /dogs&methods=get&path=/dogs/*
petra  /api/routes/delete           api={api}&version=v1&label=GET /dogs/*
petra  /api/aliases/create          api={ai api}&version=v1&alias=slow&targets[0][provider]={lab}&targets[0][model]=m
petra  /api/aliases/update          api={ai api}&version=v1&known=slow&alias=sure&targets[0][provider]={lab}&targets[0][model]=n
petra  /api/aliases/delete          api={ai api}&version=v1&known=sure
petra  /api/versions/strict-models  api={ai api}&version=v1&enabled=true
petra  /api/versions/model-retries  api={ai api}&version=v1&attempts=2&within_s=30
petra  /api/limits/create           api={api}&version=v1&name=each&by=address&quota_requests=9&quota_period=day
petra  /api/limits/update           api={api}&version=v1&limit=each&name=all&by=api&rate_requests=9&rate_seconds=1
petra  /api/limits/delete           api={api}&version=v1&limit=all
petra  /api/prompts/update          api={prompt}&version=v1&messages[0][role]=user&messages[0][template]=Hello&targets[0][provider]={connection}&targets[0][model]=large
petra  /api/prompts/run             api={prompt}&version=v1&sides[0][prompt]=draft v1
petra  /api/budgets/create          subject={api}&unit=tokens&amount=1000&period=day
petra  /api/budgets/update          budget={budget}&amount=2000
petra  /api/budgets/delete          budget={budget}
petra  /api/plans/create            api={api}&name=Bronze&approval=manual
petra  /api/plans/update            api={api}&plan={unused}&name=Iron&approval=manual
petra  /api/plans/close             api={api}&plan={unused}&closed=true
petra  /api/plans/delete            api={api}&plan={unused}
petra  /api/versions/deprecate      api={api}&version=v1
petra  /api/versions/restore        api={api}&version=v1
petra  /api/versions/block          api={api}&version=v1&reason=a leak
petra  /api/versions/unblock        api={api}&version=v1
petra  /api/requests/approve        request={asked}
petra  /api/requests/reject         request={asked again}&reason=no
either /api/subscriptions/pause     subscription={held}
either /api/subscriptions/resume    subscription={held}
petra  /api/subscriptions/renew     subscription={held}&expires_at=2027-01-01
either /api/subscriptions/cancel    subscription={held}
carl   /api/subscriptions/request   slug=pets&plan={free}&application={application}&reason=We sell dogs
carl   /api/applications/create     team={consumers}&name=Till
carl   /api/applications/update     application={application}&name=Shop
carl   /api/credentials/create      application={application}&name=three
carl   /api/credentials/rotate      credential={one key}&overlap_seconds=0
carl   /api/credentials/revoke      credential={another key}
carl   /api/applications/delete     application={second application}
petra  /api/versions/retire         api={api}&version=v1
petra  /api/apis/delete             api={second api}
petra  /api/tokens/delete           token={token}
petra  /api/teams/delete            team={empty}
either /api/teams/leave             team={crowded}
ada    /api/models/set-price        provider={connection}&model=gpt-4o&input=1
ada    /api/models/delete-price     provider={connection}&model=gpt-4o
ada    /api/models/update           provider={connection}&model=gpt-4o
ada    /api/models/create           provider={connection}&id=house&mode=chat
ada    /api/models/delete           provider={connection}&model=house
ada    /api/models/upload           text={models}
ada    /api/models/import           upload={upload}
ada    /api/models/undo-import      nothing=else
ada    /api/providers/test          provider={lab}
ada    /api/provider-keys/create    provider={vendor}&name=two&secret=sk-0123456789abcdef
ada    /api/provider-keys/update    provider={vendor}&provider_key={vendor key}&name=one&weight=2&position=1
ada    /api/provider-keys/switch    provider={vendor}&provider_key={vendor key}
ada    /api/provider-keys/replace   provider={vendor}&provider_key={vendor key}&secret=sk-fedcba9876543210
ada    /api/provider-keys/delete    provider={vendor}&provider_key={vendor key}
ada    /api/providers/update        provider={lab}&name=House&base_url=https://models.example.com&enabled=true
ada    /api/providers/create        kind=openai&name=Third
ada    /api/providers/delete        provider={vendor}
ada    /api/invitations/delete      invitation={invitation}
ada    /api/invitations/create      email=else@example.com&role=member
ada    /api/accounts/update         account={vera}&status=disabled
ada    /api/settings/update         name=House&keep_calls_days=30&members_create_teams=false
";

/// Functions for everybody who is signed in that name no object of others.
const OWN: [&str; 5] = [
    "/api/sessions/delete",
    "/api/profile/update",
    "/api/profile/password",
    "/api/tokens/create",
    "/api/teams/create",
];

struct Form {
    by: &'static str,
    path: &'static str,
    fields: Vec<(&'static str, String)>,
}

impl Form {
    fn all(values: &BTreeMap<&str, String>) -> Vec<Self> {
        FORMS.trim().lines().map(|line| Self::read(line, values)).collect()
    }

    fn read(line: &'static str, values: &BTreeMap<&str, String>) -> Self {
        let (by, rest) = line.split_once(' ').unwrap();
        let (path, fields) = rest.trim_start().split_once(' ').unwrap();
        let fields = fields.trim_start().replace("{waits}", WAITS).leak();
        let fields = fields.split('&').map(|field| {
            let (name, value) = field.split_once('=').unwrap();
            let named = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            (name, named.map_or_else(|| value.to_owned(), |name| values[name].clone()))
        });
        Self { by, path, fields: fields.collect() }
    }

    fn is_for(&self, name: &str) -> bool {
        self.by == name || (self.by == "either" && name != "fritz")
    }

    async fn send(&self, browser: &mut Browser) -> Answer {
        let fields: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if app::api::endpoint(self.path).unwrap().multipart {
            browser.ask_multipart(self.path, &fields).await
        } else {
            browser.ask(self.path, &fields).await
        }
    }
}

const WAITS: &str = "connect_ms=1000&first_byte_ms=1000&idle_ms=1000&total_ms=5000";

/// Everything that the forms name.
async fn values(trade: &Trade) -> BTreeMap<&'static str, String> {
    let control = trade.control();
    let vera = trade.portal.account("vera", PlatformRole::Member).await;
    let ada = trade.portal.account("ada", PlatformRole::Administrator).await;
    let ada = trade.actor(&ada.id).await;
    let invitation =
        CreateInvitation { email: "new@example.com".to_owned(), role: PlatformRole::Member.to_string() };
    let invitation = control::invitations::create(control, &ada, invitation).await.unwrap();
    let token = CreateToken { name: "ci".to_owned(), ..CreateToken::default() };
    let token = control::tokens::create(control, &trade.petra, token).await.unwrap();
    let models = "vendor,model,mode\nopenai,gpt-4o,chat\n".to_owned();
    let given = ImportCatalogue { file: models.clone() };
    let upload = control::models::upload(control, &ada, &given).await.unwrap();
    let signed = signed();
    let lab = bare(control).await.id;
    let vendor = connected(control, &ada).await;
    let connection = connection(trade).await;
    BTreeMap::from([
        ("prompt", summary(trade, &connection).await.to_string()),
        ("connection", connection.to_string()),
        ("models", models),
        ("upload", upload.id.to_string()),
        ("budget", trade.budget().await.to_string()),
        ("chain", signed.chain),
        ("private key", signed.private_key),
        ("certificate", trade.certificate("Dogs").await.to_string()),
        ("second certificate", trade.certificate("Fish").await.to_string()),
        ("team", trade.api.api.team.to_string()),
        ("empty", trade.team(&trade.petra, "Empty").await.to_string()),
        ("crowded", trade.crowded_team().await.to_string()),
        ("consumers", trade.consumers.to_string()),
        ("vera", vera.id.to_string()),
        ("api", trade.api.api.id.to_string()),
        ("second api", trade.draft("Second").await.to_string()),
        ("document", DOCUMENT.to_owned()),
        ("free", trade.plan("Copper", Approval::Automatic).await.id.to_string()),
        ("unused", trade.plan("Unused", Approval::Automatic).await.id.to_string()),
        ("held", trade.subscribe(&trade.automatic).await.id.to_string()),
        ("asked", trade.ask("Kiosk").await.to_string()),
        ("asked again", trade.ask("Stall").await.to_string()),
        ("application", trade.application.id.to_string()),
        ("second application", trade.application_named("Second").await.to_string()),
        ("one key", trade.key("one").await),
        ("another key", trade.key("two").await),
        ("ai api", chat(trade, &lab).await.api.id.to_string()),
        ("lab", lab.to_string()),
        ("vendor key", vendor.keys[0].id.to_string()),
        ("vendor", vendor.id.to_string()),
        ("token", token.token.id.to_string()),
        ("invitation", invitation.invitation.id.to_string()),
    ])
}

/// How long the audit trail is: it grows with whatever changes.
async fn deeds(trade: &Trade) -> i64 {
    control::audit::verify(trade.control()).await.unwrap().rows
}

#[test]
fn every_server_function_has_a_form_here() {
    for endpoint in app::api::TABLE.iter().filter(|endpoint| endpoint.access != Access::Anonymous) {
        let here = FORMS.contains(&format!(" {} ", endpoint.path)) || OWN.contains(&endpoint.path);
        assert!(here, "{} is not in the list", endpoint.path);
    }
}

#[tokio::test]
async fn people_of_other_teams_change_nothing_and_the_right_ones_do() {
    let trade = Trade::new().await;
    let forms = Form::all(&values(&trade).await);
    let mut people = BTreeMap::from([("fritz", trade.foreigner().await)]);
    for name in ["petra", "carl", "ada"] {
        people.insert(name, trade.browser(name).await);
    }
    let before = deeds(&trade).await;
    for form in &forms {
        let others = ["fritz", "petra", "carl"].into_iter().filter(|name| !form.is_for(name));
        for name in others {
            let answer = form.send(people.get_mut(name).unwrap()).await;
            let refused = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
            assert!(refused, "{} by {name}: {} {}", form.path, answer.status, answer.body);
            // what is not theirs to see is not there: only what the catalogue shows may be forbidden
            let hidden = form.by != "ada" && name == "fritz";
            assert!(!hidden || answer.status == StatusCode::NOT_FOUND, "{} by {name}", form.path);
        }
    }
    assert_eq!(deeds(&trade).await, before);
    for form in &forms {
        let name = if form.by == "either" { "petra" } else { form.by };
        let answer = form.send(people.get_mut(name).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{} by {name}: {}", form.path, answer.body);
    }
}

/// Where each `:x` of a page's address leads.
fn named<'a>(
    name: &str,
    trade: &'a Trade,
    (call, certificate, budget): (&'a str, &'a str, &'a str),
) -> &'a str {
    match name {
        "team" => trade.api.api.team.as_str(),
        "api" => trade.api.api.id.as_str(),
        "plan" => trade.manual.id.as_str(),
        "application" => trade.application.id.as_str(),
        "slug" => "pets",
        "version" => "v1",
        "call" => call,
        "certificate" => certificate,
        "budget" => budget,
        other => panic!("what is {other:?} of a page?"),
    }
}

#[tokio::test]
async fn pages_of_other_teams_are_not_there_and_those_of_ones_own_are() {
    let trade = Trade::new().await;
    let held = trade.subscribe(&trade.automatic).await.id;
    // some pages ask for more than the address has
    let asked = format!("?subscription={held}&route=ANY%20/*&name=each&from=1&to=1");
    trade.limit("each").await;
    let private = UpdateApi { visibility: Some(Visibility::Private), ..UpdateApi::default() };
    control::apis::update(trade.control(), &trade.petra, &trade.api.api.id, private).await.unwrap();
    let call = trade.call(1, 200);
    trade.record(std::slice::from_ref(&call)).await;
    let certificate = trade.certificate("Pets").await;
    let budget = trade.budget().await;
    let (mut fritz, mut petra) = (trade.foreigner().await, trade.browser("petra").await);
    let mut carl = trade.browser("carl").await;
    let mut pages = 0;
    for page in PAGES.iter().filter(|page| page.access == Access::SignedIn && page.path.contains(':')) {
        let segments = page.path.split('/').map(|segment| match segment.strip_prefix(':') {
            Some(name) => named(name, &trade, (&call.id, certificate.as_str(), budget.as_str())),
            None => segment,
        });
        let path = segments.collect::<Vec<_>>().join("/") + &asked;
        let refused = fritz.get(&path).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        refused.lacks("Pets").lacks("Web shop").lacks("Shelter");
        let own = if page.path.starts_with("/applications/") { &mut carl } else { &mut petra };
        let shown = own.get(&path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.body);
        pages += 1;
    }
    assert!(pages >= 25, "{pages}");
}

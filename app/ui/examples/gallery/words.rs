//! Notices, badges, code, facts: everything that says something.

use crate::home::frame;
use crate::sample::{HOUR, NOW};
use leptos::prelude::*;
use ui::*;

pub fn page() -> AnyView {
    frame("Audit", Box::new(|| view! { <Page>{content()}</Page> }.into_any()))
}

const CURL: &str = "curl https://gateway.example.com/payments/v2/charges \\\n  -H \"X-API-Key: $KEY\" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"amount\": 1200, \"currency\": \"EUR\", \"description\": \"A rather long description that makes this line scroll\"}'";

fn content() -> impl IntoView {
    view! {
        <PageHeader title="Words" lead="Everything that tells a person something."/>
        <Notice tone=Tone::Info title="Draft differs from live" actions=view! { <Button size=ButtonSize::Small>"Review 3 changes"</Button> }>
            "Three routes and a plan have changed since revision 13."
        </Notice>
        <Notice tone=Tone::Good>"Payments v2 is live at the gateway."</Notice>
        <Notice tone=Tone::Warning title="Sunset on 2026-06-01">"Four applications still call this version."</Notice>
        <Notice tone=Tone::Danger title="The backend refused the connection">"connect to 10.0.4.7:443: refused"</Notice>
        <Notice>"Nothing special."</Notice>
        <div class="grid">
            <Card title="Badges">{badges()}</Card>
            <Card title="Facts">{facts()}</Card>
            <Card title="Limits">
                <Meter label="Calls today" used=412.0 limit=1_000.0 text="412 of 1,000"/>
                <Meter label="Tokens this month" used=880_000.0 limit=1_000_000.0 text="880k of 1M"/>
                <Meter label="Cost this month" used=50.0 limit=50.0 text="$50.00 of $50.00"/>
            </Card>
        </div>
        <Secret
            label="Your key for Mobile app"
            value="gh_live_4f8a2c1d9b7e6350af21_8Zk2Qm"
            note="This is the only time it is shown. Keep it where your deployment keeps secrets."
            copy=view! { <Button kind=ButtonKind::Button glyph=Glyph::Copy>"Copy"</Button> }
        />
        <CodeBlock title="Create a charge" language="curl" code=CURL copy=view! {
            <IconButton kind=ButtonKind::Button glyph=Glyph::Copy label="Copy" size=ButtonSize::Small/>
        }/>
        <DiffView title="Revision 13 → draft" lines=diff()/>
        <div class="split">
            <Card title="Guide"><Prose html=GUIDE/></Card>
            <Card title="Icons">{icons()}</Card>
        </div>
        <Card title="History"><Timeline entries=history()/></Card>
    }
}

const GUIDE: &str = "<h1>First charge</h1><p>Create a key, then call <code>POST /charges</code>. \
    Read <a href=\"#\">the reference</a> for every field.</p><ul><li>Amounts are in cents.</li>\
    <li>Currencies are ISO 4217.</li></ul><pre><code>{ \"amount\": 1200 }</code></pre>\
    <blockquote>Refunds can be partial.</blockquote>\
    <table><thead><tr><th>Field</th><th>Type</th></tr></thead><tbody><tr><td>amount</td><td>integer</td></tr></tbody></table>";

fn badges() -> impl IntoView {
    let states = [
        "draft",
        "published",
        "deprecated",
        "blocked",
        "retired",
        "pending",
        "active",
        "rejected",
        "paused",
        "expired",
        "invited",
    ];
    view! {
        <div class="row">{states.map(|state| view! { <StateBadge state/> }).collect_view()}</div>
        <div class="row">
            <Method method="GET"/> <Method method="POST"/> <Method method="PUT"/> <Method method="DELETE"/>
            <HttpStatus status=200/> <HttpStatus status=304/> <HttpStatus status=429/> <HttpStatus status=502/>
        </div>
        <div class="row">
            <Tag label="v2"/> <Tag label="payments"/> <Avatar name="Ada Lovelace"/> <Avatar name="Grace Hopper"/>
            <Avatar name="Core payments" team=true/> <Avatar name="Linus" large=true/> <kbd>"Ctrl"</kbd> <kbd>"K"</kbd>
        </div>
    }
}

fn facts() -> impl IntoView {
    view! {
        <DefinitionList>
            <KeyValue label="Owner">"Core payments"</KeyValue>
            <KeyValue label="Credential"><code>"gh_live_4f8a…"</code></KeyValue>
            <KeyValue label="Last used"><Time at=NOW - 3 * HOUR now=NOW/></KeyValue>
            <KeyValue label="Request">"01J9ZK4M3QX8"</KeyValue>
        </DefinitionList>
    }
}

fn diff() -> Vec<DiffLine> {
    let mut lines: Vec<DiffLine> =
        (1..9).map(|index| DiffLine::kept(format!("  route {index}: GET /charges/{index}"))).collect();
    lines.push(DiffLine::removed("  timeout: 30s"));
    lines.push(DiffLine::added("  timeout: 10s"));
    lines.push(DiffLine::added("  retries: 2"));
    lines.extend((1..20).map(|index| DiffLine::kept(format!("  header {index}"))));
    lines
}

fn history() -> Vec<TimelineEntry> {
    vec![
        TimelineEntry::new(NOW, "Ada Lovelace approved the subscription")
            .glyph(Glyph::Check)
            .tone(Tone::Good),
        TimelineEntry::new(NOW - HOUR, "Grace Hopper asked for access")
            .glyph(Glyph::Key)
            .detail("“For the new checkout.”"),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of all there are")]
fn icons() -> impl IntoView {
    use Glyph::*;
    let all = [
        Add,
        Analytics,
        Api,
        Application,
        ArrowDown,
        ArrowRight,
        ArrowUp,
        Audit,
        Bell,
        Calls,
        Catalogue,
        Check,
        CheckCircle,
        ChevronDown,
        ChevronRight,
        Clock,
        Close,
        Copy,
        Document,
        Download,
        Edit,
        External,
        Eye,
        Filter,
        Gateway,
        Home,
        Inbox,
        Info,
        Key,
        Link,
        Lock,
        Menu,
        Model,
        Moon,
        More,
        Pause,
        Plan,
        Play,
        Policy,
        Problem,
        Prompt,
        Provider,
        Publish,
        Refresh,
        Revision,
        Route,
        Search,
        Settings,
        Shield,
        SignOut,
        Star,
        Sun,
        System,
        Team,
        Trash,
        Upload,
        User,
        Warning,
    ];
    view! { <div class="row">{all.map(|glyph| view! { <Icon glyph large=true/> }).collect_view()}</div> }
}

//! Who may call what, for all endpoints: from the list of routes, not from memory.

use crate::apis::runs::runs_of_a_prompt;
use crate::support::{World, account_of, signed};
use domain::roles::{PlatformRole, TeamRole};
use rest::{Access, EndpointInfo};
use serde_json::{Value, json};

/// A body that each operation can do something with.
fn body_of(world: &World, operation: &str) -> Value {
    match operation {
        "PATCH /accounts/me" | "PATCH /settings" | "PATCH /teams/{team}" => json!({ "name": "Another" }),
        "PATCH /accounts/{account}" => json!({ "status": "active" }),
        "POST /invitations" => json!({ "email": "second@example.com" }),
        "POST /teams" => json!({ "name": "Third" }),
        "POST /teams/{team}/certificates" => {
            let pair = signed();
            json!({ "name": "Second", "chain": pair.chain, "private_key": pair.private_key })
        }
        "PATCH /certificates/{certificate}" => json!({ "name": "Another" }),
        "POST /certificates/{certificate}/replace" => {
            let pair = signed();
            json!({ "chain": pair.chain, "private_key": pair.private_key })
        }
        "POST /teams/{team}/members" => json!({ "email": "member@example.com" }),
        "PATCH /teams/{team}/members/{account}" => json!({ "role": "viewer" }),
        "POST /teams/{team}/apis" => {
            json!({ "name": "Second", "slug": "second", "upstream": { "url": "http://127.0.0.1:9" } })
        }
        "PATCH /apis/{api}" | "PATCH /applications/{application}" => json!({ "description": "Another" }),
        "POST /apis/{api}/versions" => json!({ "name": "v2" }),
        "PATCH /apis/{api}/versions/{version}" => json!({ "docs": "# Pets" }),
        "POST /apis/{api}/versions/{version}/rollback" => json!({ "revision": 1 }),
        "POST /apis/{api}/versions/{version}/block" => json!({ "reason": "a leak" }),
        "POST /apis/{api}/plans" => json!({ "name": "Gold" }),
        "PATCH /apis/{api}/plans/{plan}" => json!({ "terms": "be kind" }),
        "POST /budgets" => {
            json!({ "subject": world.named["api"], "unit": "tokens", "amount": 1_000, "period": "day" })
        }
        "PATCH /budgets/{budget}" => json!({ "amount": 2_000 }),
        "POST /teams/{team}/applications" => json!({ "name": "Second" }),
        "POST /applications/{application}/credentials" => json!({ "name": "second" }),
        "POST /credentials/{credential}/rotate" => json!({ "overlap_seconds": 60 }),
        "POST /applications/{application}/subscriptions" => json!({ "plan": world.named["plan"] }),
        "PUT /models/{provider}/{model}/price" => json!({ "prices": [{ "dollars": { "input": "1" } }] }),
        "PATCH /models/{provider}/{model}" => json!({ "enabled": true }),
        "POST /providers/{provider}/models" => json!({ "id": "house", "mode": "chat" }),
        "POST /models/import" | "POST /models/import/check" => json!({ "file": "openai,gpt-small,0.1" }),
        "POST /providers" => json!({ "name": "Second", "kind": "openai" }),
        "PATCH /providers/{provider}" => json!({ "name": "Another" }),
        "POST /providers/{provider}/keys" => json!({ "name": "second", "secret": "sk-second" }),
        "PATCH /providers/{provider}/keys/{key}" => json!({ "weight": 7 }),
        "POST /providers/{provider}/keys/{key}/replace" => json!({ "secret": "sk-another" }),
        _ => json!({}),
    }
}

fn below(info: &EndpointInfo) -> String {
    info.path.strip_prefix("/api/v1").unwrap().to_owned()
}

async fn call(world: &World, who: &str, info: &EndpointInfo) -> crate::support::Reply {
    let template = below(info);
    let operation = format!("{} {template}", info.method);
    // only prompts are run
    let template =
        if template.ends_with("/runs/{run}") { template.replace("{api}", "{prompt}") } else { template };
    let body = matches!(info.method, "POST" | "PUT" | "PATCH").then(|| body_of(world, &operation));
    world.send(world.request(who, info.method, &world.at(&template), body)).await
}

/// Of a prompt of the owner's team.
async fn name_a_run(world: &mut World) {
    let (path, asked) = runs_of_a_prompt(world).await;
    let run = world.post("developer", &path, asked).await.expect(201);
    world.named.insert("prompt", run.text_at("/api"));
    world.named.insert("run", run.text_at("/id"));
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::new().await;
    let endpoints = rest::endpoints();
    assert!(endpoints.len() > 70, "{}", endpoints.len());
    for info in &endpoints {
        let reply = call(&world, "anonymous", info).await;
        let open = below(info) == "/openapi.json";
        // the catalogue is open only where the platform shows it to everybody
        assert_eq!(reply.status, if open { 200 } else { 401 }, "{info:?}: {}", reply.text);
    }
}

/// Endpoints that answer with what is the caller's own, whoever that is.
const OWN: [&str; 18] = [
    "GET /openapi.json",
    "GET /accounts/me",
    "PATCH /accounts/me",
    "GET /tokens",
    "GET /teams",
    "POST /teams",
    "GET /apis",
    "GET /applications",
    "GET /subscriptions",
    "GET /requests",
    "GET /calls",
    "GET /budgets",
    "GET /usage",
    "GET /catalogue",
    "GET /models",
    "GET /models/{provider}/{model}",
    "GET /catalogue/facets",
    "POST /tokens",
];

#[tokio::test]
async fn what_belongs_to_another_team_is_not_there() {
    let mut world = World::new().await;
    name_a_run(&mut world).await;
    for info in rest::endpoints() {
        let operation = format!("{} {}", info.method, below(&info));
        if OWN.contains(&operation.as_str()) {
            continue;
        }
        let before = world.audited().await;
        for who in ["foreign", "member"] {
            let reply = call(&world, who, &info).await;
            match info.access {
                Access::Platform(_) => {
                    assert!([403, 404].contains(&reply.status), "{who} {operation}: {}", reply.text)
                }
                _ => assert_eq!(reply.status, 404, "{who} {operation}: {}", reply.text),
            }
            assert!(!reply.text.contains("Petstore") && !reply.text.contains("Weather"), "{}", reply.text);
        }
        assert_eq!(world.audited().await, before, "{operation}");
    }
}

#[tokio::test]
async fn own_lists_show_nothing_of_another_team() {
    let world = World::new().await;
    for path in ["/apis", "/applications", "/subscriptions", "/requests", "/calls", "/budgets", "/catalogue"]
    {
        let reply = world.get("foreign", path).await.expect(200);
        assert_eq!(reply.json["items"], json!([]), "{path}");
        assert_ne!(world.get("owner", path).await.expect(200).json["items"], json!([]), "{path}");
    }
    assert_eq!(world.get("foreign", "/usage").await.expect(200).json["totals"]["calls"], 0);
    assert_eq!(world.get("owner", "/usage").await.expect(200).json["totals"]["calls"], 1);
}

/// First what leaves everything in its place, then what takes it away, from the leaves to the root.
fn order(info: &EndpointInfo) -> usize {
    let template = below(info);
    let last = [
        "/publish",
        "/cancel",
        "/retire",
        "DELETE /budgets/{budget}",
        "DELETE /certificates/{certificate}",
        "DELETE /credentials/{credential}",
        "DELETE /providers/{provider}/keys/{key}",
        "DELETE /providers/{provider}",
        "DELETE /applications/{application}",
        "DELETE /apis/{api}/plans/{plan}",
        "DELETE /apis/{api}",
        "DELETE /teams/{team}/members/{account}",
        "DELETE /teams/{team}",
    ];
    let operation = format!("{} {template}", info.method);
    last.iter().position(|end| operation.ends_with(end)).map_or(0, |at| at + 1)
}

#[tokio::test]
async fn the_permission_that_an_endpoint_names_is_the_one_that_it_asks_for() {
    let mut world = World::new().await;
    name_a_run(&mut world).await;
    // somebody who can go without being missed here
    world.named.insert("account", account_of("member").to_string());
    let mut endpoints = rest::endpoints();
    endpoints.sort_by_key(order);
    let mut asked = 0;
    for info in &endpoints {
        let Access::Team(permission) = info.access else { continue };
        let (holders, others): (Vec<TeamRole>, Vec<TeamRole>) =
            TeamRole::ALL.iter().partition(|role| role.allows(permission));
        for role in others {
            let reply = call(&world, role.as_str(), info).await;
            assert_eq!(reply.status, 403, "{role} {info:?}: {}", reply.text);
        }
        // the least of those who may; what it does not go with is another matter
        let role = holders.last().unwrap();
        let reply = call(&world, role.as_str(), info).await;
        assert!(![401, 403, 404].contains(&reply.status), "{role} {info:?}: {} {}", reply.status, reply.text);
        asked += 1;
    }
    assert!(asked > 35, "{asked}");
}

#[tokio::test]
async fn platform_permissions_are_asked_for_on_the_platform() {
    let world = World::new().await;
    let who = [
        ("administrator", PlatformRole::Administrator),
        ("auditor", PlatformRole::Auditor),
        ("owner", PlatformRole::Member),
    ];
    let mut asked = 0;
    let mut endpoints = rest::endpoints();
    endpoints.sort_by_key(order);
    for info in endpoints {
        let Access::Platform(permission) = info.access else { continue };
        for (name, role) in who.iter().rev() {
            let created_by_members = permission.as_str() == "teams.create" && *role == PlatformRole::Member;
            let reply = call(&world, name, &info).await;
            if role.allows(permission) || created_by_members {
                assert!(reply.status < 300 || reply.status == 409, "{name} {info:?}: {}", reply.text);
            } else {
                assert!([403, 404].contains(&reply.status), "{name} {info:?}: {}", reply.text);
            }
            asked += 1;
        }
    }
    assert!(asked >= 30, "{asked}");
}

#[tokio::test]
async fn a_token_is_known_whole_or_not_at_all() {
    let world = World::new().await;
    let good = world.token("owner").to_owned();
    let mut last = good.clone();
    let end = if last.pop() == Some('0') { '1' } else { '0' };
    last.push(end);
    for (value, status) in [
        (format!("Bearer {good}"), 200),
        (format!("bearer  {good}"), 200),
        (format!("Bearer {last}"), 401),
        ("Bearer".to_owned(), 401),
        ("Bearer ".to_owned(), 401),
        (good.clone(), 401),
        (format!("Basic {good}"), 401),
    ] {
        let request = http::Request::get("/api/v1/accounts/me").header("authorization", &value);
        let reply = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(reply.status, status, "{value}");
    }
    let twice = http::Request::get("/api/v1/accounts/me").header("authorization", format!("Bearer {good}"));
    let twice = twice.header("authorization", "Bearer x").body(axum::body::Body::empty()).unwrap();
    assert_eq!(world.send(twice).await.status, 400);
    let wrong = http::Request::get("/api/v1/catalogue").header("authorization", "Bearer ght_wrong");
    let reply = world.send(wrong.body(axum::body::Body::empty()).unwrap()).await.expect(401);
    assert!(reply.header("www-authenticate").contains("invalid_token"));
}

//! Connections to AI vendors: what is taken, who may, where keys may go, and that no secret gets out.

mod keys;
mod tried;

use crate::support::{World, actions, refused_as};
use chrono::Duration;
use control::{Actor, Control, Result, providers};
use domain::audit::AuditFilter;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::net::{OutboundGuard, local_ranges};
use domain::paging::{Page, PageOf};
use domain::problem::ProblemKind;
use domain::providers::{
    CreateProvider, CreateProviderKey, Provider, ProviderSecret, ReplaceSecret, TestProvider, UpdateProvider,
    UpdateProviderKey, VendorForm,
};
use domain::roles::{Permission, PlatformRole};
use store::both;
use store::providers::keys::secret;

pub fn key(name: &str, secret: &str) -> CreateProviderKey {
    CreateProviderKey {
        name: name.to_owned(),
        secret: ProviderSecret::of(secret),
        ..CreateProviderKey::default()
    }
}

pub fn input(name: &str, kind: &str, keys: &[(&str, &str)]) -> CreateProvider {
    CreateProvider {
        name: name.to_owned(),
        kind: kind.to_owned(),
        keys: keys.iter().map(|(name, secret)| key(name, secret)).collect(),
        ..CreateProvider::default()
    }
}

pub fn at(base_url: &str, input: CreateProvider) -> CreateProvider {
    CreateProvider { base_url: Some(base_url.to_owned()), ..input }
}

pub fn with(name: &str, value: &str, mut input: CreateProvider) -> CreateProvider {
    input.settings.insert(name.to_owned(), value.to_owned());
    input
}

pub async fn create(world: &World, input: CreateProvider) -> Provider {
    providers::create(&world.control, &world.administrator, input).await.unwrap()
}

pub async fn get(world: &World, id: &ProviderId) -> Provider {
    providers::get(&world.control, &world.auditor, id).await.unwrap()
}

/// The same installation, where this machine may be called.
pub fn local(world: &World) -> Control {
    world.reaching(OutboundGuard { allow: local_ranges(), own_listeners: Vec::new() })
}

async fn update(world: &World, provider: &Provider, input: UpdateProvider) -> Result<Provider> {
    providers::update(&world.control, &world.administrator, &provider.id, input).await
}

both!(a_provider_is_kept_listed_changed_and_deleted, |store| {
    let world = World::new(store).await;
    let signals = world.signals();
    let made = create(&world, input(" Models ", "openai", &[("first", "sk-0123456789abcdef")])).await;
    assert_eq!(world.signals(), signals + 1, "waits until the gateway has heard of it");
    assert_eq!((made.name.as_str(), made.kind.as_str(), made.enabled), ("Models", "openai", true));
    let kept = &made.keys[0];
    assert_eq!((kept.name.as_str(), kept.hint.as_str()), ("first", "cdef"));
    assert_eq!((kept.weight, kept.position, kept.enabled), (1, 1, true));
    assert_eq!(get(&world, &made.id).await, made);
    create(&world, input("Claude", "anthropic", &[])).await;
    let listed = providers::list(&world.control, &world.auditor, &PageOf::default()).await.unwrap();
    let names: Vec<&str> = listed.items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["Claude", "Models"]);

    world.pass(Duration::minutes(1));
    let mut change = UpdateProvider::of(&made);
    change.name = "Others".to_owned();
    change.enabled = false;
    change.settings.insert("project".to_owned(), "proj_1".to_owned());
    let changed = update(&world, &made, change.clone()).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.enabled, changed.updated_at), ("Others", false, world.now()));
    assert_eq!(get(&world, &made.id).await, changed);
    change.name = "Claude".to_owned();
    let taken = refused_as(ProblemKind::Conflict, update(&world, &made, change).await);
    assert!(taken.at("name").is_some(), "{taken}");
    let taken = input("Others", "openai", &[]);
    let taken = providers::create(&world.control, &world.administrator, taken).await;
    assert!(refused_as(ProblemKind::Conflict, taken).at("name").is_some());

    providers::delete(&world.control, &world.administrator, &made.id).await.unwrap();
    refused_as(ProblemKind::NotFound, providers::get(&world.control, &world.auditor, &made.id).await);
    assert_eq!(world.signals(), signals + 4, "one for each change");
    let did = ["providers.create", "providers.update", "providers.delete"];
    assert_eq!(actions(&world.trail(made.id.as_str()).await), did);
});

both!(what_a_vendor_does_not_take_is_refused_at_its_field, |store| {
    let world = World::new(store).await;
    for (input, field, said) in [
        (input("x", "opanai", &[]), "kind", "perhaps openai"),
        (input("x", "nobody-like-this", &[]), "kind", "the list of vendors names them all"),
        (input("x", "bedrock", &[]), "settings.region", "is required, like eu-central-1"),
        (with("zone", "eu", input("x", "openai", &[])), "settings.zone", "expected project"),
        (with("region", "a/b", input("x", "bedrock", &[])), "settings.region", "alone"),
        (input("x", "openai-compatible", &[]), "base_url", "is required"),
        (at("https://10.0.0.1/v1", input("x", "openai", &[])), "base_url", "is a private address"),
        (at("http://169.254.169.254", input("x", "openai", &[])), "base_url", "never called"),
        (input("x", "ollama", &[]), "base_url", "is a private address"),
        (at("https://1.1.1.1", input("x", "ollama", &[("a", "k")])), "keys[0].secret", "asks for no key"),
        (input("x", "openai", &[("a", "sk-1"), ("b", "{\"a\":\n1}")]), "keys[1].secret", "ASCII"),
    ] {
        let refused = providers::create(&world.control, &world.administrator, input).await;
        let problem = refused_as(ProblemKind::InvalidInput, refused);
        let message = problem.at(field).unwrap_or_else(|| panic!("{field}: {problem}"));
        assert!(message.contains(said), "{field}: {message}");
    }
    create(&world, with("region", "eu-central-1", input("a", "bedrock", &[("a", "id:secret")]))).await;
    create(&world, at("https://1.1.1.1/v1", input("b", "openai-compatible", &[]))).await;
    create(&world, with("url", "https://1.1.1.1/v1", input("c", "openai-compatible", &[]))).await;
});

both!(a_provider_with_keys_stays_at_the_host_that_they_were_given_for, |store| {
    let world = World::new(store).await;
    let made = create(&world, input("Models", "openai", &[("first", "sk-1")])).await;
    let to = |provider: &Provider, base_url: &str| UpdateProvider {
        base_url: Some(base_url.to_owned()),
        ..UpdateProvider::of(provider)
    };
    for elsewhere in ["https://1.1.1.1/v1", "http://api.openai.com/v1", "https://api.openai.com:8443/v1"] {
        let problem = refused_as(ProblemKind::Conflict, update(&world, &made, to(&made, elsewhere)).await);
        let message = problem.at("base_url").unwrap();
        assert!(message.contains("were given for https://api.openai.com"), "{message}");
    }
    let changed = update(&world, &made, to(&made, "https://api.openai.com/v2")).await.unwrap();
    assert_eq!(changed.base_url.unwrap().to_string(), "https://api.openai.com/v2");
    // without keys there is nothing that could get away
    providers::delete_key(&world.control, &world.administrator, &made.id, &made.keys[0].id).await.unwrap();
    update(&world, &made, to(&made, "https://1.1.1.1/v1")).await.unwrap();
    let private = update(&world, &made, to(&made, "https://10.0.0.1/v1")).await;
    assert!(refused_as(ProblemKind::InvalidInput, private).at("base_url").is_some());

    // a setting may be a part of the host
    let bedrock = with("region", "eu-central-1", input("AWS", "bedrock", &[("first", "id:secret")]));
    let bedrock = create(&world, bedrock).await;
    let mut change = UpdateProvider::of(&bedrock);
    change.settings.insert("region".to_owned(), "us-east-1".to_owned());
    let problem = refused_as(ProblemKind::Conflict, update(&world, &bedrock, change).await);
    assert!(problem.at("settings").is_some(), "{problem}");
});

/// Everything that can be done with a provider, and the permission that it asks for.
async fn everything(world: &World, actor: &Actor, provider: &Provider) -> Vec<(Permission, Result<()>)> {
    let (control, id) = (&world.control, &provider.id);
    let first = &provider.keys[0];
    let (read, manage) = (Permission::ProvidersRead, Permission::ProvidersManage);
    let secret = ReplaceSecret { secret: ProviderSecret::of("sk-new") };
    let added = providers::add_key(control, actor, id, key("new", "sk-2")).await;
    let change = UpdateProviderKey::of(first);
    vec![
        (read, providers::list(control, actor, &PageOf::default()).await.map(drop)),
        (read, providers::get(control, actor, id).await.map(drop)),
        (read, providers::vendors(control, actor, &PageOf::default()).map(drop)),
        (manage, added.map(drop)),
        (manage, providers::create(control, actor, input("New", "anthropic", &[])).await.map(drop)),
        (manage, providers::update(control, actor, id, UpdateProvider::of(provider)).await.map(drop)),
        (manage, providers::update_key(control, actor, id, &first.id, change).await.map(drop)),
        (manage, providers::replace_secret(control, actor, id, &first.id, secret).await.map(drop)),
        (manage, providers::test(control, actor, id, TestProvider::default()).await.map(drop)),
        (manage, providers::delete_key(control, actor, id, &first.id).await),
        (manage, providers::delete(control, actor, id).await),
    ]
}

both!(each_platform_role_does_what_the_matrix_says_and_no_more, |store| {
    let world = World::new(store).await;
    let bedrock = || with("region", "eu-central-1", input("Models", "bedrock", &[("first", "id:secret")]));
    let mut made = create(&world, bedrock()).await;
    let member = Actor { role: PlatformRole::Member, ..world.foreign.clone() };
    for role in PlatformRole::ALL.iter().rev() {
        let actor = Actor { role: *role, ..member.clone() };
        for (permission, done) in everything(&world, &actor, &made).await {
            if role.allows(permission) {
                done.unwrap_or_else(|error| panic!("{role} {permission}: {error}"));
            } else {
                refused_as(ProblemKind::Forbidden, done);
            }
        }
        if role.allows(Permission::ProvidersManage) {
            let new = providers::list(&world.control, &actor, &PageOf::default()).await.unwrap().items;
            for left in new {
                providers::delete(&world.control, &actor, &left.id).await.unwrap();
            }
            made = create(&world, bedrock()).await;
        }
    }
    // of a team, whatever its role there
    for actor in [&world.provider_owner, &world.publisher, &world.newcomer] {
        refused_as(ProblemKind::Forbidden, providers::get(&world.control, actor, &made.id).await);
    }
});

both!(what_is_not_there_is_not_found, |store| {
    let world = World::new(store).await;
    let made = create(&world, input("Models", "openai", &[("first", "sk-1")])).await;
    let other = create(&world, input("Others", "openai", &[("first", "sk-1")])).await;
    let (control, actor) = (&world.control, &world.administrator);
    let nobody = world.id(ProviderId::from_parts);
    for (permission, done) in everything(&world, actor, &Provider { id: nobody, ..made.clone() }).await {
        if let Err(error) = done {
            assert_eq!(error.problem().kind, ProblemKind::NotFound, "{permission}: {error}");
        }
    }
    // a key of another provider is no key of this one
    for foreign in [&other.keys[0].id, &world.id(ProviderKeyId::from_parts)] {
        let change = UpdateProviderKey::of(&made.keys[0]);
        let secret = ReplaceSecret { secret: ProviderSecret::of("sk-new") };
        let test = TestProvider { key: Some(foreign.clone()) };
        for done in [
            providers::update_key(control, actor, &made.id, foreign, change).await.map(drop),
            providers::replace_secret(control, actor, &made.id, foreign, secret).await.map(drop),
            providers::test(control, actor, &made.id, test).await.map(drop),
            providers::delete_key(control, actor, &made.id, foreign).await,
        ] {
            refused_as(ProblemKind::NotFound, done);
        }
    }
});

both!(a_secret_is_nowhere_in_the_clear_and_opens_for_its_own_row_alone, |store| {
    let world = World::new(store).await;
    let (one, two, three) = ("sk-canary-one-0001", "sk-canary-two-0002", "sk-canary-three-03");
    let made = create(&world, input("Models", "openai", &[("first", one)])).await;
    let (control, actor) = (&world.control, &world.administrator);
    let added = providers::add_key(control, actor, &made.id, key("second", two)).await.unwrap();
    let sealed = async |id: &ProviderKeyId| {
        secret(&mut world.control.store().read().await.unwrap(), id).await.unwrap().unwrap()
    };
    let secrets = providers::ProviderSecrets::of(&world.master_key);
    let (first, second) = (sealed(&made.keys[0].id).await, sealed(&added.id).await);
    assert_eq!(secrets.open(&made.keys[0].id, &first).unwrap(), one);
    assert_eq!(secrets.open(&added.id, &second).unwrap(), two);
    assert_eq!(secrets.open(&made.keys[0].id, &second), None, "sealed for its own row");
    let replace = ReplaceSecret { secret: ProviderSecret::of(three) };
    let replaced = providers::replace_secret(control, actor, &made.id, &added.id, replace).await.unwrap();
    assert_eq!((replaced.hint.as_str(), &replaced.id), ("e-03", &added.id));
    let third = sealed(&added.id).await;
    assert_eq!(secrets.open(&added.id, &third).unwrap(), three);
    providers::delete_key(control, actor, &made.id, &made.keys[0].id).await.unwrap();
    let of_providers = AuditFilter { object_kind: "provider".to_owned(), ..AuditFilter::default() };
    let trail = world.audit(&of_providers).await;
    let did = ["providers.delete_key", "providers.replace_secret", "providers.add_key", "providers.create"];
    assert_eq!(actions(&trail), did);
    let shown = serde_json::to_string(&get(&world, &made.id).await).unwrap();
    let everything = format!("{trail:?}{shown}{first}{second}{third}{:?}", world.gateway().await);
    for secret in [one, two, three] {
        assert!(!everything.contains(secret), "a secret is in the clear");
    }
});

both!(vendors_are_listed_in_parts, |store| {
    let world = World::new(store).await;
    let part = |cursor: Option<String>| {
        providers::vendors(&world.control, &world.auditor, &PageOf { limit: 2, cursor })
    };
    let first = part(None).unwrap();
    let ids = |page: &Page<VendorForm>| page.items.iter().map(|form| form.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ["anthropic", "bedrock"]);
    let second = part(first.next).unwrap();
    let third = part(second.next.clone()).unwrap();
    assert_eq!(
        (ids(&second), ids(&third), third.next.is_none()),
        (vec!["ollama".to_owned(), "openai".to_owned()], vec!["openai-compatible".to_owned()], true)
    );
    let wrong = refused_as(ProblemKind::InvalidInput, part(Some("x".to_owned())));
    assert!(wrong.at("cursor").is_some(), "{wrong}");
});

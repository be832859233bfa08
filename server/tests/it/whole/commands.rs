//! The command line: what scripts and operators rely on.

use super::installation::{Database, Installation, assert_success};
use faultlab::exposition::Exposition;
use reqwest::Method;
use serde_json::{Value, json};
use std::process::{Command, Stdio};

fn gatehouse(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_gatehouse")).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn wrong_usage_exits_with_2_and_help_with_0() {
    assert_eq!(gatehouse(&["--help"]).0, Some(0));
    assert!(gatehouse(&["--version"]).1.starts_with("gatehouse "));
    assert_eq!(gatehouse(&["fly"]).0, Some(2));
    assert_eq!(
        gatehouse(&["token", "create", "--email", "a@b.c", "--name", "n", "--expires", "soon"]).0,
        Some(2)
    );
}

#[test]
fn a_bad_setting_exits_with_1_and_one_line_that_names_it() {
    for (flag, value, field) in
        [("--portal-listen", "nowhere", "portal_listen"), ("--log", "gateway=loud", "log: ")]
    {
        let (code, _, stderr) = gatehouse(&["config", "check", flag, value]);
        assert_eq!(code, Some(1));
        assert!(stderr.contains(field) && stderr.lines().count() == 1, "{stderr}");
    }
}

#[test]
fn the_configuration_is_shown_without_its_secrets() {
    let url = "postgres://ada:hunter2@db.example.com/gatehouse?password=hunter2";
    let (code, stdout, _) = gatehouse(&["config", "check", "--database-url", url]);
    assert_eq!(code, Some(0));
    assert!(stdout.contains("postgres://ada:***@db.example.com/gatehouse?password=***"), "{stdout}");
    assert!(!stdout.contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_reads_is_made_on_the_command_line() {
    let installation = Installation::start(Database::Sqlite).await;
    let arguments = ["token", "create", "--email", "ada@example.com", "--name", "report", "--scope", "read"];
    let output = installation.command(&arguments).output().unwrap();
    assert_success(&output);
    let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    let (status, _) = installation.call(&token, Method::GET, "/teams", Value::Null).await;
    assert_eq!(status, 200);
    let (status, problem) = installation.call(&token, Method::POST, "/teams", json!({ "name": "T" })).await;
    assert_eq!(status, 403);
    assert!(problem["type"].as_str().unwrap().ends_with("/problems/insufficient-scope"), "{problem}");
    let arguments = ["token", "create", "--email", "a@b.c", "--name", "n", "--scope", "some"];
    assert_eq!(installation.command(&arguments).output().unwrap().status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_of_a_running_installation_is_whole() {
    let installation = Installation::start(Database::Sqlite).await;
    installation.served().await;
    let output = installation.command(&["verify-audit"]).output().unwrap();
    assert_success(&output);
    assert!(String::from_utf8_lossy(&output.stdout).contains("is whole"));
}

#[test]
fn where_there_is_no_audit_trail_none_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("gatehouse.db"), "").unwrap();
    for (path, files) in [(&nowhere, None), (&empty, Some(0)), (&other, Some(1))] {
        let (code, stdout, stderr) = gatehouse(&["verify-audit", "--data-dir", path.to_str().unwrap()]);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
        assert!(stderr.contains("no Gatehouse database") && stderr.lines().count() == 1, "{stderr}");
        let left = std::fs::read_dir(path).ok().map(Iterator::count);
        assert_eq!(left, files, "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_endpoints_say_how_it_is() {
    let installation = Installation::start(Database::Sqlite).await;
    let served = installation.served().await;
    installation.through("/echo/v1/json", &served.key).await;
    for (path, expected) in
        [("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "\ngatehouse_journal_failing 0\n")]
    {
        let response = installation.client.get(format!("{}{path}", installation.admin)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let text = response.text().await.unwrap();
        assert!(text.contains(expected), "{path}: {text}");
        if path == "/metrics" {
            let page = Exposition::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let route = "api=\"echo\",route=\"ANY /*\",status=\"2xx\",version=\"v1\"";
            assert_eq!(
                page.value(&format!("gatehouse_gateway_requests_total{{{route}}}")),
                Some(1.0),
                "{text}"
            );
        }
    }
}

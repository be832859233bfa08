//! What operators see of the calls: the access log.

use super::installation::{Database, Installation, eventually};
use serde_json::Value;
use std::time::Duration;

/// Soon, on a machine that is busy with other tests.
const SOON: Duration = Duration::from_secs(20);

fn lines(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_has_a_line_in_the_access_log() {
    let folder = tempfile::tempdir().unwrap();
    let (path, moved) = (folder.path().join("access.log"), folder.path().join("access.log.1"));
    let settings = [("GATEHOUSE_ACCESS_LOG", path.to_str().unwrap())];
    let mut installation = Installation::start_with(Database::Sqlite, &settings).await;
    let served = installation.served().await;
    let answer = installation.through("/echo/v1/json?token=hunter2", &served.key).await;
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    eventually("the line is there", SOON, async || read(&path).ends_with('\n')).await;
    let text = read(&path);
    assert!(!text.contains("hunter2") && !text.contains(&served.key), "{text}");
    let line = lines(&text).swap_remove(0);
    assert_eq!((&line["request_id"], &line["application"]), (&id.into(), &served.application.clone().into()));
    assert_eq!((&line["path"], &line["route"]), (&"/echo/v1/json".into(), &"ANY /*".into()));
    assert_eq!((&line["status"], &line["outcome"]), (&200.into(), &"ok".into()));
    let (upstream, all) = (line["upstream_ms"].as_f64().unwrap(), line["duration_ms"].as_f64().unwrap());
    assert!(upstream <= all, "{line}");
    // moved away, it is begun anew
    std::fs::rename(&path, &moved).unwrap();
    eventually("another file is there", SOON, async || path.exists()).await;
    installation.through("/echo/v1/json", &served.key).await;
    installation.through("/echo/v1/json", &served.key).await;
    assert_eq!(installation.terminate(), Some(0));
    assert_eq!((lines(&read(&moved)).len(), lines(&read(&path)).len()), (1, 2), "nothing is lost at the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_once_and_holds_up_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("stderr");
    let mut installation = Installation::new(Database::Sqlite).await;
    installation.environment = vec![("GATEHOUSE_ACCESS_LOG", "/dev/full".to_owned())];
    installation.log = Some(log.clone());
    installation.token = installation.account("Ada", "administrator");
    installation.run();
    let served = installation.served().await;
    let told = || std::fs::read_to_string(&log).unwrap().matches("the access log cannot be written").count();
    for _ in 0..3 {
        assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 200);
        eventually("it is told", SOON, async || told() > 0).await;
    }
    assert_eq!(installation.terminate(), Some(0));
    assert_eq!(told(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_access_log_goes_to_stdout_when_asked() {
    let settings = [("GATEHOUSE_ACCESS_LOG", "stdout")];
    let installation = Installation::start_with(Database::Sqlite, &settings).await;
    let served = installation.served().await;
    installation.through("/echo/v1/json", &served.key).await;
    let printed = || lines(&installation.printed.lock().unwrap());
    eventually("the line is printed", SOON, async || {
        printed().iter().any(|line| line["path"] == "/echo/v1/json")
    })
    .await;
}

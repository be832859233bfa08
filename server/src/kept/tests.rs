use super::*;
use domain::ids::CredentialId;
use std::fs::OpenOptions;

fn credential(number: u64) -> GatewayCredential {
    GatewayCredential {
        id: CredentialId::from_parts(number, 1),
        application: ApplicationId::from_parts(number % 2, 1),
        hash: format!("{number:064x}"),
        expires_at: None,
    }
}

fn config(sequence: i64, numbers: impl IntoIterator<Item = u64>) -> GatewayConfig {
    let credentials = numbers.into_iter().map(credential).collect();
    GatewayConfig { sequence, credentials, ..GatewayConfig::default() }
}

fn update(sequence: i64, parts: Vec<Part>) -> GatewayUpdate {
    GatewayUpdate { sequence, parts }
}

fn numbers(kept: &Kept) -> (i64, Vec<GatewayCredential>) {
    let config = kept.read().unwrap().unwrap();
    (config.sequence, config.credentials)
}

#[test]
fn changes_are_read_on_top_of_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = Kept::at(folder.path().join("state"));
    assert!(kept.read().unwrap().is_none());
    kept.write(&config(3, 0..6)).unwrap();
    assert!(kept.append(&update(4, vec![Part::NoCredential(credential(4).hash)])).unwrap());
    let gone = Part::NoApplication(ApplicationId::from_parts(1, 1));
    assert!(kept.append(&update(6, vec![gone, Part::Credential(credential(7))])).unwrap());
    assert_eq!(numbers(&kept), (6, [0, 2, 7].map(credential).to_vec()));
}

#[test]
fn what_was_not_written_to_its_end_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let mut kept = Kept::at(path.clone());
    kept.write(&config(3, 0..2)).unwrap();
    let whole = fs::read(&path).unwrap().len();
    kept.append(&update(4, vec![Part::Credential(credential(8)), Part::Credential(credential(9))])).unwrap();
    let text = fs::read(&path).unwrap();
    for length in whole..text.len() {
        OpenOptions::new().write(true).open(&path).unwrap().set_len(length as u64).unwrap();
        assert_eq!(numbers(&kept), (3, vec![credential(0), credential(1)]), "{length} bytes");
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(numbers(&kept).0, 4);
    // another process begins with a whole state: it does not know what the file holds
    assert!(!Kept::at(path).append(&update(5, Vec::new())).unwrap());
}

#[test]
fn a_file_that_is_mostly_changes_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let mut kept = Kept::at(path.clone());
    kept.write(&config(0, 0..2)).unwrap();
    let mut largest = 0;
    for sequence in 1..20_000 {
        assert!(kept.append(&update(sequence, vec![Part::Credential(credential(1))])).unwrap());
        largest = largest.max(fs::metadata(&path).unwrap().len());
        kept.compact().unwrap();
    }
    assert!(largest > SMALL && largest < 2 * SMALL, "{largest} bytes");
    assert_eq!(numbers(&kept), (19_999, vec![credential(0), credential(1)]));
}

//! The layouts, and their bounds.

use super::*;
use crate::calls::{LONGEST_TRIED_MODEL, MOST_TOKENS};

fn record<'a>(path: &'a str, user_agent: &'a str) -> CallRecord<'a> {
    CallRecord {
        id: [7; 16],
        at_ms: 1_772_323_199_500,
        api: Some("api_01jd3r8k2m0c9q5x7v4w6t8y2z"),
        version: Some("v1"),
        route: Some("GET /pets/{id}"),
        application: Some("app_01jd3r8k2m0c9q5x7v4w6t8y2z"),
        credential: None,
        subscription: None,
        plan: None,
        method: "GET",
        path,
        status: 200,
        outcome: "ok",
        duration_us: 1_500,
        upstream_us: Some(900),
        request_bytes: 0,
        response_bytes: 130,
        client: IpAddr::from([127, 0, 0, 1]),
        user_agent,
        attempts: 1,
        ai: None,
        tried: Vec::new(),
    }
}

fn decode(bytes: &[u8]) -> Result<Call, RecordError> {
    CallRecord::read(bytes)?.call()
}

fn spent() -> AiRecord<'static> {
    AiRecord {
        provider: "prv_01jd3r8k2m0c9q5x7v4w6t8y2z",
        vendor: "openai",
        model: "gpt-4o-2024-08-06",
        asked: "smart",
        input_tokens: 1_200,
        output_tokens: 340,
        cache_read_tokens: 1_000,
        cache_write_tokens: 7,
        reasoning_tokens: 40,
        estimated: true,
        cost_nano: Some(5_150_000),
        price: "2026-11-01 catalogue",
        finish: "stop",
        first_token_us: Some(310_000),
        dropped: "seed,logit_bias",
    }
}

#[test]
fn a_record_is_read_back_as_the_call_it_was() {
    let bytes = record("/pets/7", "curl/8").encode(Vec::new()).unwrap();
    assert_eq!(CallRecord::read(&bytes).unwrap(), record("/pets/7", "curl/8"));
    let call = decode(&bytes).unwrap();
    assert_eq!(call.api.unwrap().as_str(), "api_01jd3r8k2m0c9q5x7v4w6t8y2z");
    assert_eq!((call.at.timestamp_millis(), call.status, call.duration_us), (1_772_323_199_500, 200, 1_500));
    assert_eq!((call.client_address.as_str(), call.upstream_us, call.attempts), ("127.0.0.1", Some(900), 1));
}

#[test]
fn records_stand_one_after_the_other() {
    let with_model = CallRecord { ai: Some(spent()), ..record("/chat", "") };
    let bytes = record("/", "curl/8").encode(with_model.encode(Vec::new()).unwrap()).unwrap();
    let (first, rest) = CallRecord::take(&bytes).unwrap();
    let (second, rest) = CallRecord::take(rest).unwrap();
    assert_eq!((first, second, rest), (with_model, record("/", "curl/8"), &[][..]));
}

#[test]
fn a_call_becomes_the_record_that_it_was() {
    let attempt = AttemptRecord { provider: "prov_1", status: Some(503), ms: 9, ..AttemptRecord::default() };
    let record = CallRecord { ai: Some(spent()), tried: vec![attempt], ..record("/chat", "curl/8") };
    let call = record.call().unwrap();
    assert_eq!(CallRecord::of(&call).unwrap(), record);
    let none = |call: Call| CallRecord::of(&call).unwrap_err();
    assert!(matches!(none(Call { id: "7".to_owned(), ..call.clone() }), RecordError::Call(_)));
    assert!(matches!(
        none(Call { client_address: "here".to_owned(), ..call.clone() }),
        RecordError::Address(_)
    ));
    let before = crate::Time::UNIX_EPOCH - chrono::Duration::seconds(1);
    assert!(matches!(none(Call { at: before, ..call }), RecordError::Time));
}

#[test]
fn damaged_and_unknown_records_are_errors() {
    let bytes = record("/", "").encode(Vec::new()).unwrap();
    assert!(matches!(decode(&[]), Err(RecordError::Empty)));
    assert!(matches!(decode(&[9, 1, 2]), Err(RecordError::Version(9))));
    for end in 1..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "{end} of {}", bytes.len());
    }
}

#[test]
fn the_longest_record_is_longer_than_any() {
    let (path, agent) = ("/é".repeat(2_000), "a".repeat(2_000));
    let bytes = record(capped_path(&path), capped_user_agent(agent.as_bytes())).encode(Vec::new()).unwrap();
    assert!(bytes.len() + 1_024 < LONGEST_RECORD, "{}", bytes.len());
}

#[test]
fn a_call_without_a_model_is_written_as_it_always_was() {
    let bytes = record("/pets/7", "curl/8").encode(Vec::new()).unwrap();
    let before = "01070707070707070707070707070707078cb4c7b5ca33011e6170695f30316a643372386b326d306339\
                  7135783776347736743879327a01027631010e474554202f706574732f7b69647d011e6170705f30316a\
                  643372386b326d3063397135783776347736743879327a00000003474554072f706574732f37c801026f\
                  6bdc0b018407008201007f000001066375726c2f3801";
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, before);
    assert_eq!(decode(&bytes).unwrap().ai, None);
}

#[test]
fn a_call_to_a_model_is_read_back_with_what_the_model_did() {
    let refused = AttemptRecord {
        provider: "prv_1",
        model: "big",
        failure: "connection_refused",
        ..AttemptRecord::default()
    };
    let answered = AttemptRecord {
        provider: "prv_2",
        model: "small",
        status: Some(200),
        ms: 310,
        ..AttemptRecord::default()
    };
    let record = CallRecord {
        ai: Some(spent()),
        tried: vec![refused, answered],
        ..record("/chat/v1/chat/completions", "curl/8")
    };
    let bytes = record.encode(Vec::new()).unwrap();
    assert_eq!(bytes[0], 3);
    assert_eq!(CallRecord::read(&bytes).unwrap(), record);
    let expected = AiUse {
        provider: "prv_01jd3r8k2m0c9q5x7v4w6t8y2z".to_owned(),
        vendor: "openai".to_owned(),
        model: "gpt-4o-2024-08-06".to_owned(),
        asked: "smart".to_owned(),
        input_tokens: 1_200,
        output_tokens: 340,
        cache_read_tokens: 1_000,
        cache_write_tokens: 7,
        reasoning_tokens: 40,
        estimated: true,
        cost_nano: Some(5_150_000),
        price: "2026-11-01 catalogue".to_owned(),
        finish: "stop".to_owned(),
        first_token_us: Some(310_000),
        dropped: "seed,logit_bias".to_owned(),
        tried: vec![refused.told(), answered.told()],
    };
    let call = decode(&bytes).unwrap();
    assert_eq!((call.ai, call.attempts), (Some(expected), 1));
    for end in 1..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "{end} of {}", bytes.len());
    }
}

#[test]
fn a_price_that_is_not_known_is_not_nothing() {
    let of = |cost_nano| {
        let record = CallRecord { ai: Some(AiRecord { cost_nano, ..spent() }), ..record("/", "") };
        decode(&record.encode(Vec::new()).unwrap()).unwrap().ai.unwrap().cost_nano
    };
    assert_eq!((of(None), of(Some(0))), (None, Some(0)));
}

#[test]
fn texts_of_models_are_cut_and_counts_beyond_belief_too() {
    let long = "é".repeat(5_000);
    let ai = AiRecord {
        provider: &long,
        vendor: &long,
        model: &long,
        asked: &long,
        price: &long,
        finish: &long,
        dropped: &long,
        input_tokens: u64::MAX,
        output_tokens: u64::MAX,
        cache_read_tokens: u64::MAX,
        cache_write_tokens: u64::MAX,
        reasoning_tokens: u64::MAX,
        cost_nano: Some(u64::MAX),
        first_token_us: Some(u64::MAX),
        estimated: true,
    };
    let (path, agent) = ("/é".repeat(2_000), "a".repeat(2_000));
    let attempt =
        AttemptRecord { provider: &long, model: &long, failure: &long, status: Some(u16::MAX), ms: u32::MAX };
    let record = CallRecord {
        ai: Some(ai),
        tried: vec![attempt; 20],
        ..record(capped_path(&path), capped_user_agent(agent.as_bytes()))
    };
    let bytes = record.encode(Vec::new()).unwrap();
    assert!(bytes.len() + 1_024 < LONGEST_RECORD, "{}", bytes.len());
    let ai = decode(&bytes).unwrap().ai.unwrap();
    assert_eq!((ai.model.len(), ai.asked.len(), ai.finish.len(), ai.vendor.len()), (256, 256, 32, 64));
    assert_eq!((ai.input_tokens, ai.output_tokens), (whole(MOST_TOKENS), whole(MOST_TOKENS)));
    assert_eq!((ai.tried.len(), ai.tried[7].model.len()), (8, LONGEST_TRIED_MODEL));
}

#[test]
fn a_call_to_a_model_of_an_older_layout_is_read() {
    let record = CallRecord { ai: Some(spent()), ..record("/", "") };
    let mut bytes = record.encode(Vec::new()).unwrap();
    // what it was before attempts were kept: without their number
    assert_eq!((bytes[0], bytes.pop()), (3, Some(0)));
    bytes[0] = 2;
    assert_eq!(CallRecord::read(&bytes).unwrap(), record);
    assert!(decode(&bytes).unwrap().ai.unwrap().tried.is_empty());
}

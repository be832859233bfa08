//! Calls as JSON.

use super::*;
use serde_json::json;

fn call(ai: Option<AiUse>) -> Call {
    Call {
        id: "0199a4b2-c3d4-7000-8000-000000000001".to_owned(),
        at: Time::UNIX_EPOCH,
        api: None,
        version: None,
        route: None,
        application: None,
        credential: None,
        subscription: None,
        plan: None,
        method: "POST".to_owned(),
        path: "/chat/v1/chat/completions".to_owned(),
        status: 200,
        outcome: "ok".to_owned(),
        duration_us: 1,
        upstream_us: None,
        request_bytes: 0,
        response_bytes: 0,
        client_address: String::new(),
        user_agent: String::new(),
        attempts: 1,
        ai,
    }
}

#[test]
fn what_a_model_did_stands_among_the_fields_of_the_call() {
    let ai = AiUse {
        model: "gpt-4o".to_owned(),
        input_tokens: 10,
        output_tokens: 20,
        cost_nano: Some(225_000),
        tried: vec![
            Attempt { failure: "connection_refused".to_owned(), ms: 2, ..Attempt::default() },
            Attempt { status: Some(200), ms: 40, ..Attempt::default() },
        ],
        ..AiUse::default()
    };
    let told = call(Some(ai));
    let json = serde_json::to_value(&told).unwrap();
    assert_eq!(
        (&json["model"], &json["input_tokens"], &json["output_tokens"], &json["cost_nano"]),
        (&json!("gpt-4o"), &json!(10), &json!(20), &json!(225_000))
    );
    let tried = json!([
        { "provider": "", "model": "", "failure": "connection_refused", "ms": 2 },
        { "provider": "", "model": "", "status": 200, "ms": 40 },
    ]);
    assert_eq!((&json["tried"], &json["attempts"]), (&tried, &json!(1)));
    assert!(json.get("first_token_us").is_none() && json.get("ai").is_none(), "{json}");
    assert_eq!(serde_json::from_value::<Call>(json).unwrap(), told);
}

#[test]
fn a_call_without_a_model_says_nothing_of_one() {
    let plain = call(None);
    let json = serde_json::to_value(&plain).unwrap();
    for name in ["ai", "model", "tried", "input_tokens", "output_tokens", "cost_nano"] {
        assert!(json.get(name).is_none(), "{name} in {json}");
    }
    assert_eq!(serde_json::from_value::<Call>(json).unwrap(), plain);
    let unpriced = call(Some(AiUse::default()));
    assert!(serde_json::to_value(&unpriced).unwrap().get("cost_nano").is_none(), "the price is not known");
}

//! What the gateway calls the ends of calls, and what usage counts them as: the words are in two crates.

use domain::calls::Call;
use gateway::reject::RejectKind;

fn call(status: u16, outcome: &str, attempts: u16) -> Call {
    Call {
        id: uuid::Uuid::now_v7().to_string(),
        at: domain::Time::UNIX_EPOCH,
        api: None,
        version: None,
        route: None,
        application: None,
        credential: None,
        subscription: None,
        plan: None,
        method: "GET".to_owned(),
        path: "/".to_owned(),
        status,
        outcome: outcome.to_owned(),
        duration_us: 1,
        upstream_us: None,
        request_bytes: 0,
        response_bytes: 0,
        client_address: String::new(),
        user_agent: String::new(),
        attempts,
        ai: None,
    }
}

fn counted(call: &Call) -> (bool, bool) {
    (call.ending().is_error(), call.ending().is_refused())
}

#[test]
fn an_answer_of_the_gateway_is_an_error_from_500_on_and_else_a_refusal() {
    for kind in RejectKind::ALL {
        let rule = kind.rule();
        let failed = rule.status >= 500;
        assert_eq!(counted(&call(rule.status, rule.name, 0)), (failed, !failed), "{}", rule.name);
        // the backend was asked, or was to be: it is not the gateway that says no
        assert_eq!(counted(&call(rule.status, rule.name, 1)), (failed, false), "{}", rule.name);
    }
}

#[test]
fn an_answer_that_broke_off_is_an_error_unless_it_was_the_caller() {
    for kind in [RejectKind::UpstreamBroken, RejectKind::UpstreamTimeout, RejectKind::CallTimeout] {
        for status in [200, 404] {
            assert_eq!(counted(&call(status, kind.rule().name, 1)), (true, false), "{}", kind.rule().name);
        }
    }
    for outcome in ["client-gone", RejectKind::BadRequest.rule().name] {
        assert_eq!(counted(&call(200, outcome, 1)), (false, false), "{outcome}");
    }
    assert_eq!(counted(&call(499, "client-gone", 0)), (false, false));
}

#[test]
fn what_the_backend_answers_is_an_error_from_500_on_and_never_a_refusal() {
    for (status, failed) in [(200, false), (401, false), (429, false), (500, true), (503, true)] {
        assert_eq!(counted(&call(status, "ok", 1)), (failed, false), "{status}");
    }
    // what the gateway answers for a backend: a preflight
    assert_eq!(counted(&call(204, "ok", 0)), (false, false));
}

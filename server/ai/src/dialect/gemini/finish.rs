//! Why a model stopped, in Google's words.

use crate::chat::Finish;

/// The finish that a reason stands for; `None` where the model came to no end: its call of a function could not be
/// read, or nobody says why. That is a failure, since what was said until then is no answer.
pub(super) fn read_finish(reason: &str) -> Option<Finish> {
    match reason {
        "MAX_TOKENS" | "CONTINUATION" => Some(Finish::Length),
        "SAFETY"
        | "RECITATION"
        | "LANGUAGE"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION"
        | "IMAGE_OTHER"
        | "ESCALATION"
        | "PUP_LIMITED_DISABLED"
        | "MODEL_ARMOR" => Some(Finish::Filtered),
        "MALFORMED_FUNCTION_CALL"
        | "UNEXPECTED_TOOL_CALL"
        | "TOO_MANY_TOOL_CALLS"
        | "MISSING_THOUGHT_SIGNATURE"
        | "MALFORMED_RESPONSE"
        | "OTHER" => None,
        // and what is not known yet
        _ => Some(Finish::Stop),
    }
}

/// For people.
pub(super) fn no_end(reason: &str, message: Option<String>) -> String {
    let message = message.map(|message| format!(": {message}")).unwrap_or_default();
    format!("the vendor's model came to no end ({reason}){message}")
}

pub(super) fn write_finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop | Finish::StopSequence | Finish::ToolUse | Finish::Paused => "STOP",
        Finish::Length => "MAX_TOKENS",
        Finish::Filtered => "SAFETY",
    }
}

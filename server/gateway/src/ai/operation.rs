//! What a caller of an ai api wants, by the address below the version's: the addresses that vendors' SDKs append to
//! their base URL.

use ai::dialect::CallerDialect;
use http::Method;

/// One thing that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// An answer of a model.
    Chat(CallerDialect),
    /// The same in Gemini's dialect, where the address names the model and says whether the answer streams.
    GeminiChat { model: String, stream: bool, array: bool },
    /// The models that there are.
    Models,
}

impl Operation {
    /// `below` is the path below the version's address: `/chat/completions`.
    #[must_use]
    pub fn find(method: &Method, below: &str, query: Option<&str>) -> Option<Self> {
        // what Google's SDK puts before its own
        let below = below.strip_prefix("/v1beta").unwrap_or(below);
        let chat = |dialect| Some(Self::Chat(dialect));
        match (method, below) {
            (&Method::POST, "/chat/completions") => chat(CallerDialect::OpenAiChat),
            (&Method::POST, "/responses") => chat(CallerDialect::OpenAiResponses),
            (&Method::POST, "/messages") => chat(CallerDialect::Anthropic),
            (&Method::GET, "/models") => Some(Self::Models),
            (&Method::POST, _) => gemini(below.strip_prefix("/models/")?, query),
            _ => None,
        }
    }

    /// The dialect that the caller is to be answered in.
    #[must_use]
    pub fn dialect(&self) -> CallerDialect {
        match self {
            Self::Chat(dialect) => *dialect,
            Self::GeminiChat { array: true, .. } => CallerDialect::GeminiArray,
            Self::GeminiChat { .. } => CallerDialect::Gemini,
            Self::Models => CallerDialect::OpenAiChat,
        }
    }
}

/// `gemini-2.5-pro:generateContent`.
fn gemini(call: &str, query: Option<&str>) -> Option<Operation> {
    let (model, verb) = call.rsplit_once(':')?;
    let stream = match verb {
        "generateContent" => false,
        "streamGenerateContent" => true,
        _ => return None,
    };
    let events = query.is_some_and(|query| query.split('&').any(|pair| pair == "alt=sse"));
    let model = percent_encoding::percent_decode_str(model).decode_utf8().ok()?.into_owned();
    Some(Operation::GeminiChat { model, stream, array: stream && !events })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_what_is_asked() {
        let find = |method: &Method, below: &str, query| Operation::find(method, below, query);
        let (post, get) = (Method::POST, Method::GET);
        assert_eq!(find(&post, "/chat/completions", None), Some(Operation::Chat(CallerDialect::OpenAiChat)));
        assert_eq!(
            find(&post, "/messages", Some("beta=true")),
            Some(Operation::Chat(CallerDialect::Anthropic))
        );
        assert_eq!(find(&get, "/models", None), Some(Operation::Models));
        assert_eq!(find(&get, "/chat/completions", None), None);
        let gemini =
            |model: &str, stream, array| Some(Operation::GeminiChat { model: model.into(), stream, array });
        assert_eq!(find(&post, "/models/m:generateContent", None), gemini("m", false, false));
        assert_eq!(
            find(&post, "/v1beta/models/a%2Fb:streamGenerateContent", Some("alt=sse")),
            gemini("a/b", true, false)
        );
        assert_eq!(find(&post, "/models/m:streamGenerateContent", Some("key=x")), gemini("m", true, true));
        assert_eq!(find(&post, "/models/m:delete", None), None);
    }
}

//! What a caller of an ai api wants, by the address below the version's: the addresses that vendors' SDKs append to
//! their base URL.

use ai::dialect::CallerDialect;
use ai::operations::Task;
use http::Method;

/// One thing that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// An answer of a model.
    Chat(CallerDialect),
    /// The same in Gemini's dialect, where the address names the model and says whether the answer streams.
    GeminiChat { model: String, stream: bool, array: bool },
    /// Something beside conversation. The model where the address names it.
    Beside { task: Task, caller: CallerDialect, model: Option<String> },
    /// The models that there are.
    Models,
    /// The same as Google lists them.
    GeminiModels,
    /// One of them, by the name that callers use.
    Model(String),
    /// The same as Google tells of it.
    GeminiModel(String),
}

impl Operation {
    /// `below` is the path below the version's address: `/chat/completions`.
    #[must_use]
    pub fn find(method: &Method, below: &str, query: Option<&str>) -> Option<Self> {
        // what Google's SDK puts before its own
        let google = below.strip_prefix("/v1beta");
        let below = google.unwrap_or(below);
        match *method {
            Method::POST => post(below, query),
            Method::GET => get(below, google.is_some()),
            _ => None,
        }
    }

    /// The dialect that the caller is to be answered in.
    #[must_use]
    pub fn dialect(&self) -> CallerDialect {
        match self {
            Self::Chat(dialect) | Self::Beside { caller: dialect, .. } => *dialect,
            Self::GeminiChat { array: true, .. } => CallerDialect::GeminiArray,
            Self::GeminiChat { .. } | Self::GeminiModels | Self::GeminiModel(_) => CallerDialect::Gemini,
            Self::Models | Self::Model(_) => CallerDialect::OpenAiChat,
        }
    }
}

fn post(below: &str, query: Option<&str>) -> Option<Operation> {
    let beside = |task, caller| Some(Operation::Beside { task, caller, model: None });
    let chat = |dialect| Some(Operation::Chat(dialect));
    match below {
        "/chat/completions" => chat(CallerDialect::OpenAiChat),
        "/responses" => chat(CallerDialect::OpenAiResponses),
        "/messages" => chat(CallerDialect::Anthropic),
        "/messages/count_tokens" => beside(Task::Counting, CallerDialect::Anthropic),
        "/embeddings" => beside(Task::Embeddings, CallerDialect::OpenAiChat),
        "/images/generations" => beside(Task::Images, CallerDialect::OpenAiChat),
        "/audio/speech" => beside(Task::Speech, CallerDialect::OpenAiChat),
        "/audio/transcriptions" => beside(Task::Transcription, CallerDialect::OpenAiChat),
        "/moderations" => beside(Task::Moderation, CallerDialect::OpenAiChat),
        "/rerank" => beside(Task::Rerank, CallerDialect::OpenAiChat),
        _ => gemini(below.strip_prefix("/models/")?, query),
    }
}

fn get(below: &str, google: bool) -> Option<Operation> {
    if below == "/models" {
        return Some(if google { Operation::GeminiModels } else { Operation::Models });
    }
    let name = decoded(below.strip_prefix("/models/")?)?;
    Some(if google { Operation::GeminiModel(name) } else { Operation::Model(name) })
}

/// A name as it stands in an address.
fn decoded(name: &str) -> Option<String> {
    Some(percent_encoding::percent_decode_str(name).decode_utf8().ok()?.into_owned())
}

/// `gemini-2.5-pro:generateContent`.
fn gemini(call: &str, query: Option<&str>) -> Option<Operation> {
    let (model, verb) = call.rsplit_once(':')?;
    let model = decoded(model)?;
    let beside =
        |task, model| Some(Operation::Beside { task, caller: CallerDialect::Gemini, model: Some(model) });
    let stream = match verb {
        "generateContent" => false,
        "streamGenerateContent" => true,
        "embedContent" => return beside(Task::Embedding, model),
        "batchEmbedContents" => return beside(Task::Embeddings, model),
        "countTokens" => return beside(Task::Counting, model),
        _ => return None,
    };
    let events = query.is_some_and(|query| query.split('&').any(|pair| pair == "alt=sse"));
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
        assert_eq!(find(&get, "/v1beta/models", None), Some(Operation::GeminiModels));
        assert_eq!(find(&get, "/models/a/b%3A8b", None), Some(Operation::Model("a/b:8b".into())));
        assert_eq!(find(&get, "/v1beta/models/m", Some("key=x")), Some(Operation::GeminiModel("m".into())));
        assert_eq!(find(&get, "/models/%ff", None), None);
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

    #[test]
    fn what_is_beside_conversation_has_addresses_too() {
        for (below, task, caller, model) in [
            ("/embeddings", Task::Embeddings, CallerDialect::OpenAiChat, None),
            ("/images/generations", Task::Images, CallerDialect::OpenAiChat, None),
            ("/audio/speech", Task::Speech, CallerDialect::OpenAiChat, None),
            ("/audio/transcriptions", Task::Transcription, CallerDialect::OpenAiChat, None),
            ("/moderations", Task::Moderation, CallerDialect::OpenAiChat, None),
            ("/rerank", Task::Rerank, CallerDialect::OpenAiChat, None),
            ("/messages/count_tokens", Task::Counting, CallerDialect::Anthropic, None),
            ("/v1beta/models/a%2Fb:embedContent", Task::Embedding, CallerDialect::Gemini, Some("a/b")),
            ("/models/m:batchEmbedContents", Task::Embeddings, CallerDialect::Gemini, Some("m")),
            ("/models/m:countTokens", Task::Counting, CallerDialect::Gemini, Some("m")),
        ] {
            let expected = Operation::Beside { task, caller, model: model.map(str::to_owned) };
            assert_eq!(Operation::find(&Method::POST, below, None).as_ref(), Some(&expected), "{below}");
            assert_eq!(expected.dialect(), caller);
        }
    }
}

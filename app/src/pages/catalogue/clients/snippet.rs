//! A first call with each vendor's library, as its own documentation writes it.

use crate::link;
use crate::pages::catalogue::sample::{self, Ask, Body, Content, KEY};
use control::catalogue::CatalogueApi;
use domain::routes::Method;
use serde_json::{Value, json};

/// Whose library it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    OpenAi,
    Anthropic,
    Google,
}

/// What the snippets are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Python,
    JavaScript,
    Curl,
}

impl Library {
    pub const ALL: [Self; 3] = [Self::OpenAi, Self::Anthropic, Self::Google];

    /// The word in addresses, and the name that people read.
    pub const fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::OpenAi => ("openai", "OpenAI"),
            Self::Anthropic => ("anthropic", "Anthropic"),
            Self::Google => ("google", "Google"),
        }
    }

    /// The library of the word, else OpenAI's.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|library| library.describe().0 == word).unwrap_or(Self::OpenAi)
    }

    /// What the library is given as its base address. `None`: it cannot be led to this version.
    pub fn base(self, api: &CatalogueApi) -> Option<String> {
        let base = &api.version.base_url;
        match self {
            Self::OpenAi | Self::Google => Some(base.clone()),
            Self::Anthropic => base.strip_suffix("/v1").map(str::to_owned),
        }
    }
}

impl Language {
    pub const ALL: [Self; 3] = [Self::Python, Self::JavaScript, Self::Curl];

    /// The name that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::Curl => "curl",
        }
    }
}

/// A first call.
pub fn write(library: Library, language: Language, base: &str, model: &str) -> String {
    match language {
        Language::Python => python(library, &quoted(base), &quoted(model)),
        Language::JavaScript => javascript(library, &quoted(base), &quoted(model)),
        Language::Curl => curl(library, base, model),
    }
}

fn python(library: Library, base: &str, model: &str) -> String {
    match library {
        Library::OpenAi => format!(
            "from openai import OpenAI\n\n\
             client = OpenAI(\n    base_url={base},\n    api_key=\"{KEY}\",\n)\n\
             answer = client.chat.completions.create(\n    model={model},\n    \
             messages=[{{\"role\": \"user\", \"content\": \"Hello\"}}],\n)\n\
             print(answer.choices[0].message.content)"
        ),
        Library::Anthropic => format!(
            "from anthropic import Anthropic\n\n\
             client = Anthropic(\n    base_url={base},\n    api_key=\"{KEY}\",\n)\n\
             answer = client.messages.create(\n    model={model},\n    max_tokens=1024,\n    \
             messages=[{{\"role\": \"user\", \"content\": \"Hello\"}}],\n)\n\
             print(answer.content[0].text)"
        ),
        Library::Google => format!(
            "from google import genai\n\n\
             client = genai.Client(\n    api_key=\"{KEY}\",\n    http_options={{\"base_url\": {base}}},\n)\n\
             answer = client.models.generate_content(\n    model={model},\n    contents=\"Hello\",\n)\n\
             print(answer.text)"
        ),
    }
}

fn javascript(library: Library, base: &str, model: &str) -> String {
    match library {
        Library::OpenAi => format!(
            "import OpenAI from \"openai\";\n\n\
             const client = new OpenAI({{\n  baseURL: {base},\n  apiKey: \"{KEY}\",\n}});\n\
             const answer = await client.chat.completions.create({{\n  model: {model},\n  \
             messages: [{{ role: \"user\", content: \"Hello\" }}],\n}});\n\
             console.log(answer.choices[0].message.content);"
        ),
        Library::Anthropic => format!(
            "import Anthropic from \"@anthropic-ai/sdk\";\n\n\
             const client = new Anthropic({{\n  baseURL: {base},\n  apiKey: \"{KEY}\",\n}});\n\
             const answer = await client.messages.create({{\n  model: {model},\n  max_tokens: 1024,\n  \
             messages: [{{ role: \"user\", content: \"Hello\" }}],\n}});\n\
             console.log(answer.content[0].text);"
        ),
        Library::Google => format!(
            "import {{ GoogleGenAI }} from \"@google/genai\";\n\n\
             const client = new GoogleGenAI({{\n  apiKey: \"{KEY}\",\n  httpOptions: {{ baseUrl: {base} }},\n}});\n\
             const answer = await client.models.generateContent({{\n  model: {model},\n  contents: \"Hello\",\n}});\n\
             console.log(answer.text);"
        ),
    }
}

/// What the library would send.
fn curl(library: Library, base: &str, model: &str) -> String {
    let messages = json!([{ "role": "user", "content": "Hello" }]);
    let (path, body) = match library {
        Library::OpenAi => ("/chat/completions".to_owned(), json!({ "model": model, "messages": messages })),
        Library::Anthropic => {
            let body = json!({ "model": model, "max_tokens": 1024, "messages": messages });
            ("/v1/messages".to_owned(), body)
        }
        Library::Google => {
            let body = json!({ "contents": [{ "parts": [{ "text": "Hello" }] }] });
            (format!("/v1beta/models/{}:generateContent", link::encode(model)), body)
        }
    };
    let body = Body { media_type: "application/json".to_owned(), content: Content::Json(body) };
    let ask = Ask { body: Some(body), ..Ask::new(Method::Post, format!("{base}{path}")) };
    sample::write(sample::Language::Curl, &ask)
}

/// As Python and JavaScript both read it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_library_is_told_where_to_call_with_which_model() {
        let base = "http://gw.test/chat";
        for library in Library::ALL {
            for language in Language::ALL {
                let code = write(library, language, base, "fast \"1\"");
                assert!(code.contains(base) && code.contains(KEY), "{code}");
                let model = match (library, language) {
                    (Library::Google, Language::Curl) => "fast%20%221%22",
                    _ => r#""fast \"1\"""#,
                };
                assert!(code.contains(model), "{code}");
            }
        }
        let call = write(Library::Anthropic, Language::Curl, base, "fast");
        assert!(call.starts_with("curl 'http://gw.test/chat/v1/messages'"), "{call}");
    }
}

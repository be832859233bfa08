//! What is asked of a model.

use serde_json::Value;

/// One turn of a conversation, with everything that it stands on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatRequest {
    /// As the caller says it; the one that is asked is the target's.
    pub model: String,
    pub messages: Vec<Message>,
    pub tools: Vec<Tool>,
    pub tool_choice: Option<ToolChoice>,
    /// False: at most one tool is called in an answer.
    pub parallel_tools: Option<bool>,
    /// Tokens of the answer, thoughts included.
    pub max_tokens: Option<u64>,
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    pub top_k: Option<u64>,
    pub stop: Vec<String>,
    pub seed: Option<i64>,
    pub presence_penalty: Option<f64>,
    pub frequency_penalty: Option<f64>,
    pub format: Option<OutputFormat>,
    pub reasoning: Option<Reasoning>,
    /// Whoever speaks with the caller, so that the vendor can tell abuse apart.
    pub user: Option<String>,
    pub stream: bool,
    /// The caller wants usage at the end of a stream (only OpenAI chat asks).
    pub stream_usage: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// From whoever operates the model; also what OpenAI calls `developer`. May stand anywhere.
    System,
    User,
    Assistant,
}

/// What one side said. Results of tools are blocks of a user's message. Neighbours may have the same role.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub role: Role,
    pub content: Vec<Block>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub content: Content,
    /// What was said up to here is worth keeping in the vendor's cache.
    pub cache: Option<CacheFor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheFor {
    Minutes,
    Hour,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text(String),
    Image(Media),
    Audio(Media),
    Document(Document),
    ToolUse(ToolUse),
    ToolResult(ToolResult),
    /// What a model thought, with the vendor's signature: must go back to the same vendor unchanged, also when the text
    /// is empty.
    Thinking {
        text: String,
        signature: Option<String>,
    },
    /// Thoughts that only their vendor can read.
    SealedThinking(String),
    /// The model says that it will not.
    Refusal(String),
}

/// Something that is not text.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    pub source: Source,
    /// How closely to look: `low`, `high`, `auto`.
    pub detail: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// `media_type` such as `image/png`; `data` in base64.
    Inline { media_type: String, data: String },
    /// The vendor fetches it.
    Url { url: String, media_type: Option<String> },
    /// A file that was uploaded to the vendor.
    File(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub source: Source,
    pub name: Option<String>,
}

/// The model calls a function.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolUse {
    /// Empty where the vendor gives none: see [`crate::dialect::ids`].
    pub id: String,
    pub name: String,
    /// JSON text as the model wrote it. Should be an object, and may be nothing at all or broken.
    pub arguments: String,
    /// Gemini's signature of the thought before the call, which has to come back with it.
    pub signature: Option<String>,
}

/// What a function answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolResult {
    pub id: String,
    /// Of the function, where the caller says it; Gemini and Ollama know results by it.
    pub name: Option<String>,
    pub content: Vec<Block>,
    pub is_error: bool,
}

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    pub name: String,
    pub description: Option<String>,
    /// JSON schema of the arguments.
    pub schema: Value,
    /// Arguments must keep to the schema.
    pub strict: Option<bool>,
    pub cache: Option<CacheFor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolChoice {
    Auto,
    /// One of them, whichever.
    Required,
    None,
    Named(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum OutputFormat {
    Text,
    /// Any JSON object.
    Json,
    Schema {
        name: String,
        description: Option<String>,
        schema: Value,
        strict: Option<bool>,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasoning {
    /// Absent: the vendor's default.
    pub effort: Option<Effort>,
    /// Tokens that thoughts may have.
    pub budget: Option<u64>,
    /// Whether thoughts, or a summary of them, are wanted in the answer.
    pub shown: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    None,
    Minimal,
    Low,
    Medium,
    High,
    /// `xhigh`, `max`.
    Highest,
}

impl Message {
    #[must_use]
    pub fn new(role: Role, content: Vec<Block>) -> Self {
        Self { role, content }
    }
}

impl Block {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Content::Text(text.into()).into()
    }
}

impl From<Content> for Block {
    fn from(content: Content) -> Self {
        Self { content, cache: None }
    }
}

impl Reasoning {
    /// Tokens of thought that an effort stands for, where a dialect only has a budget.
    #[must_use]
    pub fn budget_for(effort: Effort) -> u64 {
        match effort {
            Effort::None => 0,
            Effort::Minimal | Effort::Low => 1_024,
            Effort::Medium => 4_096,
            Effort::High => 16_384,
            Effort::Highest => 32_768,
        }
    }

    /// The effort that a budget stands for, where a dialect has no budgets.
    #[must_use]
    pub fn effort_for(budget: u64) -> Effort {
        match budget {
            0 => Effort::None,
            1..=1_024 => Effort::Low,
            1_025..=8_192 => Effort::Medium,
            _ => Effort::High,
        }
    }
}

//! The words of the catalogue, as they stand in its files.

use crate::dialect::VendorDialect;

/// A closed set of words.
pub trait Word: Copy + PartialEq + 'static {
    const ALL: &'static [(Self, &'static str)];

    #[must_use]
    fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, text)| *text == word).map(|(value, _)| *value)
    }

    #[must_use]
    fn text(self) -> &'static str {
        Self::ALL.iter().find(|(value, _)| *value == self).map_or("", |(_, text)| text)
    }

    /// `expected one of chat, completion`.
    #[must_use]
    fn expected() -> String {
        let all: Vec<_> = Self::ALL.iter().map(|(_, text)| *text).collect();
        format!("expected one of {}", all.join(", "))
    }
}

/// What a model is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Chat,
    Completion,
    Embedding,
    Image,
    Speech,
    Transcription,
    Rerank,
    Moderation,
}

impl Word for Mode {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Chat, "chat"),
        (Self::Completion, "completion"),
        (Self::Embedding, "embedding"),
        (Self::Image, "image"),
        (Self::Speech, "speech"),
        (Self::Transcription, "transcription"),
        (Self::Rerank, "rerank"),
        (Self::Moderation, "moderation"),
    ];
}

/// What a model takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Modality {
    Text,
    Image,
    Audio,
    Video,
    Pdf,
}

impl Word for Modality {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Text, "text"),
        (Self::Image, "image"),
        (Self::Audio, "audio"),
        (Self::Video, "video"),
        (Self::Pdf, "pdf"),
    ];
}

/// What a model can. What is not named is unknown rather than impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    Tools,
    ParallelTools,
    ToolChoice,
    Vision,
    Pdf,
    AudioInput,
    AudioOutput,
    VideoInput,
    JsonSchema,
    Reasoning,
    /// The model says itself how long it thinks; it is not given a budget.
    AdaptiveThinking,
    PromptCache,
    WebSearch,
    UrlContext,
    ComputerUse,
    /// The last message may be the beginning of the answer.
    Prefill,
    /// Only by OpenAI's responses, not by chat completions.
    ResponsesOnly,
    /// Refuses temperature and the like.
    NoSampling,
}

impl Word for Feature {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Tools, "tools"),
        (Self::ParallelTools, "parallel_tools"),
        (Self::ToolChoice, "tool_choice"),
        (Self::Vision, "vision"),
        (Self::Pdf, "pdf"),
        (Self::AudioInput, "audio_input"),
        (Self::AudioOutput, "audio_output"),
        (Self::VideoInput, "video_input"),
        (Self::JsonSchema, "json_schema"),
        (Self::Reasoning, "reasoning"),
        (Self::AdaptiveThinking, "adaptive_thinking"),
        (Self::PromptCache, "prompt_cache"),
        (Self::WebSearch, "web_search"),
        (Self::UrlContext, "url_context"),
        (Self::ComputerUse, "computer_use"),
        (Self::Prefill, "prefill"),
        (Self::ResponsesOnly, "responses_only"),
        (Self::NoSampling, "no_sampling"),
    ];
}

impl Word for VendorDialect {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::OpenAiChat, "openai_chat"),
        (Self::Anthropic, "anthropic"),
        (Self::Gemini, "gemini"),
        (Self::Bedrock, "bedrock"),
        (Self::Cohere, "cohere"),
        (Self::Mistral, "mistral"),
        (Self::Ollama, "ollama"),
    ];
}

/// How a vendor differs from others of its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quirk {
    /// Wants `max_completion_tokens` where others want `max_tokens`.
    MaxCompletionTokens,
    /// The model's name in a call is that of the operator's own deployment: the price is that of the model deployed.
    ModelIsDeployment,
    /// Anthropic's dialect without the model in the body, with `anthropic_version` in it (Google).
    AnthropicVersionInBody,
    /// The key may be left out.
    KeyOptional,
}

impl Word for Quirk {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::MaxCompletionTokens, "max_completion_tokens"),
        (Self::ModelIsDeployment, "model_is_deployment"),
        (Self::AnthropicVersionInBody, "anthropic_version_in_body"),
        (Self::KeyOptional, "key_optional"),
    ];
}

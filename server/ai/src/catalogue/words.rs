//! The words of the catalogue, as they stand in its files.

use crate::dialect::VendorDialect;
pub use domain::models::words::{Feature, Modality, Mode};

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

impl Word for Mode {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Chat, Self::Chat.as_str()),
        (Self::Completion, Self::Completion.as_str()),
        (Self::Embedding, Self::Embedding.as_str()),
        (Self::Image, Self::Image.as_str()),
        (Self::Speech, Self::Speech.as_str()),
        (Self::Transcription, Self::Transcription.as_str()),
        (Self::Rerank, Self::Rerank.as_str()),
        (Self::Moderation, Self::Moderation.as_str()),
    ];
}

impl Word for Modality {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Text, Self::Text.as_str()),
        (Self::Image, Self::Image.as_str()),
        (Self::Audio, Self::Audio.as_str()),
        (Self::Video, Self::Video.as_str()),
        (Self::Pdf, Self::Pdf.as_str()),
    ];
}

impl Word for Feature {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Tools, Self::Tools.as_str()),
        (Self::ParallelTools, Self::ParallelTools.as_str()),
        (Self::ToolChoice, Self::ToolChoice.as_str()),
        (Self::Vision, Self::Vision.as_str()),
        (Self::Pdf, Self::Pdf.as_str()),
        (Self::AudioInput, Self::AudioInput.as_str()),
        (Self::AudioOutput, Self::AudioOutput.as_str()),
        (Self::VideoInput, Self::VideoInput.as_str()),
        (Self::JsonSchema, Self::JsonSchema.as_str()),
        (Self::Reasoning, Self::Reasoning.as_str()),
        (Self::AdaptiveThinking, Self::AdaptiveThinking.as_str()),
        (Self::PromptCache, Self::PromptCache.as_str()),
        (Self::WebSearch, Self::WebSearch.as_str()),
        (Self::UrlContext, Self::UrlContext.as_str()),
        (Self::ComputerUse, Self::ComputerUse.as_str()),
        (Self::Prefill, Self::Prefill.as_str()),
        (Self::ResponsesOnly, Self::ResponsesOnly.as_str()),
        (Self::NoSampling, Self::NoSampling.as_str()),
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

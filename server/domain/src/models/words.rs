//! The words in which catalogues speak of models.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// What a model is asked for.
    Mode {
        Chat = "chat",
        Completion = "completion",
        Embedding = "embedding",
        Image = "image",
        Speech = "speech",
        Transcription = "transcription",
        Rerank = "rerank",
        Moderation = "moderation",
    }
}

wire_enum! {
    /// What a model takes and gives.
    Modality {
        Text = "text",
        Image = "image",
        Audio = "audio",
        Video = "video",
        Pdf = "pdf",
    }
}

wire_enum! {
    /// What a model can. What is not named is unknown rather than impossible.
    Feature {
        Tools = "tools",
        ParallelTools = "parallel_tools",
        ToolChoice = "tool_choice",
        Vision = "vision",
        Pdf = "pdf",
        AudioInput = "audio_input",
        AudioOutput = "audio_output",
        VideoInput = "video_input",
        JsonSchema = "json_schema",
        Reasoning = "reasoning",
        /// The model says itself how long it thinks; it is not given a budget.
        AdaptiveThinking = "adaptive_thinking",
        PromptCache = "prompt_cache",
        WebSearch = "web_search",
        UrlContext = "url_context",
        ComputerUse = "computer_use",
        /// The last message may be the beginning of the answer.
        Prefill = "prefill",
        /// Only by OpenAI's responses, not by chat completions.
        ResponsesOnly = "responses_only",
        /// Refuses temperature and the like.
        NoSampling = "no_sampling",
    }
}

wire_enum! {
    /// What a vendor puts a price on. A price is nano-dollars for a million of it, so that no price that a vendor names
    /// is a fraction.
    Figure {
        Input = "input",
        Output = "output",
        CacheRead = "cache_read",
        /// Written to a cache that holds for minutes.
        CacheWrite = "cache_write",
        CacheWrite1h = "cache_write_1h",
        Reasoning = "reasoning",
        InputAudio = "input_audio",
        OutputAudio = "output_audio",
        InputImage = "input_image",
        OutputImage = "output_image",
        /// A picture made, or read for an embedding.
        Image = "image",
        /// A second of sound heard or spoken.
        Second = "second",
        /// A character spoken.
        Character = "character",
        /// A search of the web that the vendor made for an answer.
        Search = "search",
        /// A question to a reranker.
        Query = "query",
    }
}

impl Figure {
    /// As the columns of a catalogue are called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.as_str()
    }

    /// How many of it the price in a catalogue is for, as vendors say it: `$3 per million tokens`, `$10 per 1,000
    /// searches`. A power of ten, at most a million.
    #[must_use]
    pub const fn per(self) -> u64 {
        match self {
            Self::Image | Self::Second => 1,
            Self::Search | Self::Query => 1_000,
            _ => 1_000_000,
        }
    }
}

//! Whose model is asked, as far as its id says: Converse has the same words for all, but not all take them.

/// Models that take the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Claude,
    Nova,
    Other,
}

/// ARNs without the model's name that do not lead to Claude.
const NOT_CLAUDE: [&str; 4] = [":imported-model/", ":custom-model", ":sagemaker:", ":prompt/"];

impl Family {
    /// An id such as `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, or an ARN. Profiles and provisioned models that
    /// name nobody are taken for Claude: most are, and what it is refused for others is said by Bedrock.
    pub fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or_default();
        if name.contains("anthropic.") || name.contains("claude") {
            Self::Claude
        } else if name.contains("amazon.nova") {
            Self::Nova
        } else if name.contains('.') || NOT_CLAUDE.iter().any(|kind| model.contains(kind)) {
            Self::Other
        } else {
            Self::Claude
        }
    }

    /// Whether `cachePoint` is taken.
    pub fn caches(self) -> bool {
        self != Self::Other
    }

    /// Whether it is taken among tools, and with an hour to live.
    pub fn caches_more(self) -> bool {
        self == Self::Claude
    }

    /// Whether a tool's result may say that it is an error.
    pub fn knows_tool_errors(self) -> bool {
        self != Self::Other
    }

    /// Whether thoughts are signed, and wanted back.
    pub fn signs_thoughts(self) -> bool {
        self == Self::Claude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_whose_model_it_is() {
        let arn = |rest: &str| format!("arn:aws:bedrock:us-east-1:123456789012:{rest}");
        let cases = [
            ("anthropic.claude-3-haiku-20240307-v1:0".to_owned(), Family::Claude),
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0".to_owned(), Family::Claude),
            (arn("inference-profile/eu.anthropic.claude-sonnet-4-20250514-v1:0"), Family::Claude),
            (arn("application-inference-profile/a1b2c3d4e5f6"), Family::Claude),
            (arn("provisioned-model/a1b2c3d4e5f6"), Family::Claude),
            ("us.amazon.nova-pro-v1:0".to_owned(), Family::Nova),
            (arn("inference-profile/us.amazon.nova-lite-v1:0"), Family::Nova),
            ("meta.llama3-1-70b-instruct-v1:0".to_owned(), Family::Other),
            ("openai.gpt-oss-120b-1:0".to_owned(), Family::Other),
            (arn("imported-model/a1b2c3d4e5f6"), Family::Other),
            (arn("custom-model-deployment/a1b2c3d4e5f6"), Family::Other),
            ("arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine".to_owned(), Family::Other),
        ];
        for (model, family) in cases {
            assert_eq!(Family::of(&model), family, "{model}");
        }
    }
}

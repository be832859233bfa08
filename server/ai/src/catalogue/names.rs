//! What stands around the name of a model.

/// What Bedrock's inference profiles begin with: a geography within which the call may be answered.
const GEOGRAPHIES: [&str; 9] = ["us", "us-gov", "eu", "apac", "jp", "au", "in", "ca", "global"];

/// The region that the name names, and the name without it.
pub(super) fn bare<'a>(vendor: &str, name: &'a str) -> (Option<&'a str>, &'a str) {
    match vendor {
        "bedrock" => {
            // arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5
            let name = if name.starts_with("arn:") { name.rsplit('/').next().unwrap_or(name) } else { name };
            match name.split_once('.') {
                Some((geography, rest)) if GEOGRAPHIES.contains(&geography) => (Some(geography), rest),
                _ => (None, name),
            }
        }
        "gemini" => (None, name.strip_prefix("models/").unwrap_or(name)),
        _ => (None, name),
    }
}

/// The name without a word for a version; `None` when it has none.
pub(super) fn undated(name: &str) -> Option<&str> {
    let plain = ["-latest", "@latest", "@default"].into_iter().find_map(|version| name.strip_suffix(version));
    let short =
        plain.or_else(|| without_day(name, "dddddddd")).or_else(|| without_day(name, "dddd-dd-dd"))?;
    (!short.is_empty()).then_some(short)
}

/// Without a day in that form and the `-` or `@` before it.
fn without_day<'a>(name: &'a str, form: &str) -> Option<&'a str> {
    let (rest, day) = name.split_at_checked(name.len().checked_sub(form.len())?)?;
    let fits =
        |(letter, form): (char, char)| if form == 'd' { letter.is_ascii_digit() } else { letter == form };
    // a model of 20,000,000 of something would have to wait for the next century
    let is_day = day.starts_with("20") && day.chars().zip(form.chars()).all(fits);
    is_day.then(|| rest.strip_suffix(['-', '@'])).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_stands_around_them() {
        for (vendor, name, expected) in [
            ("bedrock", "us.anthropic.claude-opus-5", (Some("us"), "anthropic.claude-opus-5")),
            ("bedrock", "us-gov.xai.grok-4.6", (Some("us-gov"), "xai.grok-4.6")),
            ("bedrock", "deepseek.v3.2", (None, "deepseek.v3.2")),
            ("bedrock", "arn:aws:bedrock:us-east-1::foundation-model/zai.glm-5", (None, "zai.glm-5")),
            (
                "bedrock",
                "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.zai.glm-5",
                (Some("eu"), "zai.glm-5"),
            ),
            ("gemini", "models/gemini-2.5-pro", (None, "gemini-2.5-pro")),
            ("together", "us.models/x", (None, "us.models/x")),
        ] {
            assert_eq!(bare(vendor, name), expected, "{name}");
        }
    }

    #[test]
    fn names_lose_their_version() {
        for (name, expected) in [
            ("gpt-4o-2024-08-06", Some("gpt-4o")),
            ("claude-sonnet-4-5-20250929", Some("claude-sonnet-4-5")),
            ("claude-sonnet-4-5@20250929", Some("claude-sonnet-4-5")),
            ("claude-opus-5@default", Some("claude-opus-5")),
            ("claude-opus-5-latest", Some("claude-opus-5")),
            ("gpt-4o", None),
            ("model-10240806", None),
            ("model20240806", None),
            ("20240806", None),
            ("-latest", None),
            ("ü-2024-08-06", Some("ü")),
            ("漢字漢字", None),
        ] {
            assert_eq!(undated(name), expected, "{name}");
        }
    }
}

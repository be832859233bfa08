//! Signatures of thoughts mean something only to the vendor who made them. A caller of another dialect keeps them with
//! the vendor's name in front, so that a later turn that goes to somebody else is not refused for them.

use crate::chat::{Answer, Begun, ChatRequest, Content, Delta, Event};
use crate::dialect::{CallerDialect, VendorDialect};
use crate::dropped::Dropped;

/// Vendors who take each other's signatures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    /// Also on Bedrock.
    Claude,
    Gemini,
    Other(VendorDialect),
}

fn of_vendor(vendor: VendorDialect) -> Family {
    match vendor {
        VendorDialect::Anthropic | VendorDialect::Bedrock => Family::Claude,
        VendorDialect::Gemini => Family::Gemini,
        other => Family::Other(other),
    }
}

/// Whose signatures a caller has when nothing stands in front of them.
fn of_caller(caller: CallerDialect) -> Option<Family> {
    match caller {
        CallerDialect::Anthropic => Some(Family::Claude),
        CallerDialect::Gemini | CallerDialect::GeminiArray => Some(Family::Gemini),
        CallerDialect::OpenAiChat | CallerDialect::OpenAiResponses => None,
    }
}

/// What stands in front of the signatures that this vendor makes for this caller: nothing, where they are at home.
pub(super) fn tag(caller: CallerDialect, vendor: VendorDialect) -> Option<String> {
    (of_caller(caller) != Some(of_vendor(vendor))).then(|| format!("{}:", vendor.name()))
}

/// The signature as the vendor made it, if this vendor, or its family, did.
fn at_home(signature: &str, caller: CallerDialect, vendor: VendorDialect) -> Option<String> {
    let named = VendorDialect::ALL.iter().find_map(|maker| {
        let rest = signature.strip_prefix(maker.name())?.strip_prefix(':')?;
        Some((of_vendor(*maker), rest))
    });
    let (maker, bare) = named.map_or((of_caller(caller), signature), |(maker, rest)| (Some(maker), rest));
    (maker == Some(of_vendor(vendor))).then(|| bare.to_owned())
}

/// Leaves a request only the signatures that its vendor made.
pub(super) fn strip(
    request: &mut ChatRequest,
    caller: CallerDialect,
    vendor: VendorDialect,
    dropped: &mut Dropped,
) {
    let strip = |signature: &mut Option<String>| {
        let kept = signature.as_deref().and_then(|whole| at_home(whole, caller, vendor));
        let lost = signature.is_some() && kept.is_none();
        *signature = kept;
        lost
    };
    for message in &mut request.messages {
        message.content.retain_mut(|block| match &mut block.content {
            Content::Thinking { signature, .. } => {
                if strip(signature) {
                    dropped.field("messages.content.thinking.signature");
                }
                true
            }
            Content::ToolUse(tool) => {
                strip(&mut tool.signature);
                true
            }
            Content::SealedThinking(sealed) => {
                let mut whole = Some(std::mem::take(sealed));
                let lost = strip(&mut whole);
                *sealed = whole.unwrap_or_default();
                if lost {
                    dropped.field("messages.content.thinking");
                }
                !lost
            }
            _ => true,
        });
    }
}

fn put(tag: &str, signature: &mut String) {
    signature.insert_str(0, tag);
}

fn put_content(tag: &str, content: &mut Content) {
    match content {
        Content::Thinking { signature: Some(signature), .. } | Content::SealedThinking(signature) => {
            put(tag, signature);
        }
        Content::ToolUse(tool) => {
            if let Some(signature) = &mut tool.signature {
                put(tag, signature);
            }
        }
        _ => {}
    }
}

/// Puts the tag in front of every signature of an answer.
pub(super) fn put_answer(tag: &str, answer: &mut Answer) {
    for block in &mut answer.content {
        put_content(tag, &mut block.content);
    }
}

/// The same of a piece of an answer.
pub(super) fn put_event(tag: &str, event: &mut Event) {
    match event {
        Event::Begin { block: Begun::ToolUse { signature: Some(signature), .. }, .. }
        | Event::Delta { delta: Delta::Signature(signature), .. } => put(tag, signature),
        Event::Begin { block: Begun::Whole(content), .. } => put_content(tag, content),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Block, Message, Role};

    /// What is left of a signature.
    fn through(signature: &str, caller: CallerDialect, vendor: VendorDialect) -> Option<String> {
        let thinking = Content::Thinking { text: "t".into(), signature: Some(signature.into()) };
        let sealed: Block = Content::SealedThinking(signature.into()).into();
        let messages = vec![Message::new(Role::Assistant, vec![thinking.into(), sealed])];
        let mut request = ChatRequest { messages, ..ChatRequest::default() };
        let mut dropped = Dropped::default();
        strip(&mut request, caller, vendor, &mut dropped);
        let content = &request.messages[0].content;
        let Content::Thinking { signature, .. } = &content[0].content else { panic!("{content:?}") };
        let sealed = content.get(1).map(|block| match &block.content {
            Content::SealedThinking(sealed) => sealed.clone(),
            other => panic!("{other:?}"),
        });
        assert_eq!((&sealed, dropped.is_empty()), (signature, signature.is_some()));
        sealed
    }

    #[test]
    fn signatures_go_back_only_to_who_made_them() {
        use CallerDialect::{Anthropic, Gemini, OpenAiChat};
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(through("abc", Anthropic, VendorDialect::Anthropic), some("abc"));
        assert_eq!(through("abc", Anthropic, VendorDialect::Bedrock), some("abc"));
        assert_eq!(through("abc", Anthropic, VendorDialect::Gemini), None);
        assert_eq!(through("gemini:abc", Anthropic, VendorDialect::Gemini), some("abc"));
        assert_eq!(through("gemini:abc", Anthropic, VendorDialect::Anthropic), None);
        assert_eq!(through("abc", Gemini, VendorDialect::Gemini), some("abc"));
        assert_eq!(through("bedrock:abc", OpenAiChat, VendorDialect::Anthropic), some("abc"));
        assert_eq!(through("mistral:s+/=", OpenAiChat, VendorDialect::Mistral), some("s+/="));
        assert_eq!(through("EqQB", Anthropic, VendorDialect::Mistral), None);
        assert_eq!(through("anthropic:EqQB", OpenAiChat, VendorDialect::Mistral), None);
        assert_eq!(through("abc", OpenAiChat, VendorDialect::Anthropic), None, "nobody knows whose it is");
        assert_eq!(tag(Anthropic, VendorDialect::Bedrock), None);
        assert_eq!(tag(OpenAiChat, VendorDialect::Gemini), some("gemini:"));
    }
}

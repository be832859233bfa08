use super::*;
use crate::catalogue::{Catalogue, Origin};
use crate::dialect::VendorDialect;
use crate::operations::forwarded_usage;
use crate::price::cost;
use serde_json::json;

/// A model of each way to sell.
const PRICES: &str = "\
vendor,model,mode,input,output,cache_read,input_audio,output_audio,input_image,output_image,image,second,character,query
x,gpt-image-2,image,5,30,1.25,,,8,30,,,,
x,pictures-alone,image,,,,,,,40,,,,
x,picture,image,,,,,,,,0.04,,,
x,both,image,9,9,,,,,9,0.02,0.0002,16,3
x,whisper,transcription,,,,,,,,,0.0001,,
x,transcribe,transcription,2.5,10,,6,,,,,,,
x,tts,speech,,,,,,,,,,15,
x,mini-tts,speech,0.6,,,,12,,,,,,
x,rerank,rerank,,,,,,,,,,,2
x,tokens,rerank,0.2,,,,,,,,,,
x,embed,embedding,0.02,,,,,,,,,,
";

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()].clone()
    }
}

/// What OpenAI says of gpt-image-1 (square, portrait, landscape), and how it counts gpt-image-2.
fn counted(quality: &str, width: u64, height: u64) -> Vec<u64> {
    let place =
        [(1_024, 1_024), (1_024, 1_536), (1_536, 1_024)].iter().position(|size| *size == (width, height));
    let (table, factor) = match quality {
        "low" => ([272, 408, 400], 16),
        "medium" => ([1_056, 1_584, 1_568], 48),
        _ => ([4_160, 6_240, 6_208], 96),
    };
    let (long, short) = (width.max(height), width.min(height));
    let other = (2 * factor * short + long) / (2 * long);
    let second = (factor * other * (2_000_000 + width * height)).div_ceil(4_000_000);
    place.map(|place| table[place]).into_iter().chain([second]).collect()
}

/// A request, the sound in it, and what a vendor says at most.
type Asked = (Vec<u8>, Option<Vec<u8>>, Value);

fn picture(numbers: &mut Numbers) -> Asked {
    let n = 1 + numbers.below(10);
    let mut body = json!({ "prompt": "a cat", "n": n });
    let quality = numbers.one_of(&["low", "medium", "high", "auto", ""]);
    let sizes =
        [(1_024, 1_024), (1_024, 1_536), (1_536, 1_024), (3_840, 2_160), (2_880, 2_880), (1_344, 496)];
    let (width, height) = numbers.one_of(&sizes);
    if !quality.is_empty() {
        body["quality"] = json!(quality);
    }
    if numbers.below(2) == 0 {
        body["size"] = json!(format!("{width}x{height}"));
    }
    let early = numbers.below(4);
    body["partial_images"] = json!(early);
    let each = counted(quality, width, height).into_iter().max().unwrap() + early * 100;
    let usage = json!({ "input_tokens": 2, "output_tokens": n * each });
    let data = vec![json!({}); usize::try_from(n).unwrap()];
    (body.to_string().into_bytes(), None, json!({ "data": data, "usage": usage }))
}

fn speech(numbers: &mut Numbers) -> Asked {
    let text =
        numbers.one_of(&["é", "7", "word ", "字"]).repeat(usize::try_from(numbers.below(300)).unwrap());
    let body = json!({ "input": text, "voice": "v", "speed": numbers.one_of(&[0.25, 1.0, 4.0]) });
    (body.to_string().into_bytes(), None, Value::Null)
}

fn hearing(numbers: &mut Numbers) -> Asked {
    let seconds = numbers.below(200);
    let mut sound =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0"
            .to_vec();
    sound.resize(sound.len() + usize::try_from(seconds * 16_000).unwrap(), 0);
    let usage = match numbers.below(2) {
        0 => json!({ "type": "duration", "seconds": seconds }),
        _ => {
            let heard = seconds * 17;
            json!({ "type": "tokens", "input_tokens": heard, "output_tokens": seconds * 9,
                "input_token_details": { "audio_tokens": heard } })
        }
    };
    (b"--form".to_vec(), Some(sound), json!({ "text": "", "usage": usage }))
}

fn ranking(numbers: &mut Numbers) -> Asked {
    let query = "words ".repeat(usize::try_from(numbers.below(100)).unwrap());
    let documents: Vec<String> = (0..=numbers.below(300))
        .map(|_| "words ".repeat(usize::try_from(numbers.below(800)).unwrap()))
        .collect();
    // a token of each word
    let words = |text: &str| text.len() as u64 / 6;
    let sizes: Vec<u64> = documents.iter().map(|document| words(document) + words(&query)).collect();
    let parts: u64 = sizes.iter().map(|size| size.div_ceil(500).max(1)).sum();
    let body = json!({ "query": query, "documents": documents });
    let answer = json!({
        "meta": { "billed_units": { "search_units": parts.div_ceil(100) } },
        "usage": { "total_tokens": sizes.iter().sum::<u64>() },
    });
    (body.to_string().into_bytes(), None, answer)
}

fn embedding(numbers: &mut Numbers) -> Asked {
    let tokens: Vec<u64> = (0..numbers.below(50)).collect();
    let body = json!({ "input": [tokens, tokens] });
    (body.to_string().into_bytes(), None, json!({ "usage": { "prompt_tokens": 2 * tokens.len() } }))
}

#[test]
fn what_is_set_aside_is_never_less_than_what_it_costs() {
    let catalogue = Catalogue::parse(PRICES, Origin::Imported).unwrap();
    let models =
        ["gpt-image-2", "pictures-alone", "picture", "both", "whisper", "transcribe", "tts", "mini-tts"];
    let models = models.iter().chain(&["rerank", "tokens", "embed"]);
    let prices: Vec<&Price> = models.map(|model| catalogue.price("x", model, None).unwrap()).collect();
    let mut numbers = Numbers(7);
    let mut paid = 0;
    for round in 0..200 {
        for (task, make) in [
            (Task::Images, picture as fn(&mut Numbers) -> Asked),
            (Task::Speech, speech),
            (Task::Transcription, hearing),
            (Task::Rerank, ranking),
            (Task::Embeddings, embedding),
        ] {
            let (body, sound, answer) = make(&mut numbers);
            let said = if task == Task::Transcription { sound.as_deref() } else { Some(body.as_slice()) };
            let most = task.most(said);
            let answer = answer.to_string();
            let pieces = task.pieces(&body);
            let usage = forwarded_usage(task, VendorDialect::OpenAiChat, answer.as_bytes(), pieces).unwrap();
            for price in &prices {
                let (tokens, nano) = most.reckoned(2, Some(price));
                let cost = cost(&usage, price);
                let settled = if cost.unknown.is_empty() { cost.nano } else { 0 };
                let settled = u64::try_from(settled).unwrap();
                assert!(nano >= settled, "{round} {task:?} {nano} < {settled}: {price:?} {usage:?}");
                let by_piece =
                    most.pieces.is_some_and(|(figure, _)| cost_of(figure, 1, price).unknown.is_empty());
                assert!(tokens >= usage.total() || by_piece, "{round} {task:?} {tokens}: {usage:?}");
                paid += u64::from(settled > 0);
            }
            let (tokens, nano) = most.reckoned(2, None);
            assert_eq!(nano, 0, "what has no price is free");
            assert!(tokens >= usage.total(), "{task:?} {tokens}: {usage:?}");
        }
    }
    assert!(paid > 2_000, "{paid}");
}

#[test]
fn spoken_tokens_of_a_stream_are_set_aside_too() {
    // a second of speech is about 20 tokens, and 14 characters of English
    let body = json!({ "input": "a".repeat(1_400), "voice": "v" }).to_string();
    let (tokens, _) = Task::Speech.most(Some(body.as_bytes())).reckoned(0, None);
    assert!(tokens >= 100 * 21 + 350, "{tokens}");
}

#[test]
fn what_a_request_does_not_say_is_taken_for_the_dearest() {
    let tokens = |body: Value| Task::Images.most(Some(body.to_string().as_bytes())).reckoned(0, None).0;
    let dearest = tokens(json!({ "size": "2880x2880", "quality": "high" }));
    assert_eq!(dearest, 23_719);
    for body in [json!({}), json!({ "size": "auto", "quality": "auto" }), json!({ "size": 7, "n": null })] {
        assert_eq!(tokens(body.clone()), dearest, "{body}");
    }
    assert_eq!(tokens(json!({ "n": "3" })), 3 * dearest);
    assert_eq!(tokens(json!({ "n": 2.0 })), 2 * dearest);
    assert_eq!(tokens(json!({ "n": true })), 10 * dearest);
    assert_eq!(tokens(json!({ "n": u64::MAX })), u64::MAX);
    assert_eq!(tokens(json!({ "size": "1024x1024", "quality": "low" })), 366);
    let elsewhere = Task::Transcription.most(None);
    assert_eq!(elsewhere, heard(4 * 3_600));
}

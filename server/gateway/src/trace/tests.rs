//! The edge cases of the specification.

use super::*;

const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
const SPAN: u64 = 0x00f0_67aa_0ba9_02b7;
const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn of(values: &[&str], ratio: f64) -> Trace {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("traceparent", HeaderValue::from_str(value).unwrap());
    }
    Trace::of(&headers, &Ids::seeded(), Ratio::new(ratio).unwrap())
}

#[test]
fn what_is_valid_is_continued() {
    for (value, sampled) in [
        (GOOD.to_owned(), true),
        (GOOD.replace("-01", "-00"), false),
        // flags that are not known are not heeded
        (GOOD.replace("-01", "-ff"), true),
        (GOOD.replace("-01", "-fe"), false),
        // a later version may go on behind what is known
        (GOOD.replacen("00-", "cc-", 1), true),
        (GOOD.replacen("00-", "cc-", 1) + "-what-the-future-will-be-like", true),
        (GOOD.replacen("00-", "01-", 1) + "-", true),
        (GOOD.replacen("00-", "fe-", 1), true),
    ] {
        let trace = of(&[&value], 1.0 - f64::from(sampled));
        assert_eq!((trace.id, trace.parent, trace.sampled), (TRACE, Some(SPAN), sampled), "{value}");
        assert!(trace.keeps_state(), "{value}");
        assert!(![0, SPAN].contains(&trace.span) && trace.span != trace.upstream_span, "{trace:?}");
    }
}

#[test]
fn what_is_not_valid_begins_a_trace() {
    for value in [
        "",
        "00",
        // versions
        &GOOD.replacen("00-", "ff-", 1),
        &GOOD.replacen("00-", "0-", 1),
        &GOOD.replacen("00-", "0x-", 1),
        &GOOD.replacen("00-", ".0-", 1),
        &GOOD.replacen("00-", "CC-", 1),
        // this version ends behind its flags, a later one goes on with a hyphen
        &format!("{GOOD}-what-the-future-will-be-like"),
        &format!("{GOOD}-"),
        &format!("{GOOD}0"),
        &(GOOD.replacen("00-", "cc-", 1) + ".what-the-future-will-not-be-like"),
        &(GOOD.replacen("00-", "cc-", 1) + "0"),
        // ids
        &GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
        &GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)),
        &GOOD.replace("4bf92f", "4BF92F"),
        &GOOD.replace("00f067", "00F067"),
        &GOOD.replace("4bf92f", "4bg92f"),
        &GOOD.replace("4bf92f", "4bf92"),
        &GOOD.replace("4bf92f", "4bf92f0"),
        &GOOD.replace("00f067", "00f06"),
        // flags and hyphens
        &GOOD.replace("-01", "-0"),
        &GOOD.replace("-01", "-.0"),
        &GOOD.replace("-01", "-0A"),
        &GOOD.replace('-', "_"),
        &GOOD.replace("-01", "001"),
        &GOOD.replacen('-', "", 1),
        &format!("{GOOD},{GOOD}"),
    ] {
        assert_ne!(value, GOOD);
        let trace = of(&[value], 0.0);
        assert!(trace.parent.is_none() && ![0, TRACE].contains(&trace.id) && !trace.sampled, "{value}");
        assert!(!trace.keeps_state(), "{value}");
    }
    for values in [&[][..], &[GOOD, GOOD], &[GOOD, "00"]] {
        assert_eq!(of(values, 0.0).parent, None, "{values:?}");
    }
}

#[test]
fn it_is_written_as_it_is_read() {
    let trace = Trace { sampled: true, ..of(&[GOOD], 0.0) };
    for trace in [trace, Trace { sampled: false, upstream_span: 7, id: 1, ..trace }] {
        let value = HeaderValue::from_bytes(&trace.traceparent()).unwrap();
        let expected = Parent { trace: trace.id, span: trace.upstream_span, sampled: trace.sampled };
        assert_eq!(read(&value), Some(expected));
    }
}

#[test]
fn traces_that_begin_here_are_sampled_in_that_ratio() {
    let ids = Ids::seeded();
    for (ratio, range) in [(0.0, 0..=0), (1.0, 10_000..=10_000), (0.25, 2_000..=3_000)] {
        let ratio = Ratio::new(ratio).unwrap();
        let sampled = (0..10_000).filter(|_| Trace::of(&HeaderMap::new(), &ids, ratio).sampled).count();
        assert!(range.contains(&sampled), "{sampled}");
    }
    assert_eq!([Ratio::new(-0.1), Ratio::new(1.1), Ratio::new(f64::NAN)], [None; 3]);
}

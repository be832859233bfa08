//! Calls to models, as the meter would have written them.

use super::House;
use super::world::{call, record};
use domain::calls::{AiUse, Call};

/// What a model read, wrote and cost; the caller asked for `smart`.
pub fn spent(model: &str, input_tokens: i64, output_tokens: i64, cost_nano: Option<i64>) -> AiUse {
    AiUse {
        provider: "prov_01jd3r8k2m0c9q5x7v4w6t8y2z".to_owned(),
        vendor: "openai".to_owned(),
        model: model.to_owned(),
        asked: "smart".to_owned(),
        input_tokens,
        output_tokens,
        cost_nano,
        finish: "stop".to_owned(),
        ..AiUse::default()
    }
}

/// Records a call of an application to an api for each, a minute apart, the first five minutes ago.
pub async fn calls_to(house: &House, api: &str, application: &str, uses: impl IntoIterator<Item = AiUse>) {
    let calls: Vec<Call> = (5..)
        .zip(uses)
        .map(|(minutes, ai)| {
            let number = usize::try_from(minutes).unwrap();
            Call { ai: Some(ai), ..call(number, (api, application), 200, minutes) }
        })
        .collect();
    record(house, &calls).await;
}

//! A call as it stands in a block: postcard, in borrowed text.

use domain::calls::{AiUse, Attempt, Call};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::block::Damage;

/// One call. The order of the fields is the layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row<'a> {
    pub id: [u8; 16],
    /// Unix milliseconds.
    pub at_ms: i64,
    pub api: Option<&'a str>,
    pub version: Option<&'a str>,
    pub route: Option<&'a str>,
    pub application: Option<&'a str>,
    pub credential: Option<&'a str>,
    pub subscription: Option<&'a str>,
    pub plan: Option<&'a str>,
    pub method: &'a str,
    pub path: &'a str,
    pub status: u16,
    pub outcome: &'a str,
    pub duration_us: i64,
    pub upstream_us: Option<i64>,
    pub request_bytes: i64,
    pub response_bytes: i64,
    pub client_address: &'a str,
    pub user_agent: &'a str,
    pub attempts: u16,
    pub ai: Option<AiRow<'a>>,
}

/// What a model did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AiRow<'a> {
    pub provider: &'a str,
    pub vendor: &'a str,
    pub model: &'a str,
    pub asked: &'a str,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_write_tokens: i64,
    pub reasoning_tokens: i64,
    pub estimated: bool,
    pub cost_nano: Option<i64>,
    pub price: &'a str,
    pub finish: &'a str,
    pub first_token_us: Option<i64>,
    pub dropped: &'a str,
    /// Behind the other fields, in a layout of its own: blocks that are older do not have it.
    #[serde(skip)]
    pub tried: Vec<AttemptRow<'a>>,
}

/// A time that a model was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttemptRow<'a> {
    pub provider: &'a str,
    pub model: &'a str,
    pub status: Option<u16>,
    pub failure: &'a str,
    pub ms: u32,
}

impl<'a> Row<'a> {
    /// Appends it, as blocks are written today.
    pub fn write(&self, out: Vec<u8>) -> postcard::Result<Vec<u8>> {
        let out = postcard::to_extend(self, out)?;
        match &self.ai {
            Some(ai) => postcard::to_extend(&ai.tried, out),
            None => Ok(out),
        }
    }

    /// The first of `bytes`, and what is behind it. `tried`: the block keeps attempts.
    pub fn read(bytes: &'a [u8], tried: bool) -> postcard::Result<(Self, &'a [u8])> {
        let (mut row, mut rest) = postcard::take_from_bytes::<Self>(bytes)?;
        if let (true, Some(ai)) = (tried, &mut row.ai) {
            (ai.tried, rest) = postcard::take_from_bytes(rest)?;
        }
        Ok((row, rest))
    }

    pub fn of(call: &'a Call) -> Result<Self, Damage> {
        Ok(Self {
            id: Uuid::try_parse(&call.id).map_err(|_| Damage::Id)?.into_bytes(),
            at_ms: call.at.timestamp_millis(),
            api: call.api.as_ref().map(|id| id.as_str()),
            version: call.version.as_deref(),
            route: call.route.as_deref(),
            application: call.application.as_ref().map(|id| id.as_str()),
            credential: call.credential.as_ref().map(|id| id.as_str()),
            subscription: call.subscription.as_ref().map(|id| id.as_str()),
            plan: call.plan.as_ref().map(|id| id.as_str()),
            method: &call.method,
            path: &call.path,
            status: call.status,
            outcome: &call.outcome,
            duration_us: call.duration_us,
            upstream_us: call.upstream_us,
            request_bytes: call.request_bytes,
            response_bytes: call.response_bytes,
            client_address: &call.client_address,
            user_agent: &call.user_agent,
            attempts: call.attempts,
            ai: call.ai.as_ref().map(AiRow::of),
        })
    }

    pub fn call(&self) -> Result<Call, Damage> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Call {
            id: self.id().to_string(),
            at: chrono::DateTime::from_timestamp_millis(self.at_ms).ok_or(Damage::Time)?,
            api: self.api.map(str::parse).transpose()?,
            version: owned(self.version),
            route: owned(self.route),
            application: self.application.map(str::parse).transpose()?,
            credential: self.credential.map(str::parse).transpose()?,
            subscription: self.subscription.map(str::parse).transpose()?,
            plan: self.plan.map(str::parse).transpose()?,
            method: self.method.to_owned(),
            path: self.path.to_owned(),
            status: self.status,
            outcome: self.outcome.to_owned(),
            duration_us: self.duration_us,
            upstream_us: self.upstream_us,
            request_bytes: self.request_bytes,
            response_bytes: self.response_bytes,
            client_address: self.client_address.to_owned(),
            user_agent: self.user_agent.to_owned(),
            attempts: self.attempts,
            ai: self.ai.as_ref().map(AiRow::told),
        })
    }

    /// Written with hyphens, ids compare as their bytes do.
    pub fn id(&self) -> uuid::fmt::Hyphenated {
        Uuid::from_bytes(self.id).hyphenated()
    }

    /// What a block that holds the call is found by.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        let ai = self.ai.as_ref();
        [self.api, self.application, ai.map(|ai| ai.provider), ai.map(|ai| ai.model)].into_iter().flatten()
    }
}

impl<'a> AiRow<'a> {
    fn of(ai: &'a AiUse) -> Self {
        Self {
            provider: &ai.provider,
            vendor: &ai.vendor,
            model: &ai.model,
            asked: &ai.asked,
            input_tokens: ai.input_tokens,
            output_tokens: ai.output_tokens,
            cache_read_tokens: ai.cache_read_tokens,
            cache_write_tokens: ai.cache_write_tokens,
            reasoning_tokens: ai.reasoning_tokens,
            estimated: ai.estimated,
            cost_nano: ai.cost_nano,
            price: &ai.price,
            finish: &ai.finish,
            first_token_us: ai.first_token_us,
            dropped: &ai.dropped,
            tried: ai.tried.iter().map(AttemptRow::of).collect(),
        }
    }

    fn told(&self) -> AiUse {
        AiUse {
            provider: self.provider.to_owned(),
            vendor: self.vendor.to_owned(),
            model: self.model.to_owned(),
            asked: self.asked.to_owned(),
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cache_read_tokens: self.cache_read_tokens,
            cache_write_tokens: self.cache_write_tokens,
            reasoning_tokens: self.reasoning_tokens,
            estimated: self.estimated,
            cost_nano: self.cost_nano,
            price: self.price.to_owned(),
            finish: self.finish.to_owned(),
            first_token_us: self.first_token_us,
            dropped: self.dropped.to_owned(),
            tried: self.tried.iter().map(AttemptRow::told).collect(),
        }
    }
}

impl<'a> AttemptRow<'a> {
    fn of(attempt: &'a Attempt) -> Self {
        Self {
            provider: &attempt.provider,
            model: &attempt.model,
            status: attempt.status,
            failure: &attempt.failure,
            ms: attempt.ms,
        }
    }

    fn told(&self) -> Attempt {
        Attempt {
            provider: self.provider.to_owned(),
            model: self.model.to_owned(),
            status: self.status,
            failure: self.failure.to_owned(),
            ms: self.ms,
        }
    }
}

//! What is done when nodes fail, as the form says it: other attempts, checks, nodes that are left alone. Each is there
//! when its switch is on; what is left empty is as it would be anyway.

use crate::api::typed::number_or;
use domain::check::{Check, Invalid};
use domain::upstream::{Breaker, Ejection, HealthCheck, Retries};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RetryFields {
    /// Not empty: failed calls are sent again.
    pub enabled: String,
    pub attempts: String,
    /// The words of [`domain::upstream::RetryOn`].
    pub on: Vec<String>,
    /// Not empty: also calls of methods that are not idempotent.
    pub non_idempotent: String,
    pub backoff_ms: String,
    pub budget_percent: String,
}

impl RetryFields {
    pub(super) fn read(&self) -> Result<Option<Retries>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        let (mut check, usual) = (Check::new(), Retries::default());
        let attempts = small_or(&mut check, "attempts", &self.attempts, usual.attempts, u8::MAX);
        let on: Vec<_> = self.on.iter().map(|word| check.parse("on", word)).collect();
        let backoff_ms = number_or(&mut check, "backoff_ms", &self.backoff_ms, usual.backoff_ms);
        let budget_percent =
            small_or(&mut check, "budget_percent", &self.budget_percent, usual.budget_percent, u8::MAX);
        let retries = check.done(|| {
            Some(Retries {
                attempts: attempts?,
                on: on.into_iter().collect::<Option<_>>()?,
                non_idempotent: !self.non_idempotent.is_empty(),
                backoff_ms: backoff_ms?,
                budget_percent: budget_percent?,
            })
        })?;
        retries.check()?;
        Ok(Some(retries))
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HealthFields {
    /// Not empty: nodes are asked.
    pub enabled: String,
    pub path: String,
    pub interval_ms: String,
    pub timeout_ms: String,
    pub healthy_after: String,
    pub unhealthy_after: String,
    pub expect_from: String,
    pub expect_to: String,
}

impl HealthFields {
    pub(super) fn read(&self) -> Result<Option<HealthCheck>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        let (mut check, usual) = (Check::new(), HealthCheck::default());
        let path = self.path.trim();
        let mut number =
            |field: &str, typed: &str, otherwise: u32| number_or(&mut check, field, typed, otherwise);
        let interval_ms = number("interval_ms", &self.interval_ms, usual.interval_ms);
        let timeout_ms = number("timeout_ms", &self.timeout_ms, usual.timeout_ms);
        let healthy_after = number("healthy_after", &self.healthy_after, usual.healthy_after);
        let unhealthy_after = number("unhealthy_after", &self.unhealthy_after, usual.unhealthy_after);
        let expect_from = small_or(&mut check, "expect_from", &self.expect_from, usual.expect_from, u16::MAX);
        let expect_to = small_or(&mut check, "expect_to", &self.expect_to, usual.expect_to, u16::MAX);
        let health = check.done(|| {
            Some(HealthCheck {
                path: if path.is_empty() { usual.path } else { path.to_owned() },
                interval_ms: interval_ms?,
                timeout_ms: timeout_ms?,
                healthy_after: healthy_after?,
                unhealthy_after: unhealthy_after?,
                expect_from: expect_from?,
                expect_to: expect_to?,
            })
        })?;
        health.check()?;
        Ok(Some(health))
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EjectionFields {
    /// Not empty: nodes are left alone after failures in a row.
    pub enabled: String,
    pub failures: String,
    pub for_ms: String,
}

impl EjectionFields {
    pub(super) fn read(&self) -> Result<Option<Ejection>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        let (mut check, usual) = (Check::new(), Ejection::default());
        let failures = number_or(&mut check, "failures", &self.failures, usual.failures);
        let for_ms = number_or(&mut check, "for_ms", &self.for_ms, usual.for_ms);
        let ejection = check.done(|| Some(Ejection { failures: failures?, for_ms: for_ms? }))?;
        ejection.check()?;
        Ok(Some(ejection))
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BreakerFields {
    /// Not empty: there is a breaker.
    pub enabled: String,
    pub failures: String,
    pub error_percent: String,
    pub minimum_calls: String,
    pub window_ms: String,
    pub open_ms: String,
    pub probes: String,
}

impl BreakerFields {
    pub(super) fn read(&self) -> Result<Option<Breaker>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        let (mut check, usual) = (Check::new(), Breaker::default());
        let error_percent =
            small_or(&mut check, "error_percent", &self.error_percent, usual.error_percent, u8::MAX);
        let mut number =
            |field: &str, typed: &str, otherwise: u32| number_or(&mut check, field, typed, otherwise);
        let failures = number("failures", &self.failures, usual.failures);
        let minimum_calls = number("minimum_calls", &self.minimum_calls, usual.minimum_calls);
        let window_ms = number("window_ms", &self.window_ms, usual.window_ms);
        let open_ms = number("open_ms", &self.open_ms, usual.open_ms);
        let probes = number("probes", &self.probes, usual.probes);
        let breaker = check.done(|| {
            Some(Breaker {
                failures: failures?,
                error_percent: error_percent?,
                minimum_calls: minimum_calls?,
                window_ms: window_ms?,
                open_ms: open_ms?,
                probes: probes?,
            })
        })?;
        breaker.check()?;
        Ok(Some(breaker))
    }
}

/// As [`number_or`]. What does not fit is taken for the largest that does, so that it is told how much is too much.
fn small_or<T>(check: &mut Check, field: &str, text: &str, otherwise: T, most: T) -> Option<T>
where
    T: TryFrom<u32> + Into<u32>,
{
    let number = number_or(check, field, text, otherwise.into())?;
    Some(T::try_from(number).unwrap_or(most))
}

//! The time, given to use cases as a part, so that tests decide what time it is.

use domain::Time;
use std::sync::Arc;

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the control plane reads the clock"
        )]
        Self(Arc::new(chrono::Utc::now))
    }

    /// A clock that stands, or moves as the function says.
    pub fn from_fn(tell: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// A clock that stands still.
    #[must_use]
    pub fn fixed(time: Time) -> Self {
        Self::from_fn(move || time)
    }

    /// Now, in whole milliseconds: what the database keeps.
    #[must_use]
    pub fn now(&self) -> Time {
        let now = (self.0)();
        chrono::DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}

//! Timers: subscriptions that end, and what is swept up.

use crate::tasks::{Tasks, every};
use control::Control;
use std::time::Duration;

const EXPIRE: Duration = Duration::from_secs(10);
const SWEEP: Duration = Duration::from_secs(600);

pub fn start(tasks: &Tasks, control: &Control) {
    let expiring = control.clone();
    tasks.keep("expire", move |stop| {
        let control = expiring.clone();
        async move {
            every(EXPIRE, stop, || async {
                if let Err(error) = control::jobs::expire_subscriptions(&control).await {
                    tracing::error!(%error, "subscriptions could not be expired");
                }
            })
            .await;
        }
    });
    let sweeping = control.clone();
    tasks.keep("sweep", move |stop| {
        let control = sweeping.clone();
        async move {
            every(SWEEP, stop, || async {
                if let Err(error) = control::jobs::sweep(&control).await {
                    tracing::error!(%error, "old rows could not be swept up");
                }
            })
            .await;
        }
    });
}

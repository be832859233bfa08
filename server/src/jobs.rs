//! Timers: subscriptions that end, what is swept up, and memory that is given back.

use crate::memory;
use crate::tasks::{Tasks, every};
use control::Control;
use std::time::Duration;

const EXPIRE: Duration = Duration::from_secs(10);
const SWEEP: Duration = Duration::from_secs(600);
/// Threads that have become idle keep what they freed.
const GIVE_BACK: Duration = Duration::from_secs(60);

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
    tasks.keep("memory", |stop| every(GIVE_BACK, stop, || async { memory::give_back() }));
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

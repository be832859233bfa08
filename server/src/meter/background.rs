//! Threads that run only while nothing else wants the processor.

use crate::commands::Failure;
use std::future::Future;
use store::Store;
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};
use tokio::runtime::{Builder, Runtime};

/// A thread, and connections to the database whose own threads are as patient.
pub struct Background {
    thread: Thread,
    store: Store,
}

/// A runtime of one thread.
struct Thread {
    /// Until dropped.
    runtime: Option<Runtime>,
}

impl Background {
    pub async fn start(store: &Store) -> Result<Self, Failure> {
        let thread = Thread::start()?;
        let store = store.clone();
        // what SQLite runs on will be started by, and scheduled like, the thread that uses it first: this one
        let store = thread.run(async move { store.again(1) }).await?;
        Ok(Self { thread, store })
    }

    /// Does what `work` makes of the connections, and waits for it. A panic in it goes on here.
    pub async fn run<T, Work>(&self, work: impl FnOnce(Store) -> Work) -> T
    where
        T: Send + 'static,
        Work: Future<Output = T> + Send + 'static,
    {
        self.thread.run(work(self.store.clone())).await
    }

    pub async fn close(&self) {
        self.store.close().await;
    }
}

impl Thread {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .thread_name("background")
            .on_thread_start(wait_for_idle)
            .build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    async fn run<Work>(&self, work: Work) -> Work::Output
    where
        Work: Future<Output: Send> + Send + 'static,
    {
        let Some(runtime) = &self.runtime else { return work.await };
        match runtime.spawn(work).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // the runtime is gone, and with it the process in a moment
                Err(_) => std::future::pending().await,
            },
        }
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // a thread of another runtime may not wait for this one
            runtime.shutdown_background();
        }
    }
}

/// Has the thread that calls it, and those that it will start, run when all others sleep.
fn wait_for_idle() {
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle) {
        tracing::debug!(?error, "the meter keeps the priority of pages");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// `SCHED_IDLE` of `sched.h`, as proc(5) shows it in the 41st field.
    const IDLE: &str = "5";

    fn policy(stat: &str) -> Option<&str> {
        // the name, in brackets, may hold spaces
        stat.rsplit_once(')')?.1.split_whitespace().nth(41 - 3)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn only_its_own_threads_and_those_of_sqlite_are_patient() {
        let fixture = store::testing::sqlite().await;
        let background = Background::start(&fixture).await.unwrap();
        let stat = background.run(|_| async { fs::read_to_string("/proc/thread-self/stat").unwrap() }).await;
        assert_eq!(policy(&stat), Some(IDLE), "{stat}");
        background
            .run(|store| async move { store.calls_begin().await.unwrap().commit().await.unwrap() })
            .await;
        let tasks = fs::read_dir("/proc/self/task").unwrap();
        let stats = tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("stat")).ok());
        let patient = stats.filter(|stat| policy(stat) == Some(IDLE)).count();
        assert!(patient >= 2, "its own, and that of the file of calls: {patient}");
        let own = fs::read_to_string("/proc/thread-self/stat").unwrap();
        assert_ne!(policy(&own), Some(IDLE), "{own}");
    }

    #[tokio::test]
    async fn a_thread_that_fails_to_start_its_work_is_let_go() {
        let thread = Thread::start().unwrap();
        let failed: Result<(), &str> = thread.run(async { Err("no database") }).await;
        assert_eq!(failed, Err("no database"));
        drop(thread);
    }
}

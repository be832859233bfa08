//! Label sets, one for each route: who may have counters of its own, and where each thread has them.
//!
//! A route takes its place in the budget with its first call and gives it back when no snapshot and no call has the
//! route any more. Calls of routes that found none left are counted together, as `__other__`.

use super::route::{RouteCounters, RouteFigures, Shown};
use super::text;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};

/// Label sets that a process has unless it is told otherwise.
pub const DEFAULT_BUDGET: usize = 2_000;

/// Which of how many threads.
#[derive(Clone, Copy, Debug)]
pub struct ThreadNumber {
    pub number: usize,
    pub of: usize,
}

/// The counters of one label set: each thread's are made when it counts its first call.
#[derive(Debug, Default)]
struct Counts(OnceLock<Box<[OnceLock<Box<RouteCounters>>]>>);

impl Counts {
    fn of(&self, thread: ThreadNumber) -> Option<&RouteCounters> {
        let threads = self.0.get_or_init(|| (0..thread.of).map(|_| OnceLock::new()).collect());
        threads.get(thread.number).map(|counters| counters.get_or_init(Box::default).as_ref())
    }

    /// `None` before the first call.
    fn figures(&self) -> Option<RouteFigures> {
        let threads = self.0.get()?.iter();
        Some(RouteFigures::of(threads.filter_map(OnceLock::get).map(Box::as_ref)))
    }
}

/// What the label sets of a process have in common.
#[derive(Debug)]
pub struct Registry {
    budget: usize,
    taken: AtomicUsize,
    /// Of calls whose address belongs to no version.
    unmatched: Counts,
    /// Of routes that found no place.
    other: Counts,
}

impl Registry {
    #[must_use]
    pub fn new(budget: usize) -> Arc<Self> {
        Arc::new(Self {
            budget,
            taken: AtomicUsize::new(0),
            unmatched: Counts::default(),
            other: Counts::default(),
        })
    }

    /// Where a thread counts calls whose address belongs to no version.
    #[must_use]
    pub fn unmatched(&self, thread: ThreadNumber) -> Option<&RouteCounters> {
        self.unmatched.of(thread)
    }

    fn take(&self) -> bool {
        let more = |taken: usize| (taken < self.budget).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// All metrics of these label sets, in this order, and of what belongs to none of them.
    pub fn write(&self, text: &mut String, series: &[&Arc<Series>]) {
        let named = |value| text::labels(&[("api", value), ("version", value), ("route", value)]);
        let (unmatched, other) = (named(""), named("__other__"));
        let own = series.iter().filter_map(|series| Some((&*series.labels, series.own()?)));
        let rest = [(unmatched.as_str(), &self.unmatched), (other.as_str(), &self.other)];
        let shown: Vec<Shown<'_>> = own
            .chain(rest)
            .filter_map(|(labels, counts)| Some(Shown { labels, figures: counts.figures()? }))
            .collect();
        super::route::write(text, &shown);
        let taken = self.taken.load(Ordering::Relaxed) as u64;
        text::single(
            text,
            "gatehouse_metrics_series",
            "gauge",
            "Routes with label sets of their own.",
            taken,
        );
    }
}

/// The label set of one route of one version.
#[derive(Debug)]
pub struct Series {
    labels: Box<str>,
    registry: Arc<Registry>,
    /// `None`: there was no place left.
    counts: OnceLock<Option<Counts>>,
}

impl Series {
    /// Where a thread counts the calls of the route.
    #[must_use]
    pub fn of(&self, thread: ThreadNumber) -> Option<&RouteCounters> {
        let counts = self.counts.get_or_init(|| self.registry.take().then(Counts::default));
        counts.as_ref().unwrap_or(&self.registry.other).of(thread)
    }

    fn own(&self) -> Option<&Counts> {
        self.counts.get()?.as_ref()
    }

    fn found_no_place(&self) -> bool {
        matches!(self.counts.get(), Some(None))
    }
}

impl Drop for Series {
    fn drop(&mut self) {
        if self.own().is_some() {
            self.registry.taken.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The label sets of one version.
#[derive(Clone, Debug)]
pub struct VersionSeries {
    /// Of calls that met no route of it.
    unrouted: Arc<Series>,
    /// By the numbers of the routes.
    routes: Arc<[Arc<Series>]>,
}

impl VersionSeries {
    #[must_use]
    pub fn of(&self, route: Option<u32>) -> &Series {
        let at = route.and_then(|route| usize::try_from(route).ok());
        at.and_then(|at| self.routes.get(at)).unwrap_or(&self.unrouted)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Series>> {
        [&self.unrouted].into_iter().chain(self.routes.iter())
    }
}

/// The label sets by their labels, so that a route that stays goes on counting where it was.
#[derive(Debug, Default)]
pub struct SeriesByLabels(HashMap<String, Weak<Series>>);

impl SeriesByLabels {
    /// Lets go of what no snapshot has any more, and no call under way.
    pub fn forget_unused(&mut self) {
        self.0.retain(|_, series| series.strong_count() > 0);
    }

    pub fn version(
        &mut self,
        registry: &Arc<Registry>,
        api: &str,
        version: &str,
        routes: &[Box<str>],
    ) -> VersionSeries {
        let mut series = |route: &str| {
            self.series(registry, text::labels(&[("api", api), ("version", version), ("route", route)]))
        };
        VersionSeries { unrouted: series(""), routes: routes.iter().map(|route| series(route)).collect() }
    }

    fn series(&mut self, registry: &Arc<Registry>, labels: String) -> Arc<Series> {
        // one that found no place has counted nothing, and asks again
        let known = self.0.get(&labels).and_then(Weak::upgrade).filter(|series| !series.found_no_place());
        known.unwrap_or_else(|| {
            let series = Arc::new(Series {
                labels: labels.as_str().into(),
                registry: Arc::clone(registry),
                counts: OnceLock::new(),
            });
            self.0.insert(labels, Arc::downgrade(&series));
            series
        })
    }
}

//! Counters and histograms, in the OpenMetrics text format.

use std::fmt::Write as _;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    calls: Family<Verdicts, Counter>,
    would_deny: Family<Would, Counter>,
    seconds: Family<OfServer, Histogram, fn() -> Histogram>,
    sessions: Family<OfServer, Gauge>,
    children: Family<OfServer, Gauge>,
    noise: Family<OfServer, Gauge>,
    reviews: Family<Reviews, Counter>,
    review_seconds: Family<OfPlugin, Histogram, fn() -> Histogram>,
    failures: Family<Failures, Counter>,
    memory: Family<OfPlugin, Gauge>,
}

/// The labels of a counted call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Verdicts {
    /// Which server.
    pub server: String,
    /// What was decided.
    pub verdict: &'static str,
    /// By which rule.
    pub rule: String,
}

/// The labels of a counted call that passed because something is not enforced.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Would {
    /// Which server.
    pub server: String,
    /// What would have been decided.
    pub verdict: &'static str,
    /// By which rule.
    pub rule: String,
}

/// What a plugin said.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// The plugin.
    pub plugin: &'a str,
    /// What it said, in a word.
    pub verdict: &'static str,
    /// The code of its failure, if it failed.
    pub failure: Option<&'a str>,
    /// How long it took.
    pub took: Duration,
    /// How much memory its instance took, in bytes.
    pub taken: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfServer {
    server: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPlugin {
    plugin: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reviews {
    plugin: String,
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failures {
    plugin: String,
    code: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("doorward");
        let (calls, would_deny) = (Family::default(), Family::default());
        let buckets: fn() -> Histogram = || Histogram::new(exponential_buckets(0.000_1, 4.0, 11));
        let seconds = Family::new_with_constructor(buckets);
        let (sessions, children, noise) = (Family::default(), Family::default(), Family::default());
        let (reviews, failures) = (Family::default(), Family::default());
        let buckets: fn() -> Histogram = || Histogram::new(exponential_buckets(0.000_01, 4.0, 9));
        let review_seconds = Family::new_with_constructor(buckets);
        registry.register("calls", "Calls by what was decided, by which rule, of which server", calls.clone());
        let would = "Calls that passed because a rule is not enforced, by that rule, of which server";
        registry.register("would_deny", would, would_deny.clone());
        registry.register_with_unit("call", "From a call's arrival to its end", Unit::Seconds, seconds.clone());
        registry.register("sessions", "Open legacy sessions", sessions.clone());
        registry.register("children", "Running server programs", children.clone());
        registry.register("noise_lines", "Lines on a program's stdout that were no messages", noise.clone());
        registry.register(
            "plugin_reviews",
            "Calls, replies and items that a plugin judged, by what it said",
            reviews.clone(),
        );
        registry.register_with_unit(
            "plugin_review",
            "How long a plugin took for a call, the wait for its turn included",
            Unit::Seconds,
            review_seconds.clone(),
        );
        registry.register("plugin_failures", "Calls refused because a plugin failed, by its code", failures.clone());
        let memory = Family::default();
        let most = "The most memory that an instance of a plugin took";
        registry.register_with_unit("plugin_memory", most, Unit::Bytes, memory.clone());
        Self {
            registry,
            calls,
            would_deny,
            seconds,
            sessions,
            children,
            noise,
            reviews,
            review_seconds,
            failures,
            memory,
        }
    }
}

impl Metrics {
    /// Counts a decision.
    pub fn count(&self, labels: &Verdicts) {
        self.calls.get_or_create(labels).inc();
    }

    /// Counts a call that passed because something is not enforced.
    pub fn count_would(&self, labels: &Would) {
        self.would_deny.get_or_create(labels).inc();
    }

    /// Notes how long a call took.
    pub fn took(&self, server: &str, time: Duration) {
        self.seconds.get_or_create(&OfServer { server: server.to_owned() }).observe(time.as_secs_f64());
    }

    /// Notes what a plugin said, and what that cost.
    pub fn reviewed(&self, review: &Review<'_>) {
        let Review { plugin, verdict, failure, took, taken } = *review;
        let (plugin, bytes) = (plugin.to_owned(), i64::try_from(taken).unwrap_or(i64::MAX));
        let of = OfPlugin { plugin: plugin.clone() };
        self.review_seconds.get_or_create(&of).observe(took.as_secs_f64());
        let most = self.memory.get_or_create(&of);
        if bytes > most.get() {
            most.set(bytes);
        }
        if let Some(code) = failure {
            self.failures.get_or_create(&Failures { plugin: plugin.clone(), code: code.to_owned() }).inc();
        }
        self.reviews.get_or_create(&Reviews { plugin, verdict }).inc();
    }

    /// Sets what is open for a server now.
    pub fn set_open(&self, server: &str, sessions: u64, children: u64, noise: u64) {
        let of = OfServer { server: server.to_owned() };
        for (family, number) in [(&self.sessions, sessions), (&self.children, children), (&self.noise, noise)] {
            family.get_or_create(&of).set(i64::try_from(number).unwrap_or(i64::MAX));
        }
    }

    /// The OpenMetrics text.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        if text::encode(&mut out, &self.registry).is_err() {
            out.clear();
            let _infallible = out.write_str("# EOF\n");
        }
        out
    }
}

//! The shape of a policy, for editors: a mirror of what is read. A test holds the two together.
#![expect(dead_code, reason = "only the shape is used")]

use std::collections::BTreeMap;

use crate::json::schema::{self, Anything};
use schemars::JsonSchema;

/// The JSON Schema of a policy.
pub fn schema() -> String {
    schema::of::<Policy>()
}

/// A policy of Doorward: what may pass, call by call.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Policy {
    /// This schema, for editors.
    #[schemars(rename = "$schema")]
    schema: Option<String>,
    /// The version of this format.
    version: Version,
    /// What holds where nothing else is said.
    default: Default,
    /// Tools, by name or glob, that are as if they did not exist; `["*"]` hides all.
    hide: Option<Vec<String>>,
    /// `false`: the policy judges and records what it would deny, and lets it pass.
    enforce: Option<bool>,
    /// The IANA time zone of `time.…` in conditions; UTC without it.
    time_zone: Option<String>,
    /// How arguments are held against the tools' schemas.
    arguments: Option<Arguments>,
    /// What of calls of tools is kept in the record of decisions.
    record: Option<Record>,
    /// Sibling tools that are judged by the entry of the one that is named.
    aliases: Option<BTreeMap<String, Vec<String>>>,
    /// What may not follow what: between labels of tools.
    flows: Option<Vec<Flow>>,
    /// Rules of every tool, before the tool's own. They only add.
    all_tools: Option<AllTools>,
    /// The rules of each tool, by name or glob; `{}` allows it.
    tools: Option<BTreeMap<String, Tool>>,
    /// The rules of resources, by URI or glob.
    resources: Option<BTreeMap<String, Other>>,
    /// The rules of prompts, by name or glob.
    prompts: Option<BTreeMap<String, Other>>,
    /// The rules of what a server asks of the client (sampling, elicitation, roots), by method or glob.
    server_requests: Option<BTreeMap<String, Other>>,
    /// The rules of any other method, by method or glob.
    methods: Option<BTreeMap<String, Other>>,
}

#[derive(JsonSchema)]
enum Version {
    #[schemars(rename = "1")]
    One,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Default {
    Allow,
    Deny,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Action {
    Allow,
    Deny,
    RequireApproval,
}

/// How arguments are held against a tool's schema.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Arguments {
    /// What becomes of an argument that the schema does not name; `"deny"` without it.
    unknown: Option<Default>,
    /// Whether arguments must be as the schema says; `"enforce"` without it.
    schema: Option<SchemaUse>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum SchemaUse {
    Enforce,
    Ignore,
}

/// What of a call is kept in the record of decisions.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Record {
    /// Whether the arguments are kept; `false` without it.
    arguments: Option<bool>,
    /// Paths to what is left out of them, with all that is below.
    #[schemars(length(max = 256))]
    redact: Option<Vec<String>>,
}

/// Who has called a tool with one label may not call one with another.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Flow {
    /// The label of what was called before.
    from: String,
    /// The label of what is called.
    to: String,
    /// What becomes of the call; `"deny"` without it.
    action: Option<FlowAction>,
    /// What the agent is told.
    reason: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum FlowAction {
    Deny,
    RequireApproval,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AllTools {
    /// Rules whose conditions must hold.
    require: Option<Vec<Rule>>,
    /// Rules whose conditions must not hold.
    deny_if: Option<Vec<Rule>>,
    /// Rules under whose conditions a person is asked.
    approve_if: Option<Vec<Rule>>,
    /// How often something may happen.
    limits: Option<Vec<Limit>>,
    /// A limit for each grant.
    rate_limit: Option<RateLimit>,
    /// Validators that review the call, in this order.
    plugins: Option<Vec<PluginUse>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Tool {
    /// What becomes of a call; `"allow"` without it.
    action: Option<Action>,
    /// What the agent is told where the action does not allow.
    reason: Option<String>,
    /// `false`: judged and recorded, and let pass.
    enforce: Option<bool>,
    /// What the tool does, in words for `flows`: `reads-private`, `reads-untrusted`, `sends-out`, or words of your own.
    labels: Option<Vec<String>>,
    /// How arguments are held against the tool's schema.
    arguments: Option<Arguments>,
    /// What of its calls is kept in the record of decisions.
    record: Option<Record>,
    /// Rules whose conditions must hold.
    require: Option<Vec<Rule>>,
    /// Rules whose conditions must not hold.
    deny_if: Option<Vec<Rule>>,
    /// Rules under whose conditions a person is asked.
    approve_if: Option<Vec<Rule>>,
    /// How often the tool may be called.
    limits: Option<Vec<Limit>>,
    /// A limit for each grant.
    rate_limit: Option<RateLimit>,
    /// Validators that review the call, in this order.
    plugins: Option<Vec<PluginUse>>,
    /// What is remembered of a call that succeeded, for `session.facts.NAME[KEY]`.
    #[schemars(length(max = 16))]
    remember: Option<Vec<Memo>>,
}

/// A fact that is remembered.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Memo {
    /// Its name: `host` is read as `session.facts.host[KEY]`.
    #[schemars(length(min = 1, max = 64), regex(pattern = "^[A-Za-z0-9_-]+$"))]
    fact: String,
    /// Where its key is found, in `args` or `result`: a text or a whole number.
    key: Source,
    /// Where its value is found, in `args` or `result`.
    value: Source,
    /// How the result of a call looks that succeeded.
    #[schemars(length(min = 1))]
    when: Vec<Condition>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Source {
    Path(String),
    Captured(Captured),
}

/// A part of a text.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Captured {
    /// Where the text is found.
    path: String,
    /// What the whole text looks like; its one group is what is wanted.
    capture: String,
}

/// The rules of what is no tool.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Other {
    /// What becomes of it; `"allow"` without it.
    action: Option<Action>,
    /// What is told where the action does not allow.
    reason: Option<String>,
    /// `false`: judged and recorded, and let pass.
    enforce: Option<bool>,
    /// Rules whose conditions must hold.
    require: Option<Vec<Rule>>,
    /// Rules whose conditions must not hold.
    deny_if: Option<Vec<Rule>>,
    /// Rules under whose conditions a person is asked.
    approve_if: Option<Vec<Rule>>,
    /// How often it may happen.
    limits: Option<Vec<Limit>>,
    /// A limit for each grant.
    rate_limit: Option<RateLimit>,
    /// Validators that review it, in this order.
    plugins: Option<Vec<PluginUse>>,
}

/// Conditions that hold together.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rule {
    /// The conditions.
    #[schemars(length(min = 1))]
    conditions: Vec<Condition>,
    /// A path to many values: the conditions speak of each of them, as `each`.
    for_each: Option<String>,
    /// What the agent is told if the rule denies.
    on_deny: Option<String>,
    /// What the agent is told if a person is asked.
    on_ask: Option<String>,
    /// `false`: judged and recorded, and let pass.
    enforce: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Condition {
    Comparison(Comparison),
    AllOf(AllOf),
    AnyOf(AnyOf),
    Not(Box<Not>),
}

/// A value and what it is compared with.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Comparison {
    /// The value: `args.NAME`, `caller.groups`, `session.labels`, `time.hour` and so on.
    path: String,
    /// The operator.
    op: Operator,
    /// What it is compared with.
    value: Option<Anything>,
    /// A path to what it is compared with.
    value_from: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Operator {
    Eq,
    Neq,
    In,
    NotIn,
    Lt,
    Lte,
    Gt,
    Gte,
    Between,
    Regex,
    Matches,
    Contains,
    StartsWith,
    EndsWith,
    Glob,
    Exists,
    PathWithin,
    Host,
    Cidr,
    Url,
    Length,
    Type,
    Schema,
}

/// Conditions that must all hold.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AllOf {
    #[schemars(length(min = 1))]
    all_of: Vec<Condition>,
}

/// Conditions of which one must hold.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AnyOf {
    #[schemars(length(min = 1))]
    any_of: Vec<Condition>,
}

/// A condition that must not hold.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Not {
    not: Condition,
}

/// How often something may happen within a window of time.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Limit {
    /// What is counted under one name counts together.
    #[schemars(length(min = 1, max = 128))]
    counter: String,
    /// The window.
    window: Window,
    /// How many calls, up to a million; with `cost` how much they may count as.
    #[schemars(range(min = 1, max = 1_000_000_000_000u64))]
    max: u64,
    /// Whose calls are counted together; `"grant"` without it.
    scope: Option<Scope>,
    /// How it is counted; `"sliding"` without it.
    algorithm: Option<Algorithm>,
    /// The IANA time zone of a `calendar` window; UTC without it.
    zone: Option<String>,
    /// How many a full `token_bucket` holds; `max` without it.
    burst: Option<u64>,
    /// What a call counts as; 1 without it.
    cost: Option<Cost>,
}

/// `{"max": 10, "window": 60}`: a limit for each grant.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RateLimit {
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    max: u64,
    /// The window.
    window: Window,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Window {
    Word(WindowWord),
    Seconds(#[schemars(range(min = 1, max = 31_622_400))] u64),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum WindowWord {
    Second,
    Minute,
    Hour,
    Day,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Scope {
    Grant,
    Session,
    Server,
    All,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Algorithm {
    Sliding,
    TokenBucket,
    Calendar,
}

/// What a call counts as.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Cost {
    Constant(#[schemars(range(min = 0))] f64),
    Argument(String),
    Number(Number),
    Table(Table),
    Repeated(Repeated),
}

/// The number at a path.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Number {
    path: String,
    /// The largest cost that is accepted.
    #[schemars(range(min = 0))]
    max: Option<f64>,
    /// The cost where the argument is missing.
    #[schemars(range(min = 0))]
    default: Option<f64>,
}

/// What a table says of the text at a path.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Table {
    path: String,
    /// The cost by text.
    table: BTreeMap<String, f64>,
    /// The cost where the argument is missing, and of other texts.
    #[schemars(range(min = 0))]
    default: Option<f64>,
}

/// A call that repeats every interval counts as often as it happens in the window.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Repeated {
    /// A path to the interval.
    every: String,
    /// Its unit; `"ms"` without it.
    unit: Option<Unit>,
    /// The interval where the argument is missing.
    default: Option<f64>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Unit {
    Ms,
    S,
    M,
    H,
}

/// A validator that reviews the call.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PluginUse {
    /// The plugin.
    #[schemars(rename = "use")]
    name: String,
    /// Its settings.
    config: Option<BTreeMap<String, Anything>>,
    /// What it is granted beside the call.
    grants: Option<Vec<Grant>>,
    /// What it may use.
    budget: Option<Budget>,
    /// `"allow"`: what it would judge passes where the plugin fails. Recorded, and warned about.
    on_failure: Option<OnFailure>,
}

/// What a plugin may be granted.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Grant {
    /// A memory of the conversation.
    Memory,
}

/// What a plugin may use; the rest is as for any.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Budget {
    /// How long it may take for a question.
    #[schemars(range(min = 1, max = 5_000))]
    deadline_ms: Option<u64>,
    /// How much memory an instance may have.
    #[schemars(range(min = 1, max = 256))]
    memory_mib: Option<u64>,
    /// How often an instance may ask the gateway something.
    #[schemars(range(min = 1, max = 10_000_000))]
    host_calls: Option<u64>,
    /// How many lines of its log are kept, of each question.
    #[schemars(range(min = 0, max = 256))]
    log_lines: Option<u64>,
    /// How many questions that take longer than a moment it is asked at once.
    #[schemars(range(min = 1, max = 64))]
    concurrent: Option<u64>,
    /// After how many failures in a row it rests; 0 is never.
    #[schemars(range(min = 0, max = 1_000_000))]
    breaker_failures: Option<u64>,
    /// How long it rests.
    #[schemars(range(min = 1, max = 3_600_000))]
    breaker_rest_ms: Option<u64>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum OnFailure {
    Deny,
    Allow,
}

//! From the file to the law: everything that is wrong with a policy, all at once and with its place.

use std::collections::HashSet;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::call::Verdict;
use crate::json::commented::{Entry as Member, Fields, Kind as NodeKind, Node, Report, nearest};
use crate::secret::Digest;

use super::codes::FOREIGN;
use super::entry::{Arguments, Entry, Kind, Rules, read_list};
use super::flow::Flow;
use super::names::{Names, Star, Table, is_glob};
use super::record::Record;
use super::rule::read_enforce;
use super::tally::Tally;
use super::{Limit, Policy};

/// The largest policy, in bytes.
const LARGEST: usize = 32 << 20;

/// What may be the default.
const DEFAULTS: [(&str, Verdict); 2] = [("allow", Verdict::Allow), ("deny", Verdict::Deny)];

/// Reads a policy. `text` is what its digest is taken of. Where something is wrong the report says so, and there is no
/// policy: nothing is ever half in force.
pub fn load(node: &Node, text: &str, report: &mut Report) -> Option<Policy> {
    if text.len() > LARGEST {
        let help = Some("split it by server or by grant".to_owned());
        report.error(node.span.start..node.span.start, format!("a policy holds up to {LARGEST} bytes"), help);
        return None;
    }
    let mut fields = report.fields(node)?;
    let mut tally = Tally::default();
    fields.get("$schema");
    let version = fields.need("version", report).and_then(|node| report.one_of(node, &[("1", ())]));
    let foreign = reject_foreign(&mut fields, report);
    let default = fields.need("default", report);
    let default_at = default.map(|node| node.span.clone()).unwrap_or_default();
    let default = default.and_then(|node| report.one_of(node, &DEFAULTS));
    let enforce = read_enforce(fields.get("enforce"), report);
    let hide = fields.get("hide").map_or(Some(Names::default()), |node| read_hidden(node, &mut tally, report));
    let zone = fields.get("time_zone").map_or(Some(TimeZone::UTC), |node| read_zone(node, report));
    let arguments = fields.get("arguments");
    let arguments = arguments.map_or(Some(Arguments::default()), |node| Arguments::read(node, report));
    let record = fields.get("record").map_or(Some(Record::default()), |node| Record::read(node, report));
    let flows = read_list(fields.get("flows"), report, Flow::read);
    let all_tools = match fields.get("all_tools") {
        Some(node) => read_all_tools(node, &mut tally, report),
        None => Some(Rules::default()),
    };
    let mut section = |name, kind, star| read_section(&mut fields, name, (kind, star), &mut tally, report);
    let tools = section("tools", Kind::Tool, Star::Anything);
    let resources = section("resources", Kind::Other, Star::Segment);
    let prompts = section("prompts", Kind::Other, Star::Anything);
    let server_requests = section("server_requests", Kind::Other, Star::Anything);
    let methods = section("methods", Kind::Other, Star::Anything);
    let aliases = fields.get("aliases");
    let tools = tools.and_then(|tools| match aliases {
        Some(node) => read_aliases(node, tools, report),
        None => Some((tools, Vec::new())),
    });
    fields.finish(report);
    version?;
    foreign?;
    let (tools, aliases) = tools?;
    let policy = Policy {
        default: default?,
        enforce: enforce?,
        hide: hide?,
        zone: zone?,
        arguments: arguments?,
        record: record?,
        flows: flows?,
        recalls: tally.recalls(),
        all_tools: all_tools?,
        tools,
        aliases: aliases.into_iter().collect(),
        resources: resources?,
        prompts: prompts?,
        server_requests: server_requests?,
        methods: methods?,
        digest: Digest::of(text.as_bytes()),
        default_at,
    };
    Limit::agree(policy.rules().flat_map(|rules| &rules.limits), report)?;
    Some(policy)
}

/// A policy of another dialect that also says `version: "1"` must not pass as one of ours: its rules would be lost.
fn reject_foreign(fields: &mut Fields<'_>, report: &mut Report) -> Option<()> {
    let Some(Node { kind: NodeKind::Object(tools), .. }) = fields.get("tools") else { return Some(()) };
    let foreign = tools.iter().find_map(|tool| match &tool.node.kind {
        NodeKind::Object(members) => members.iter().find(|member| member.name == "rules"),
        _ => None,
    });
    let Some(foreign) = foreign else { return Some(()) };
    let help = "translate the file with `doorward policy import FILE`".to_owned();
    report.error_of(FOREIGN, foreign.span.clone(), "`rules` belongs to Intercept's dialect", Some(help));
    None
}

fn read_hidden(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Names> {
    let mut names = Names::default();
    let elements = report.elements(node)?;
    for element in elements {
        let name = report.text(element)?;
        if is_glob(name) {
            tally.pattern(element, report)?;
        }
        if names.add(name).is_err() {
            report.error(element.span.clone(), "this name is too long", Some("use a shorter glob".to_owned()));
            return None;
        }
    }
    if names.hold_all() && elements.len() > 1 {
        report.warn(node.span.clone(), "`*` hides every tool, so the other names say nothing", None);
    }
    Some(names)
}

fn read_zone(node: &Node, report: &mut Report) -> Option<TimeZone> {
    let name = report.text(node)?;
    let zones = TimeZoneDatabase::bundled();
    match zones.get(name) {
        Ok(zone) => Some(zone),
        Err(_) => {
            let known = zones.available().take_while(|_| report.has_room());
            let known: Vec<String> = known.map(|zone| zone.to_string()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let help = match nearest(name, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write a name of the IANA database, such as `Europe/Berlin`".to_owned(),
            };
            report.error(node.span.clone(), format!("`{name}` is no time zone"), Some(help));
            None
        }
    }
}

fn read_all_tools(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Rules> {
    let mut fields = report.fields(node)?;
    let rules = Rules::read(&mut fields, "/all_tools", tally, report);
    fields.finish(report);
    rules
}

fn read_section(
    fields: &mut Fields<'_>,
    name: &'static str,
    (kind, star): (Kind, Star),
    tally: &mut Tally,
    report: &mut Report,
) -> Option<Table<Entry>> {
    let Some(node) = fields.get(name) else { return Some(Table::default()) };
    let mut read_entry = |member: &Member| {
        if is_glob(&member.name) {
            tally.pattern(&member.node, report)?;
        }
        Entry::read(member, name, kind, tally, report).map(|entry| (member.name.clone(), entry))
    };
    let NodeKind::Object(members) = &node.kind else {
        report.entries(node)?;
        return None;
    };
    let written: Vec<Option<(String, Entry)>> = members.iter().map(&mut read_entry).collect();
    let table = Table::new(written.into_iter().collect::<Option<_>>()?, star);
    if table.is_err() {
        report.error(node.span.clone(), "a name here is too long", Some("use a shorter glob".to_owned()));
    }
    table.ok()
}

/// The tools with their siblings, and each sibling with the name of its entry.
type Siblings = (Table<Entry>, Vec<(String, String)>);

/// Reads `aliases`: which tools are judged by the entry of another.
fn read_aliases(node: &Node, mut tools: Table<Entry>, report: &mut Report) -> Option<Siblings> {
    let families = report.entries(node)?;
    let heads: HashSet<&str> = families.iter().map(|family| family.name.as_str()).collect();
    let mut siblings: Vec<(String, String)> = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut sound = true;
    for family in families {
        let head = family.name.as_str();
        if !tools.has(head) || taken.contains(head) {
            let known: Vec<&str> = tools.names().take_while(|_| report.has_room()).collect();
            let help = match nearest(head, &known) {
                Some(near) if near != head => format!("did you mean `{near}`?"),
                _ => format!("add `\"{head}\": {{…}}` to `tools`: its siblings are judged by it"),
            };
            report.error(family.span.clone(), format!("there is no entry `{head}` under `tools`"), Some(help));
            sound = false;
        }
        for element in report.elements(&family.node)? {
            let name = report.text(element)?;
            let wrong = if heads.contains(name) {
                Some((format!("`{name}` has siblings itself"), "name all siblings under one entry"))
            } else if !taken.insert(name.to_owned()) {
                Some((format!("`{name}` is a sibling already"), "keep one of them"))
            } else if tools.has(name) {
                Some((format!("`{name}` has an entry of its own"), "take one of them away: only one can judge it"))
            } else if is_glob(name) {
                Some((format!("`{name}` is a glob"), "name the siblings one by one"))
            } else {
                None
            };
            match wrong {
                Some((message, help)) => {
                    report.error(element.span.clone(), message, Some(help.to_owned()));
                    sound = false;
                }
                None => siblings.push((name.to_owned(), head.to_owned())),
            }
        }
    }
    for (name, head) in siblings.iter().filter(|_| sound) {
        tools.call_also(head, name.clone())?;
    }
    sound.then_some((tools, siblings))
}

//! The policy that a server's tools ask for: deny by default, and for each tool what its class deserves.
//!
//! | class | recommended |
//! |---|---|
//! | read | allowed |
//! | write | 30 an hour |
//! | execute | 10 a minute, each command read by `shell-guard`; denied where nothing here can read what it runs |
//! | destructive | hidden |
//! | financial | denied |

use crate::json::is_visible;
use crate::json::sheet::Sheet;
use crate::json::{Object, Value};

use super::{Class, Family, Parameter, Risk, Role, classify, families, parameters, words};

/// A tool as a server lists it, with what is known of it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its risk.
    pub risk: Risk,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

const CLASSES: [(Class, &str); 4] = [
    (Class::Read, "Read: these only look."),
    (Class::Write, "Write: these change something."),
    (Class::Execute, "Execute: these run what they are given. Look at what is `opaque`: nobody reads that."),
    (Class::Financial, "Financial: these move money."),
];

impl Listed {
    /// A tool, from its definition; `None` if it has no name.
    pub fn read(definition: &Object) -> Option<Self> {
        let name = definition.text("name")?.to_owned();
        Some(Self { name, risk: classify(definition), parameters: parameters(definition) })
    }

    /// Whether a policy can name it: a name may neither be a pattern nor look like another.
    pub fn can_be_named(&self) -> bool {
        !self.name.is_empty() && !self.name.contains('*') && self.name.chars().all(is_visible)
    }
}

/// The policy for these tools, as a text with comments.
pub fn recommend(server: &str, tools: &[Listed]) -> String {
    let named: Vec<Listed> = tools.iter().filter(|tool| tool.can_be_named()).cloned().collect();
    let families = families(&named);
    let mut sheet =
        Sheet::object().with("version", "1").noted("Whatever is not named here is denied.", "default", "deny");
    let destructive = || named.iter().filter(|tool| tool.risk.class == Class::Destructive);
    if destructive().next().is_some() {
        let list = destructive().fold(Sheet::array(), |list, tool| list.element(&note(tool), tool.name.as_str()));
        sheet = sheet.noted("Destructive: agents do not even see these.", "hide", list);
    }
    if !families.is_empty() {
        let list = families.iter().fold(Sheet::object(), |list, family| {
            let siblings: Vec<Value> = family.siblings.iter().map(|name| name.as_str().into()).collect();
            list.with(&family.head, siblings)
        });
        sheet = sheet.noted("These do the same under other names: one entry judges them all.", "aliases", list);
    }
    let mut entries = Sheet::object();
    for (class, title) in CLASSES {
        let mut title = Some(title);
        for tool in named.iter().filter(|tool| tool.risk.class == class) {
            let family = families.iter().find(|family| family.head == tool.name);
            if families.iter().any(|family| family.siblings.contains(&tool.name)) {
                continue;
            }
            let note = title.take().map(|title| format!("{title}\n")).unwrap_or_default() + &note(tool);
            entries = entries.noted(&note, &tool.name, entry(tool, family, &named));
        }
    }
    if !entries.is_empty() {
        sheet = sheet.with("tools", entries);
    }
    sheet.to_text(&head(server, tools.len() - named.len()))
}

fn head(server: &str, left_out: usize) -> String {
    let mut head = format!(
        "Recommended by `doorward scan` for {server}, from what its tools say of themselves.\n\
         Above each tool stands what was found in its definition. Read all of it before you use it."
    );
    if left_out > 0 {
        let (tools, are) = if left_out == 1 { ("tool", "is") } else { ("tools", "are") };
        head.push_str(&format!(
            "\n{left_out} {tools} {are} left out, and so denied: the name has a `*` or signs that do not show."
        ));
    }
    head
}

/// What was found, on one line.
fn note(tool: &Listed) -> String {
    const MOST: usize = 6;
    let risk = &tool.risk;
    let mut found: Vec<String> = risk.evidence.iter().take(MOST).map(ToString::to_string).collect();
    if found.is_empty() {
        found.push("nothing says what it does".to_owned());
    }
    let text = format!("{}, confidence {}: {}", risk.severity.as_str(), risk.confidence.as_str(), found.join(", "));
    let mut text: String = text.replace(['\n', '\r'], " ").chars().take(200).collect();
    let repeats = |parameter: &&Parameter| parameter.role == Role::Repeat;
    if risk.class == Class::Execute
        && let Some(parameter) = tool.parameters.iter().find(repeats)
    {
        text.push_str(&format!("\nOne call may be many: see `{}`.", parameter.pointer));
    }
    text
}

fn entry(tool: &Listed, family: Option<&Family>, all: &[Listed]) -> Sheet {
    match tool.risk.class {
        Class::Read => Sheet::object(),
        Class::Write | Class::Destructive => limited(30, "hour"),
        Class::Financial => denied("it moves money"),
        Class::Execute => {
            let siblings = family.map(|family| family.siblings.as_slice()).unwrap_or_default();
            let members = all.iter().filter(|other| other.name == tool.name || siblings.contains(&other.name));
            let parameters: Vec<&Parameter> = members.flat_map(|member| &member.parameters).collect();
            execute(tool, &parameters)
        }
    }
}

fn limited(max: u64, window: &str) -> Sheet {
    Sheet::object().with("rate_limit", Value::from([("max", max.into()), ("window", window.into())]))
}

fn denied(reason: &str) -> Sheet {
    Sheet::object().with("action", "deny").with("reason", reason)
}

/// A tool that runs something: allowed where everything that it runs is read by a plugin.
fn execute(tool: &Listed, parameters: &[&Parameter]) -> Sheet {
    let commands = pointers(parameters, |role| role == Role::Command);
    let unread = parameters.iter().find(|parameter| match parameter.role {
        Role::Script => true,
        Role::Program | Role::Arguments | Role::Query => commands.is_empty(),
        Role::Command => !stands_at_the_top(parameter),
        _ => false,
    });
    if let Some(parameter) = unread {
        return denied(&format!("no plugin reads what `{}` runs", parameter.pointer));
    }
    if commands.is_empty() {
        let typed = words::tokens(&tool.name).iter().any(|token| words::runs(token));
        return if typed { denied("no plugin reads what is typed there") } else { limited(10, "minute") };
    }
    // What else a program is given is neither a command nor opaque, so that `shell-guard` refuses a call that has it.
    let opaque = pointers(parameters, |role| {
        !matches!(role, Role::Command | Role::Directory | Role::Program | Role::Arguments | Role::Query)
    });
    let mut config = Object::from([("arguments", commands.into())]);
    if let Some(directory) = pointers(parameters, |role| role == Role::Directory).first() {
        config.insert("cwd", directory.clone());
    }
    if !opaque.is_empty() {
        config.insert("opaque", opaque);
    }
    let guard = Value::from([("use", "shell-guard".into()), ("config", config.into())]);
    limited(10, "minute").with("plugins", vec![guard])
}

/// The parameters at the top that may be text and are for something of this kind, each once.
fn pointers(parameters: &[&Parameter], wanted: impl Fn(Role) -> bool) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for parameter in parameters.iter().filter(|parameter| parameter.text && wanted(parameter.role)) {
        let first = parameter.pointer.split('/').nth(1).unwrap_or_default();
        let pointer = Value::from(format!("/{first}"));
        if (stands_at_the_top(parameter) || parameter.role != Role::Command) && !found.contains(&pointer) {
            found.push(pointer);
        }
    }
    found
}

fn stands_at_the_top(parameter: &Parameter) -> bool {
    parameter.pointer.matches('/').count() == 1
}

//! What the settings may not do to the rules: name what does not exist, or let in what makes all other rules worthless.

use super::{Commands, SudoAsText};
use crate::profile::{self, Profile};
use crate::rule::{Kind, Operands, Rule, Style};
use crate::words::questions;
use doorward_plugin::Finding;

/// Flags with which a program runs another one, or writes where it is told to.
const ACTING_FLAGS: &[(&str, &str)] = &[
    ("find", "-exec -execdir -ok -okdir -delete -fprint -fprint0 -fprintf -fls"),
    ("fd fdfind", "-x -X --exec --exec-batch"),
    ("rg", "--pre"),
    ("sort", "--compress-program"),
    (
        "tar",
        "--to-command --checkpoint-action -I --use-compress-program -F --info-script --new-volume-script --rsh-command",
    ),
    ("rsync", "-e --rsh --rsync-path"),
    ("zip", "-T -TT --unzip-command"),
    ("git", "-c --exec-path --upload-pack --receive-pack --ext-diff --open-files-in-pager -O"),
    ("tcpdump", "-z"),
    ("curl", "-K --config"),
    ("nginx", "-c -g"),
    ("systemctl", "--root --image"),
    ("docker podman nerdctl", "--privileged -v --volume --mount --entrypoint"),
];

/// Subcommands that run what stands behind them.
const ACTING_SUBCOMMANDS: &[(&str, &str)] = &[
    ("docker podman nerdctl", "exec run create compose"),
    ("kubectl oc", "exec run debug attach edit apply create"),
    ("crictl", "exec"),
    ("ctr", "run"),
    ("git", "bisect filter-branch rebase submodule difftool mergetool"),
    ("npm pnpm yarn bun", "exec x explore dlx run run-script"),
    ("cargo go", "run"),
    ("systemctl", "edit link enable"),
];

/// What is wrong with `commands`.
pub(super) fn faults(commands: &Commands, profile: &str) -> Vec<Finding> {
    let removed = commands.remove.iter().enumerate().filter_map(|(index, name)| {
        let is_known = Profile::named(profile)
            .is_none_or(|profile| profile.has(name) || profile.has_wrapper(name) || (name == "cd" && profile.has_cd()));
        (!is_known).then(|| {
            Finding::new("command.unknown", format!("the profile has no command `{name}` to remove"))
                .at(format!("/commands/remove/{index}"))
                .instead("remove commands that the profile has")
        })
    });
    let added = commands.add.iter().enumerate().filter_map(|(index, rule)| {
        let fault = malformed(rule).or_else(|| worthless(rule))?;
        let place = format!("/commands/add/{index}{}", fault.pointer.clone().unwrap_or_default());
        Some(fault.at(place))
    });
    removed.chain(added).collect()
}

/// What is wrong with `wrappers`.
pub(super) fn wrapper_faults(wrappers: &[String], sudo_as_text: SudoAsText) -> Vec<Finding> {
    let fault = |name: &String| match profile::wrapper(name) {
        None => Some(
            Finding::new("wrapper.unknown", format!("`{name}` is not a wrapper that changes nothing"))
                .instead("the wrappers are `timeout`, `nice`, `ionice`, `stdbuf`, `env` and `sudo`"),
        ),
        Some(_) if name == "sudo" && sudo_as_text == SudoAsText::Refuse => Some(
            Finding::new("sudo.refused", "`sudo` is refused wherever it stands, so it can wrap nothing")
                .instead("where the server does not rewrite `sudo`, write `\"sudo_as_text\": \"judge\"`"),
        ),
        Some(_) => None,
    };
    let faults = wrappers.iter().enumerate();
    faults.filter_map(|(index, name)| Some(fault(name)?.at(format!("/wrappers/{index}")))).collect()
}

/// What is wrong with `sudo`.
pub(super) fn sudo_faults(lists: &[Vec<String>], sudo_as_text: SudoAsText) -> Vec<Finding> {
    let refused = (!lists.is_empty() && sudo_as_text == SudoAsText::Refuse).then(|| {
        Finding::new("sudo.refused", "`sudo` is refused wherever it stands, so the list allows nothing")
            .at("/sudo")
            .instead("where the server does not rewrite `sudo`, write `\"sudo_as_text\": \"judge\"`")
    });
    let open = lists.iter().enumerate().filter_map(|(index, list)| {
        let name = behind_flags(list).map(|word| word.rsplit('/').next().unwrap_or_default());
        let reason = match name {
            None => "nothing stands behind `sudo`".to_owned(),
            Some(name) if profile::runs_others(name) => format!("`{name}` runs what it is given, as the superuser"),
            Some(_) => return None,
        };
        Some(
            Finding::new("sudo.open", reason)
                .at(format!("/sudo/{index}"))
                .instead("write a command and all its words, for instance `[\"systemctl\", \"restart\", \"nginx\"]`"),
        )
    });
    refused.into_iter().chain(open).collect()
}

/// The command behind the flags of `sudo`.
fn behind_flags(list: &[String]) -> Option<&String> {
    const VALUED: &[&str] = &["-u", "-g", "-h", "-p", "-C", "-T", "-U", "-r", "-t", "-D", "-R"];
    let mut words = list.iter();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            return Some(word);
        }
        if VALUED.contains(&word.as_str()) {
            words.next();
        }
    }
    None
}

/// A rule that could not be meant; the pointer is relative to it.
fn malformed(rule: &Rule) -> Option<Finding> {
    let wrong = |place: &str, reason: String, remedy: &str| {
        Some(Finding::new("command.invalid", reason).at(place).instead(remedy))
    };
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.+".contains(c))
    };
    let mut names = rule.names.split_ascii_whitespace().peekable();
    if names.peek().is_none() || !names.all(is_name) {
        let reason = format!("`{}` is not a name of a command, or several with blanks between", rule.names);
        return wrong("/names", reason, "write bare names, for instance `mytool`");
    }
    if rule.rest.min > rule.rest.max {
        let reason = format!("`min` {} is greater than `max` {}", rule.rest.min, rule.rest.max);
        return wrong("/rest", reason, "write a `min` that is not greater than `max`");
    }
    let flags = all_flags(rule);
    let is_flag = |flag: &&str| flag.starts_with(['-', '+']) || rule.style == Style::Words;
    if let Some(flag) = flags.iter().find(|flag| !is_flag(flag)) {
        return wrong("/flags", format!("`{flag}` is not a flag"), "flags begin with `-` or `+`");
    }
    let needed = rule.needs.iter().flat_map(|group| group.split_ascii_whitespace());
    let mentioned = needed.chain(rule.trees.split_ascii_whitespace()).chain(rule.brief.split_ascii_whitespace());
    mentioned.into_iter().find(|flag| *flag != "|" && !questions::is_known(flag) && !flags.contains(flag)).and_then(
        |flag| {
            wrong(
                "/needs",
                format!("`{flag}` is not one of the rule's flags"),
                "name flags of `flags`, `takes` or `may_take`",
            )
        },
    )
}

/// A rule with which anything could be run; the pointer is relative to it.
fn worthless(rule: &Rule) -> Option<Finding> {
    let names = || rule.names.split_ascii_whitespace();
    let is_for = |list: &str| names().find(|name| list.split_ascii_whitespace().any(|listed| listed == *name));
    for (list, acting) in ACTING_FLAGS {
        let flag = all_flags(rule).into_iter().find(|flag| acting.split_ascii_whitespace().any(|acts| acts == *flag));
        if let (Some(name), Some(flag)) = (is_for(list), flag) {
            return Some(
                Finding::new(
                    "command.acts",
                    format!("with `{flag}` the command `{name}` runs or writes what it is told"),
                )
                .at("/flags")
                .instead("leave the flag out"),
            );
        }
    }
    let runner = names().find(|name| profile::runs_others(name)).or_else(|| {
        let first = |under: &str| under.split(' ').next().unwrap_or_default().to_owned();
        let firsts: Vec<String> = rule.under.split(" | ").map(first).collect();
        let acts = |acting: &str| {
            rule.under.is_empty()
                || firsts
                    .iter()
                    .any(|first| acting.split_ascii_whitespace().any(|acts| first.split('/').any(|part| part == acts)))
        };
        ACTING_SUBCOMMANDS.iter().filter(|(_, acting)| acts(acting)).find_map(|(list, _)| is_for(list))
    })?;
    let found = match open_kind(rule) {
        Some((place, kind)) => (place, format!("`{kind}`")),
        None if rule.style == Style::Text || has_no_words(rule) => ("/rest", "no words at all".to_owned()),
        None => return None,
    };
    let reason =
        format!("`{runner}` runs what it is given or what is piped into it, and {} is expected there", found.1);
    let remedy = "expected exact words: `rest` with a `kind` of `{\"one_of\": \"…\"}` and a `min` of at least 1, and no other \
                  flags";
    Some(Finding::new("command.open", reason).at(found.0).instead(remedy))
}

/// Whether the rule lets the bare command through, which would read what to do from a pipe.
fn has_no_words(rule: &Rule) -> bool {
    rule.rest.min == 0 && rule.under.is_empty()
}

/// Where a value or an operand may be more than one of some words or numbers. Flags count: `-s` makes a shell read on.
fn open_kind(rule: &Rule) -> Option<(&'static str, String)> {
    let is_closed = |kind: &Kind| matches!(kind, Kind::OneOf(_) | Kind::Each(_) | Kind::Phrase(_) | Kind::Between(..));
    let open = |place, kind: Kind| (!is_closed(&kind)).then(|| (place, format!("{kind:?}").to_lowercase()));
    let Operands { kind, max, .. } = rule.rest;
    let flag = rule.flags.split_ascii_whitespace().next().filter(|_| rule.under.is_empty());
    flag.map(|flag| ("/flags", flag.to_owned()))
        .or_else(|| rule.takes.iter().find_map(|(_, kind)| open("/takes", *kind)))
        .or_else(|| rule.may_take.iter().find_map(|(_, kind)| open("/may_take", *kind)))
        .or_else(|| rule.first.and_then(|(kind, _)| open("/first", kind)))
        .or_else(|| open("/rest", kind).filter(|_| max > 0))
}

fn all_flags(rule: &Rule) -> Vec<&'static str> {
    let valued = rule.takes.iter().chain(rule.may_take).map(|(flags, _)| *flags);
    std::iter::once(rule.flags).chain(valued).flat_map(str::split_ascii_whitespace).collect()
}

//! Commands that take a terminal for themselves: behind a pager, single keys run programs and write files.

use doorward_plugin::Finding;
use doorward_plugin::shell::{Command, Connector, Word, recognise};

/// They page what they show where it goes to a terminal, unless they are told not to.
const PAGING: &[&str] = &[
    "busctl",
    "coredumpctl",
    "hostnamectl",
    "journalctl",
    "localectl",
    "loginctl",
    "machinectl",
    "networkctl",
    "portablectl",
    "resolvectl",
    "systemctl",
    "systemd-analyze",
    "systemd-cgls",
    "timedatectl",
    "userdbctl",
    "git",
];

/// They take keys, or page, whatever they are told.
const TAKING: &[&str] =
    &["apropos", "info", "man", "mysql", "nmcli", "psql", "systemd-cgtop", "top", "htop", "whatis", "less", "more"];

/// Whether no command in the line takes the terminal.
pub(crate) fn check(line: &str) -> Result<(), Finding> {
    let commands = recognise(line)?;
    let next = commands.iter().skip(1).map(Some).chain([None]);
    let taking = commands.iter().zip(next).find(|(command, next)| takes(command, *next));
    match taking {
        None => Ok(()),
        Some((command, _)) => {
            let name = command.name.as_str();
            let finding = Finding::new("command.paging", format!("`{name}` may take the terminal for itself"));
            Err(finding.instead("give it `--no-pager` where it has that, or pipe it through `cat`"))
        }
    }
}

fn takes(command: &Command, next: Option<&Command>) -> bool {
    let is_piped = next.is_some_and(|next| next.connector == Connector::Pipe);
    let is_told = command.words.iter().any(|word| word.is_plain() && word.text() == "--no-pager");
    // Behind a wrapper stands another command.
    let names = || std::iter::once(command.name.as_str()).chain(command.words.iter().map(Word::text));
    let bare = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    !is_piped
        && names().any(|name| {
            let name = bare(name);
            let is_batch = name == "top" && command.words.iter().any(|word| word.text().starts_with("-b"));
            (PAGING.contains(&name.as_str()) && !is_told) || (TAKING.contains(&name.as_str()) && !is_batch)
        })
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_pages_is_told_not_to_or_piped() {
        for line in [
            "df -h",
            "systemctl --no-pager status nginx",
            "journalctl -u nginx | cat",
            "systemctl status nginx | head",
            "top -bn 1",
            "ls /etc",
            "git --no-pager log",
        ] {
            assert!(check(line).is_ok(), "{line}");
        }
        for line in [
            "systemctl status nginx",
            "journalctl -u nginx",
            "df && systemctl status nginx",
            "df | journalctl",
            "/usr/bin/systemctl status x",
            "timeout 5 systemctl status x",
            "man ls",
            "git log",
            "top",
            "less /etc/hosts",
        ] {
            assert_eq!(check(line).unwrap_err().code, "command.paging", "{line}");
        }
    }
}

//! Commands that take a terminal for themselves: behind a pager, single keys run programs and write files. And those that
//! take a part of a line: `head -c 3`, and of `ls reboot` behind it the shell runs `reboot`.

use doorward_plugin::Finding;
use doorward_plugin::shell::{Command, Connector, Redirection, Word, recognise};

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
const TAKING: &[&str] = &[
    "apropos",
    "info",
    "kubectx",
    "kubens",
    "man",
    "mysql",
    "nmcli",
    "psql",
    "systemd-cgtop",
    "top",
    "htop",
    "whatis",
    "less",
    "more",
];

/// They read so many bytes and no more, with the letter and the word of the option that says how many.
const BITING: &[(&str, char, &str)] = &[
    ("cmp", 'n', "--bytes"),
    ("head", 'c', "--bytes"),
    ("hd", 'n', "--length"),
    ("hexdump", 'n', "--length"),
    ("od", 'N', "--read-bytes"),
    ("xxd", 'l', "--len"),
];

/// Whether no command in the line takes the terminal, or a part of what is typed.
pub(crate) fn check(line: &str) -> Result<(), Finding> {
    let commands = recognise(line)?;
    if let Some(command) = commands.iter().find(|command| bites(command)) {
        let reason = format!(
            "`{}` may take a part of a line that is typed, and leave the rest to the shell",
            command.name.as_str()
        );
        let remedy = "let it read from a file by `<`, or from a pipe";
        return Err(Finding::new("command.keys", reason).instead(remedy));
    }
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
    !is_piped
        && names(command).any(|name| {
            let is_batch = name == "top" && command.words.iter().any(|word| word.text().starts_with("-b"));
            (PAGING.contains(&name) && !is_told) || (TAKING.contains(&name) && !is_batch)
        })
}

/// Whether it may read a number of bytes from the terminal.
fn bites(command: &Command) -> bool {
    let reads_elsewhere = command.connector == Connector::Pipe
        || command.redirections.iter().any(|redirection| matches!(redirection, Redirection::Read(_)));
    // `-` is what is typed: `dpkg-deb -I -` reads 8 bytes of it.
    let is_told = command.words.iter().any(|word| word.text() == "-");
    let is_biting = || {
        names(command).any(|name| {
            let biting = BITING.iter().find(|(known, ..)| *known == name);
            biting
                .is_some_and(|(_, letter, long)| command.words.iter().any(|word| is_option(word.text(), *letter, long)))
        })
    };
    !reads_elsewhere && (is_told || is_biting())
}

/// Whether a word is the option, alone, among other letters, or cut short.
fn is_option(word: &str, letter: char, long: &str) -> bool {
    match word.strip_prefix("--") {
        Some(_) => word.len() > 2 && long.starts_with(word.split('=').next().unwrap_or_default()),
        None => word.starts_with('-') && word.contains(letter),
    }
}

/// The last parts of its name and of all its words: behind a wrapper stands another command.
fn names(command: &Command) -> impl Iterator<Item = &str> {
    let words = std::iter::once(command.name.as_str()).chain(command.words.iter().map(Word::text));
    words.map(|word| word.rsplit('/').next().unwrap_or_default())
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

    #[test]
    fn what_reads_a_part_of_a_line_reads_from_elsewhere() {
        for line in [
            "head -c 3 < /etc/hosts",
            "cat /etc/hosts | head -c 3",
            "cat /etc/hosts | cat -",
            "head -n 5 /etc/hosts",
            "od -c /etc/hosts",
            "cmp /etc/hosts /etc/hostname",
            "cat",
        ] {
            assert!(check(line).is_ok(), "{line}");
        }
        for line in [
            "head -c 3",
            "head -qc3",
            "head -3c",
            "head '-c' 3 /etc/hosts",
            "head --bytes=3",
            "head --by 3 -",
            "od -N 3",
            "od -cN3",
            "cmp -n 3 - /etc/hosts",
            "dpkg-deb -I -",
            "dpkg --info '-'",
            "xxd -l 3",
            "hexdump -n 3",
            "df | cat && head -c 3",
            "head -c 3 | cat",
            "timeout 5 /usr/bin/head -c 3",
        ] {
            assert_eq!(check(line).unwrap_err().code, "command.keys", "{line}");
        }
    }
}

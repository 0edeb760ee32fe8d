use super::{READONLY_DIAGNOSTICS, developing, operating, versions, wrappers};
use crate::rule::{Kind, Rule, Style};
use std::collections::BTreeSet;

fn rules() -> impl Iterator<Item = &'static Rule> {
    READONLY_DIAGNOSTICS.iter().copied().flatten()
}

fn all_rules() -> impl Iterator<Item = &'static Rule> {
    rules().chain(operating::RULES).chain(developing::RULES).chain(wrappers::RULES)
}

fn flags(rule: &Rule) -> Vec<&'static str> {
    let valued = rule.takes.iter().chain(rule.may_take).map(|(flags, _)| *flags);
    std::iter::once(rule.flags).chain(valued).flat_map(str::split_ascii_whitespace).collect()
}

/// Those whose value is not of a closed list, which says all that it may do; and none where only a question is asked of what
/// somebody else would be allowed.
fn open_flags(rule: &Rule) -> Vec<&'static str> {
    let is_closed = |flag: &&'static str| {
        let kind = rule.takes.iter().find(|(flags, _)| flags.split_ascii_whitespace().any(|known| known == *flag));
        matches!(kind, Some((_, Kind::OneOf(_))))
    };
    let asks = rule.under.ends_with("auth can-i/whoami");
    flags(rule).into_iter().filter(|flag| !(is_closed(flag) || asks && *flag == "--as")).collect()
}

#[test]
fn every_command_has_a_case_that_is_allowed() {
    let cases = concat!(
        include_str!("../../cases/allowed.json"),
        include_str!("../../cases/system-allowed.json"),
        include_str!("../../cases/network-allowed.json"),
        include_str!("../../cases/clusters.json"),
        include_str!("../../cases/stores.json")
    );
    let is_there = |name: &&str| {
        [" ", "\"", ";", "/"]
            .iter()
            .any(|before| [" ", "\"", "|", "\\"].iter().any(|after| cases.contains(&format!("{before}{name}{after}"))))
    };
    let names: BTreeSet<_> =
        rules().flat_map(|rule| rule.names.split_ascii_whitespace()).chain(versions::names()).collect();
    let missing: Vec<_> = names.iter().filter(|name| !is_there(name)).collect();
    assert!(names.len() > 150, "{} commands", names.len());
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

#[test]
fn no_flag_stands_twice_in_a_rule() {
    for rule in all_rules() {
        let mut seen = BTreeSet::new();
        let twice: Vec<_> = flags(rule).into_iter().filter(|flag| !seen.insert(*flag)).collect();
        assert!(twice.is_empty(), "{}: {twice:?}", rule.names);
    }
}

#[test]
fn flags_are_spelt_as_their_style_reads_them() {
    for rule in all_rules().filter(|rule| rule.style == Style::Getopt) {
        for flag in flags(rule) {
            let is_letter = flag.len() == 2 && flag.starts_with('-') || flag.starts_with('+');
            assert!(
                is_letter || flag.starts_with("--") && flag.len() > 3,
                "{}: {flag} would never be read",
                rule.names
            );
        }
    }
}

#[test]
fn what_a_rule_refers_to_is_one_of_its_flags() {
    for rule in all_rules() {
        let flags = flags(rule);
        let instead = rule.first.map_or("", |(_, instead)| instead);
        let needs = rule.needs.iter().flat_map(|group| group.split_ascii_whitespace());
        for flag in needs.chain([rule.trees, rule.brief, instead].into_iter().flat_map(str::split_ascii_whitespace)) {
            assert!(
                flag == "|" || crate::words::questions::is_known(flag) || flags.contains(&flag),
                "{}: {flag} is not a flag",
                rule.names
            );
        }
    }
}

#[test]
fn no_command_is_allowed_that_runs_others() {
    const NEVER: &[&str] = &[
        "sh",
        "bash",
        "dash",
        "zsh",
        "ksh",
        "env",
        "nohup",
        "timeout",
        "nice",
        "setsid",
        "xargs",
        "watch",
        "exec",
        "eval",
        "sed",
        "awk",
        "gawk",
        "busybox",
        "ssh",
        "script",
        "sudo",
        "su",
        "doas",
        "git",
        "vi",
        "vim",
        "ed",
        "less",
        "more",
        "man",
        "python",
        "python3",
        "perl",
        "ruby",
        "node",
        "php",
        "lua",
        "find2perl",
        "make",
        "time",
        "strace",
        "gdb",
        "tee",
        "dd",
        "cp",
        "mv",
        "rm",
        "ln",
        "curl",
        "wget",
        "socat",
        "crontab-e",
        "at",
        "batch",
        "source",
        ".",
        "set",
        "export",
        "alias",
        "trap",
    ];
    for rule in rules().filter(|rule| !is_closed(rule)) {
        for name in rule.names.split_ascii_whitespace() {
            assert!(!NEVER.contains(&name), "{name}");
        }
    }
}

/// Whether what is run, or asked of a server, is of a closed set.
fn is_closed(rule: &Rule) -> bool {
    let first = rule.first.map(|(kind, _)| kind);
    matches!(first, Some(Kind::Awk | Kind::Sed | Kind::Socket))
        || matches!(rule.rest.kind, Kind::Health | Kind::Web | Kind::LocalWeb | Kind::Socket)
}

#[test]
fn every_command_of_the_other_profiles_has_a_case() {
    for (rules, cases) in [
        (operating::RULES, include_str!("../../cases/service-operator.json")),
        (developing::RULES, include_str!("../../cases/developer.json")),
        (wrappers::RULES, include_str!("../../cases/wrappers.json")),
    ] {
        for name in rules.iter().flat_map(|rule| rule.names.split_ascii_whitespace()) {
            assert!(cases.contains(&format!("\"{name} ")), "{name} has no case");
        }
    }
}

#[test]
fn no_flag_of_a_kind_that_acts_is_allowed() {
    let acting = [
        ("find", "-exec -execdir -ok -okdir -delete -fprint -fprint0 -fprintf -fls -files0-from"),
        ("sort", "-o --output -T --temporary-directory --compress-program --files0-from --random-source"),
        ("tree", "-o -R --fromfile"),
        ("date", "-s --set -f --file"),
        ("hostname", "-F --file -b --boot"),
        (
            "tar",
            "-A -c -C -d -F -I -O -P -r -u -x --checkpoint --checkpoint-action --delete --files-from \
             --info-script --rsh-command --to-command --use-compress-program -T",
        ),
        ("unzip", "-c -d -o -p -x"),
        ("nc", "-c -d -e -g -k -l -L -p -s -x -X --exec --sh-exec --listen --proxy"),
        ("nginx", "-g -p -s"),
        (
            "journalctl",
            "--rotate --flush --sync --vacuum-time --vacuum-size -D --directory --file --root \
            --cursor-file",
        ),
        ("systemctl", "-H --host --root --image"),
        ("dmesg", "-c -C --clear --read-clear -n -D -E -w -W -F"),
        ("ip", "-b -batch -n -netns -force"),
        ("ss", "-K --kill -D --diag -F --filter -N --net -E --events"),
        ("iptables", "-A -D -F -I -P -X -Z -N -R --modprobe"),
        ("ping", "-f -l -A"),
        ("dig", "-f -k -y"),
        ("docker", "-H --host --config --context -c --tlscert"),
        ("kubectl", "--kubeconfig --token -s --server --as -w --watch --filename"),
        ("rpm", "-i_ --pipe --define -p -U -e"),
        ("apt", "-o --option -c --config-file"),
        ("lsof", "-D -r"),
        ("ps", "-E"),
        ("column", "-f"),
        ("strings", "-T -s"),
        ("diff", "-l --paginate -N --new-file --from-file --to-file -X"),
        ("pidstat", "-e"),
        ("sar", "-o -X"),
        ("atop", "-w"),
        ("aureport", "--tty"),
        ("run-parts", "-a --arg --exit-on-error"),
        ("fuser", "-k --kill -i"),
        ("wc", "--files0-from"),
        ("du", "--files0-from -X --exclude-from"),
        ("file", "-f --files-from -C --compile -m -z"),
        ("xxd", "-r"),
        ("jq", "-f --from-file -L --rawfile --slurpfile"),
        ("mount", "-a -o -B --bind"),
        ("crontab", "-e -r -i"),
        ("sysctl", "-w -p --system --write --load"),
        (
            "curl",
            "-d --data -T -K -O -F -u -x -b -c -E -n --cert --key --trace --trace-ascii --upload-file --location-trusted",
        ),
        ("wget", "-i -o -P --post-file --post-data -e --execute -r -x -U"),
        ("tcpdump", "-A -C -F -G -v -vv -w -W -x -X -z -Z"),
        ("psql", "-f --file -o --output -L -v --set --variable -s -S"),
        ("mysql", "-p --password --pager --tee --defaults-file --init-command --plugin-dir --local-infile"),
        ("openssl", "-out -engine -provider -key -new -signkey -config -proxy -sign -req"),
        ("zramctl", "-r --reset -a --algorithm -f --find -s --size"),
        ("hdparm", "-y -Y -S -W -f -F --security-erase --write-sector"),
        ("auditctl", "-a -A -d -D -e -R -w -W"),
        ("modprobe", "-a -r -C -d -S -f"),
        ("ipmitool", "-H -U -P -f"),
        ("nstat", "-r -n --reset --nooutput -d"),
        ("iptables-save", "-f -M --file --modprobe"),
        ("awk", "-f -i -E -o -p -l -e --file --include"),
        ("sed", "-i --in-place -f --file"),
        ("smartctl", "-t -s -o -S -X"),
        ("lvs", "--config"),
        ("nmcli", "-s --show-secrets -a --ask"),
        ("mtr", "-F --filename"),
        ("arp", "-f -s -d"),
        ("lshw", "-dump"),
        ("dmidecode", "--dump-bin --from-dump"),
    ];
    for (name, never) in acting {
        let mut found =
            rules().filter(|rule| rule.names.split_ascii_whitespace().any(|known| known == name)).peekable();
        assert!(found.peek().is_some(), "{name} is in the profile");
        for flag in found.flat_map(open_flags) {
            assert!(!never.split_ascii_whitespace().any(|never| never == flag), "{name} {flag}");
        }
    }
}

#[test]
fn a_command_that_reads_files_takes_them_as_paths() {
    for rule in all_rules().filter(|rule| !rule.trees.is_empty() || !rule.brief.is_empty()) {
        assert_eq!(rule.rest.kind, Kind::Read, "{}", rule.names);
    }
}

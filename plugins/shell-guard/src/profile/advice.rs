//! What to do instead of a command that no rule names. Only the words of a refusal depend on this.

/// Code, commands, advice.
const ADVICE: &[(&str, &str, &str)] = &[
    (
        "command.wrapper",
        "sudo su doas runuser pkexec env nohup timeout nice ionice setsid xargs watch exec eval command builtin time \
         chroot nsenter unshare busybox toybox script stdbuf strace ltrace parallel flock at batch systemd-run chrt \
         taskset ssh sshpass",
        "send the inner command by itself, without anything that would run it",
    ),
    (
        "command.interpreter",
        "sh bash dash ash zsh ksh fish csh tcsh python python2 python3 perl ruby node php lua tclsh awk gawk mawk \
         nawk sed ed ex vi vim nvim nano emacs gdb irb psql mysql sqlite3 redis-cli mongosh source make",
        "use `grep`, `cut`, `tr`, `sort`, `uniq`, `head` and `tail`, which can run nothing",
    ),
    ("command.pager", "less more most pg man info", "use `head -n` or `tail -n`, or read the whole with `cat`"),
    (
        "command.secrets",
        "printenv set export declare history gpg pass",
        "environments and histories hold secrets and are not shown",
    ),
    (
        "command.network",
        "curl wget nc ncat netcat socat telnet ftp sftp scp rsync tftp nmap tcpdump",
        "look with `ss`, `ip`, `ping -c 3`, `dig` or `getent hosts`",
    ),
    (
        "command.writes",
        "rm rmdir mv cp ln dd tee touch mkdir chmod chown chattr truncate shred install kill pkill killall reboot \
         shutdown halt poweroff init useradd usermod userdel passwd apt-get yum dnf pip npm git tar gzip gunzip zip \
         unzip mkfs fdisk parted umount modprobe insmod rmmod",
        "the profile only looks: ask for another profile, or let a person do it",
    ),
];

/// Whether the program runs what it is given, or what is piped into it.
pub(super) fn runs_others(command: &str) -> bool {
    matches!(on(command).0, "command.wrapper" | "command.interpreter" | "command.pager")
}

/// The code and the advice.
pub(super) fn on(command: &str) -> (&'static str, &'static str) {
    let known = ADVICE.iter().find(|(_, names, _)| names.split_ascii_whitespace().any(|name| name == command));
    match known {
        Some((code, _, advice)) => (code, advice),
        None => ("command.unknown", "the commands of the profile are listed in the README of `shell-guard`"),
    }
}

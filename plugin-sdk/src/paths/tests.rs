use super::Place;
use crate::shell::recognise;

/// The place that the last word of a command leads to, as a shell would see it.
fn place(word: &str) -> Place {
    let commands = recognise(&format!("p {word}")).expect("the word is recognised");
    let word = commands.first().and_then(|command| command.words.last()).expect("there is a word");
    Place::of_word(word).expect("the word is a path")
}

fn secret(words: &[&str]) {
    for word in words {
        assert!(place(word).might_be_secret(), "{word} is secret");
        assert!(place(word).is_unreadable(), "{word} is unreadable");
    }
}

fn open(words: &[&str]) {
    for word in words {
        assert!(!place(word).is_unreadable(), "{word} is readable");
    }
}

#[test]
fn secrets_are_known_at_their_place() {
    secret(&[
        "/etc/shadow",
        "/etc/shadow-",
        "/etc/./shadow",
        "//etc//shadow",
        "/etc/../etc/shadow",
        "/var/log/../../etc/shadow",
        "/../../etc/shadow",
        "/ETC/Shadow",
        "'/etc/shadow'",
        "/etc/sha''dow",
        "/etc/ssh/ssh_host_rsa_key",
        "/proc/1/environ",
        "/proc/self/environ",
        "/proc/kcore",
        "/proc/k*",
        "/proc/self/task/1/environ",
        "/run/secrets/token",
    ]);
    open(&[
        "/etc/passwd",
        "/etc/shadows.d.txt/x/../../hosts",
        "/etc/ssh/sshd_config",
        "/etc/ssh/ssh_host_rsa_key.pub",
        "/srv/etc/hosts",
        "/proc/cpuinfo",
        "/proc/1/status",
        "/var/log/syslog",
    ]);
}

#[test]
fn secrets_are_known_by_their_name_anywhere() {
    secret(&[
        "/root/.ssh/id_rsa",
        "~/.ssh/config",
        ".ssh",
        "a/b/.ssh/c",
        "/srv/app/.env",
        "/srv/app/.env.production",
        "/home/a/.bash_history",
        "~/.aws/credentials",
        "server.key",
        "/tmp/x.PEM",
        "//.azure",
        "/opt/app/credentials.json",
    ]);
    open(&["~/notes", "environment.md", "/srv/app/.envelope", "ssh/config", "keys.txt"]);
}

#[test]
fn a_path_with_an_unknown_base_is_held_against_every_place() {
    secret(&[
        "shadow",
        "etc/shadow",
        "../etc/shadow",
        "../../etc/shadow",
        "~/../../etc/shadow",
        "self/environ",
        "environ",
        "~/../../proc/1/environ",
    ]);
    open(&["hosts", "etc/hosts", "../notes", "~/../bob/notes"]);
}

#[test]
fn a_pattern_counts_as_what_it_might_match() {
    secret(&[
        "/etc/sh*",
        "/etc/*",
        "/etc/?hadow",
        "/etc/s[h]adow",
        "/etc/[a-z]hadow",
        "/etc/[r-t]h[a-z]dow",
        "/e?c/shadow",
        "/*/shadow",
        "/proc/*/environ",
        "/proc/[0-9]*/env*",
        "/home/*/.ssh/x",
        "/home/*/.s*",
        "/home/*/.s*/config",
        "../../et?/sh*",
        "~/.e*",
        "/srv/app/*.k*",
        "/srv/*",
        "/srv/*log/*",
        "/srv/logs*",
        "/srv/.app/logs/*",
        "/srv/logs/.e*",
        "/etc/c*",
        "logs/*",
        "*",
    ]);
    open(&[
        "/var/log/*.log",
        "/etc/nginx/*.conf",
        "/etc/'*'",
        "/var/log/*",
        "/var/log/*/*",
        "/srv/*/app.log",
        "/srv/app/logs/*",
        "/home/*/log/app.log*",
        "/etc/cron*",
        "/etc/cron*/*",
        "/proc/1/task/*/status",
        "/etc/\\?hadow",
        "./*.c",
        "/home/*/notes.txt",
        "/proc/[0-9]*/status",
        "/proc/*/status",
    ]);
}

#[test]
fn a_pattern_names_no_secret_unless_it_is_meant_to() {
    for word in ["/etc/shadow", "~/.ssh", "~/.s*", "~/.ss[a-z]", "/root/.ssh/*", "*/.env", "/srv/*/.git-credentials"] {
        assert!(place(word).is_secret(), "{word}");
    }
    for word in ["/etc/sh*", "*", "/srv/app/*", "*.pem", "/home/*/x", ".*", "~/.*/x", ".?sh"] {
        assert!(!place(word).is_secret(), "{word}");
    }
}

#[test]
fn certificates_are_known_by_their_name_beside_keys() {
    for word in [
        "/etc/nginx/ssl/fullchain.pem",
        "/etc/openvpn/server/server.crt",
        "/etc/openvpn/crl.pem",
        "/etc/letsencrypt/archive/example.com/cert1.pem",
        "/var/lib/kubelet/pki/kubelet-client-current.pem",
        "/etc/ssl/private/site.crt",
        "chain.pem",
        "/srv/CERT.PEM",
    ] {
        assert!(place(word).is_certificate(), "{word}");
    }
    for word in [
        "/etc/letsencrypt/live/example.com/privkey.pem",
        "/etc/nginx/ssl/site.key",
        "/etc/nginx/ssl/server-key.pem",
        "/etc/nginx/ssl/*.pem",
        "~/.ssh/cert.pem",
        "~/.aws/ca.pem",
        "/etc/shadow",
        "/run/secrets/tls.crt",
        "/etc/letsencrypt/keys/0000_cert.pem",
        "/etc/nginx/nginx.conf",
    ] {
        assert!(!place(word).is_certificate(), "{word}");
    }
    open(&["/etc/letsencrypt/live/example.com/fullchain.pem"]);
    secret(&["/etc/letsencrypt/live/example.com/privkey.pem", "/etc/letsencrypt/archive/example.com/fullchain1.pem"]);
}

#[test]
fn some_names_may_be_listed_but_not_read() {
    for word in
        ["/proc/1/fd", "/proc/self/root/etc/hosts", "/proc/1/cwd/x", "/dev/sda", "/var/lib/mysql/a.ibd", "/proc/1/exe"]
    {
        assert!(place(word).is_unreadable() && !place(word).might_be_secret(), "{word}");
    }
}

#[test]
fn a_directory_above_something_unreadable_holds_it() {
    for word in [
        "/",
        "/etc",
        "/etc/ssh",
        "/proc",
        "/proc/1",
        "/var",
        "/var/lib",
        "/run",
        "/e*",
        "/etc/letsencrypt",
        "/etc/ss*",
        "/proc/self",
    ] {
        assert!(place(word).holds_unreadable(), "{word}");
    }
    for word in [
        "/var/log",
        "/etc/nginx",
        "/usr",
        "/srv",
        "/etc/passwd",
        "/var/log/*",
        "/etc/systemd/system",
        "/proc/cpuinfo",
        "/proc/net",
    ] {
        assert!(!place(word).holds_unreadable(), "{word}");
    }
}

#[test]
fn a_relative_path_is_seen_from_the_working_directory() {
    let check = |here: &str, word: &str, expected: &str| {
        let seen = place(word).seen_from(&place(here));
        assert_eq!(seen, place(expected), "{word} from {here}");
    };
    check("/etc", "shadow", "/etc/shadow");
    check("/etc/nginx", "../shadow", "/etc/shadow");
    check("/etc", "../../../x", "/x");
    check("/etc", "/var", "/var");
    check("~", "x", "~/x");
    check("~/a", "../b", "~/b");
    check("/etc", "~/a", "~/a");
    check("/etc", ".", "/etc");
}

#[test]
fn within_is_certain() {
    assert!(
        place("/var/log/a/b").is_within("/var/log")
            && place("/var/log/*").is_within("/var/log")
            && place("/x").is_within("/")
    );
    for word in ["/var/lo*", "/var/log/../lib", "/var/logs", "/var", "var/log", "~/var/log"] {
        assert!(!place(word).is_within("/var/log"), "{word}");
    }
}

#[test]
fn what_is_out_of_bounds_is_no_path() {
    let long = "a".repeat(256);
    let many = "a/".repeat(200);
    let longest = "a/b/".repeat(1025);
    for text in ["", &long, &many, &longest] {
        assert_eq!(Place::parse(text), None, "{} bytes", text.len());
    }
}

use super::is_of;
use crate::rule::Kind;

fn check(kind: Kind, yes: &[&str], no: &[&str]) {
    for text in yes {
        assert!(is_of(kind, text), "{kind:?} takes {text:?}");
    }
    for text in no {
        assert!(!is_of(kind, text), "{kind:?} does not take {text:?}");
    }
}

#[test]
fn names_and_numbers_are_told_apart() {
    check(Kind::Name, &["nginx", "a@b:c", "*.service", "/dev/sda"], &["", "-n", "a b", "a;b", "é", "$(id)"]);
    check(Kind::Device, &["eth0", "sda"], &["5", "-a", "", "eth 0"]);
    check(Kind::Plain, &["web-0"], &["secret/x", ""]);
    check(Kind::Count, &["5", "+5", "-5", "1K", "50%", "0.5", "10MiB"], &["", "-", "x", "5 5", "5kbyte", "--5"]);
    check(Kind::Between(1, 20), &["1", "20", "007"], &["0", "21", "-1", "1.5", "", "99999999999"]);
    check(Kind::Ranges, &["1", "1,3-5", "-5", "3-"], &["", "a", "1 2"]);
    check(Kind::Seconds, &["0.2", "1", "10.5"], &["0", "0.1", "-1", "", "inf", "NaN", "1e3", "."]);
    check(
        Kind::Host,
        &["example.com", "::1", "10.0.0.1", "fe80::1%eth0", "_srv"],
        &["", "-oProxy", "a b", "a;b", ".x"],
    );
    check(Kind::OneOf("a bc"), &["a", "bc"], &["", "b", "a bc", "A"]);
    check(Kind::Each("a bc"), &["a", "a,bc"], &["", "a,", "a,d", "a bc"]);
}

#[test]
fn texts_that_name_secrets_or_act_are_told_apart() {
    check(Kind::Pattern, &["*.log", "", "a*b", "*"], &["id_rsa", "*.pem", "*/.ssh/*", "/etc/shadow"]);
    check(Kind::Format, &["%s\\n", "%5d", "100%%", "%-5s|%+d"], &["-v", "%n", "%5n", "%-5.3ln", "%*n", "a%na"]);
    check(Kind::DateFormat, &["+%F", "+"], &["", "%F", "010100002020", "-s"]);
    check(
        Kind::Match,
        &["_PID=1", "_SYSTEMD_UNIT=a.service", "+", "/usr/bin/x", "0", "all"],
        &["pid=1", "=1", "A", "-x", "x"],
    );
    check(
        Kind::Setting,
        &["net.ipv4.ip_forward", "kernel/hostname"],
        &["a=b", "/etc/passwd", "../x", "a/../b", "-w", ""],
    );
    check(Kind::Inert, &["a", "[0-9]", "$5", "`"], &["a[$(id)]", "a[`id`]", "$x[1]"]);
    check(
        Kind::Jq,
        &[".", ".items[].name", "length", ".envelope"],
        &["env", "$ENV.x", "\"\\(env)\"", "import \"a\" as a; 1", "ENV"],
    );
}

#[test]
fn columns_and_flags_of_ps_never_show_the_environment() {
    check(
        Kind::Columns,
        &["pid", "pid,cmd", "pid=,comm=NAME", "user:20", "pid ppid", "%cpu"],
        &["", "environ", "pid,environ", "e", "pid,"],
    );
    check(Kind::Order, &["-%mem", "+pid,-rss", "pid"], &["", "environ", "-"]);
    check(Kind::BsdFlags, &["aux", "axf", "l"], &["", "auxe", "e", "axo", "-aux"]);
    check(
        Kind::User,
        &["root", "www-data", "redis", "postgres", "x"],
        &["xe", "e", "auxe", "user", "xeopid", "-u", ""],
    );
}

#[test]
fn options_of_dig_only_choose() {
    check(
        Kind::Dig,
        &["example.com", "@8.8.8.8", "MX", "+short", "+noall", "+time=2", "+nssearch", "+subnet=10.0.0.0/8"],
        &["+tls-certfile=/x", "+https=;", "", "@", "-f", "+short=;", "+nono"],
    );
}

#[test]
fn templates_name_what_they_show() {
    check(
        Kind::Template,
        &[
            "{{.State.Status}}",
            "{{json .State}}",
            "{{ .Name }}: {{.Config.Image}}",
            "plain",
            "{{.NetworkSettings.IPAddress}}",
        ],
        &[
            "{{.}}",
            "{{json .}}",
            "{{.Config}}",
            "{{.Config.Env}}",
            "{{json .Config.Env}}",
            "{{range .Config.Env}}{{.}}{{end}}",
            "{{.State}}{{index .Config.Env 0}}",
            "{{with .Config}}{{.Env}}{{end}}",
            "{{.State | printf \"%v\" $.Config.Env}}",
            "{{.Statement}}",
            "{{.State",
            "}}{{.State}}",
        ],
    );
}

#[test]
fn secrets_of_a_cluster_are_no_resources() {
    check(
        Kind::Resources,
        &["pods", "po,svc", "deploy/web", "all"],
        &["secrets", "secret/x", "pods,secrets", "configmaps", "", "pods,"],
    );
    check(Kind::OpenResources, &["nodes", "svc,ing", "ns/x"], &["pods", "deploy/web", "secrets", "ns,pods"]);
    check(
        Kind::Output,
        &["wide", "yaml", "jsonpath={.items}", "custom-columns=A:.a"],
        &["jsonpath-file=/x", "go-template-file=/x", ""],
    );
}

#[test]
fn paths_are_never_told_by_their_text() {
    check(Kind::Read, &[], &["/etc/hosts", "x"]);
    check(Kind::List, &[], &["/etc/hosts", "x"]);
}

#[test]
fn programs_of_yq_and_formats_of_packages_only_name_what_is_shown() {
    check(
        Kind::Yq,
        &[
            ".a.b[0]",
            ".a-b | keys",
            ".[] | select(.x == \"a b\")",
            ".scrape_configs[].job_name",
            ".. | select(has(\"image\")) | .image",
            "to_entries | map(.key) | length",
            ".environment.env",
            ".",
            "del(.x)",
        ],
        &[
            "env",
            "env(HOME)",
            "strenv(X)",
            ".a | envsubst",
            "load(\"/etc/shadow\")",
            "..load(\"x\")",
            "1.load(\"x\")",
            ". load_str(\"x\")",
            "eval(.x)",
            "system(\"id\")",
            "$ENV.x",
            "$__loc__",
            "import \"a\" as a; .",
            "input",
            "\"\\(env)\"",
            "filename",
            ".a; .b",
            "@base64d",
            ".é",
        ],
    );
    check(
        Kind::PackageFormat,
        &["%{NAME}-%{VERSION}\\n", "%-30{NAME} %{INSTALLTIME:date}", "%{name}", "[%{FILENAMES}\\n]", "x"],
        &["%(id)", "%{lua:x}", "%{NAME:expand}", "%{NAME:shescape}", "%", "{x}", "%{!x}", "%{NAME", "%{?x:y}", "a}"],
    );
}

#[test]
fn names_phrases_and_logs_are_what_they_say() {
    check(Kind::Names, &["pid user command", "pss,rss", "Busy%,PkgWatt"], &["", "-x", "a;b", "$(id)", "a/b", " a"]);
    check(Kind::Phrase("report -h|state"), &["report -h", "state"], &["", "report", "report -h|state", "limit"]);
    check(
        Kind::Log,
        &["/var/log/wtmp.1", "/var/log/atop/atop_20240611"],
        &["/var/log", "/etc/passwd", "wtmp", "/var/log/../lib/x", "/var/log/a;id.gz", "/var/log/a b", "/var/log/x.key"],
    );
}

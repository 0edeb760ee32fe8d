//! Web servers, proxies and what measures them: how they are, and what they answer.

use crate::rule::Kind;
use crate::rule::Kind::{
    Agent, Between, Configuration, Count, Detour, Device, Each, Expression, Header, Health, List, LocalWeb, Name,
    OneOf, Parameter, Ranges, Web, WriteOut,
};
use crate::rule::{Rule, Style, any, at_most, between, exactly, rule};

/// What `curl` may be told, wherever it goes.
macro_rules! curl_flags {
    () => {
        "-s -S -f -g -i -I -k -v -N -4 -6 -q -# -0 -1 --silent --show-error --fail --fail-with-body --globoff \
         --include --head --insecure --verbose --no-buffer --no-progress-meter --progress-bar --ipv4 --ipv6 \
         --http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 --http3-only --tlsv1 --tlsv1.0 --tlsv1.1 \
         --tlsv1.2 --tlsv1.3 --sslv3 --compressed --cert-status --no-alpn --no-keepalive --path-as-is \
         --tcp-nodelay --tcp-fastopen --trace-time --disable --no-sessionid --styled-output --retry-connrefused \
         --retry-all-errors --show-headers --ssl-no-revoke --ca-native"
    };
}

macro_rules! curl_values {
    ($($more:expr),*) => {
        &[
            ("-m --max-time --connect-timeout --retry --retry-delay --retry-max-time", Between(0, 60)),
            ("-o --output", OneOf("/dev/null")),
            ("-D --dump-header", OneOf("- /dev/null")),
            ("-w --write-out", WriteOut),
            ("-H --header", Header),
            ("-A --user-agent", Agent),
            ("-X --request", OneOf("GET HEAD")),
            ("-r --range", Ranges),
            ("--noproxy", OneOf("* localhost 127.0.0.1")),
            ("--proto --proto-default --proto-redir", OneOf("http https =http =https =http,https =https,http")),
            ("--tls-max", OneOf("1.0 1.1 1.2 1.3")),
            ("--ciphers --tls13-ciphers --curves", Name),
            ("--cacert", Kind::Certificate),
            ("--capath", List),
            ("--max-redirs", Between(0, 50)),
            ("--max-filesize --keepalive-time", Count),
            $($more,)*
        ]
    };
}

const CURL_FLAGS: &str = concat!(curl_flags!(), " --get -G");
const CURL_VALUES: &[(&str, Kind)] = curl_values!();

/// What may go to other machines, besides: other ways, as far as these lead where it may go, and redirects.
const CURL_ELSEWHERE: &[(&str, Kind)] = curl_values!(("--resolve --connect-to", Detour), ("--interface", Device));

/// The same with a redirect followed, where nothing but headers comes back.
const CURL_FLAGS_ELSEWHERE: &str = concat!(curl_flags!(), " -L --location");

const WGET_FLAGS: &str = "-q -S -4 -6 -d --quiet --server-response --no-check-certificate --no-verbose --spider \
    --inet4-only \
                          --inet6-only --no-hsts --no-cache --no-cookies --no-config --no-dns-cache --no-proxy";

const WGET_VALUES: &[(&str, Kind)] = &[
    (
        "-T --timeout -w --wait --connect-timeout --dns-timeout --read-timeout --max-redirect --waitretry",
        Between(0, 60),
    ),
    // By 0 times it means for ever.
    ("-t --tries", Between(1, 60)),
    ("-n", OneOf("v")),
    ("--header", Header),
    ("--user-agent", Agent),
    ("--secure-protocol", OneOf("auto TLSv1 TLSv1_1 TLSv1_2 TLSv1_3 PFS")),
    ("--ca-certificate", Kind::Certificate),
];

pub(super) const RULES: &[Rule] = &[
    // What a service of this machine says of its health, and nothing that is asked of another one.
    Rule { flags: CURL_FLAGS, takes: CURL_VALUES, rest: between(1, 4, Health), ..rule("curl") },
    // The same with an expression for Prometheus, which goes into the URL.
    Rule {
        flags: CURL_FLAGS,
        takes: &[("--data-urlencode", Parameter), ("-m --max-time --connect-timeout", Between(0, 60))],
        needs: &["-G --get"],
        rest: exactly(1, Health),
        ..rule("curl")
    },
    // Whether and how fast others answer: their headers, or nothing of what they send.
    Rule {
        flags: CURL_FLAGS_ELSEWHERE,
        takes: CURL_ELSEWHERE,
        needs: &["-I --head"],
        rest: between(1, 8, Web),
        ..rule("curl")
    },
    Rule {
        flags: CURL_FLAGS_ELSEWHERE,
        takes: CURL_ELSEWHERE,
        needs: &["-o --output"],
        rest: exactly(1, Web),
        ..rule("curl")
    },
    Rule {
        flags: CURL_FLAGS,
        takes: CURL_VALUES,
        needs: &["-I --head -o --output"],
        rest: exactly(1, LocalWeb),
        ..rule("curl")
    },
    Rule {
        flags: WGET_FLAGS,
        takes: &[
            ("-O --output-document", OneOf("- /dev/null")),
            ("-T --timeout --connect-timeout --dns-timeout --read-timeout --max-redirect", Between(0, 60)),
            ("-t --tries", Between(1, 60)),
            ("-n", OneOf("v")),
            ("--header", Header),
            ("--user-agent", Agent),
        ],
        needs: &["-O --output-document --spider"],
        rest: exactly(1, Health),
        ..rule("wget")
    },
    Rule { flags: WGET_FLAGS, takes: WGET_VALUES, needs: &["--spider"], rest: between(1, 8, Web), ..rule("wget") },
    Rule {
        flags: WGET_FLAGS,
        takes: &[
            ("-O --output-document", OneOf("/dev/null")),
            ("-T --timeout --connect-timeout --dns-timeout --read-timeout --max-redirect", Between(0, 60)),
            ("-t --tries", Between(1, 60)),
            ("-n", OneOf("v")),
            ("--header", Header),
            ("--user-agent", Agent),
        ],
        needs: &["-O --output-document"],
        rest: exactly(1, Web),
        ..rule("wget")
    },
    Rule { flags: WGET_FLAGS, takes: WGET_VALUES, needs: &["--spider"], rest: exactly(1, LocalWeb), ..rule("wget") },
    // Numbers, once. Without these it would show them for ever.
    Rule {
        flags: "-1 -j -x -l",
        takes: &[("-f -n -I -X", Name), ("-t", Between(0, 60))],
        needs: &["-1 -j -x -l"],
        ..rule("varnishstat")
    },
    Rule {
        flags: "-1 -d",
        takes: &[
            (
                "-i",
                Each(
                    "ReqURL BereqURL RespStatus BerespStatus ReqMethod BereqMethod RespReason VCL_call VCL_return \
                        FetchError Error",
                ),
            ),
            ("-n", Name),
        ],
        needs: &["-1", "-i"],
        ..rule("varnishtop")
    },
    Rule {
        under: "status | ping | banner | backend.list | ban.list | vcl.list | storage.list | param.show | panic.show | pid",
        flags: "-p -j",
        takes: &[("-n", Name), ("-t", Between(1, 60))],
        rest: at_most(1, Name),
        ..rule("varnishadm")
    },
    // What a cache thinks of itself; not its objects, which are what others asked for.
    Rule {
        flags: "-v",
        takes: &[("-h", OneOf("localhost 127.0.0.1 ::1")), ("-p", Count), ("-T", Between(1, 60))],
        rest: exactly(
            1,
            OneOf(
                "mgr:info mgr:5min mgr:60min mgr:counters mgr:mem mgr:menu mgr:utilization mgr:server_list mgr:storedir \
                 mgr:peer_select mgr:forward mgr:dns mgr:delay mgr:io mgr:histograms",
            ),
        ),
        ..rule("squidclient")
    },
    // The log of haproxy in numbers.
    Rule {
        flags: "-c -v -q -m -H -e -E -gt -pct -st -tc -srv -u -uc -ue -ua -ut -uao -uto -uba -ubt -ic \
                -Q -QS -B -p",
        takes: &[("-s -n -ac -ad -rt -RT -TS -HS", Count)],
        style: Style::Words,
        ..rule("halog")
    },
    Rule {
        under: "version | list-modules | build-info",
        flags: "--packages --versions --skip-standard",
        ..rule("caddy")
    },
    Rule {
        under: "validate",
        takes: &[("-c --config", Configuration), ("-a --adapter", OneOf("caddyfile json"))],
        needs: &["-c --config"],
        ..rule("caddy")
    },
    Rule { under: "version", ..rule("traefik") },
    // What Prometheus of this machine is asked. A word that begins with `@` would be read as the name of a file.
    Rule {
        under: "query instant",
        takes: &[("-o --format", OneOf("promql json")), ("--time", Name)],
        first: Some((Health, "")),
        rest: exactly(1, Expression),
        ..rule("promtool")
    },
    Rule {
        under: "query range",
        takes: &[("-o --format", OneOf("promql json")), ("--start --end --step", Name)],
        first: Some((Health, "")),
        rest: exactly(1, Expression),
        ..rule("promtool")
    },
    Rule {
        under: "query labels | query series",
        takes: &[("-o --format", OneOf("promql json")), ("--start --end", Name), ("--match", Expression)],
        first: Some((Health, "")),
        rest: at_most(1, Device),
        ..rule("promtool")
    },
    Rule {
        under: "alert query | silence query",
        flags: "-e -i -s -u --active --inhibited --silenced --unprocessed --expired",
        takes: &[
            ("--alertmanager.url", Health),
            ("-o --output", OneOf("simple extended json")),
            ("-r --receiver --timeout --within", Device),
        ],
        rest: any(Device),
        ..rule("amtool")
    },
    Rule {
        under: "alert | silence | cluster show | version",
        takes: &[("--alertmanager.url", Health), ("-o --output", OneOf("simple extended json"))],
        ..rule("amtool")
    },
    Rule { under: "check-config", rest: between(1, 4, Configuration), ..rule("amtool") },
];

//! What is let through, translated, spread over several machines and queued.

use crate::rule::Kind::{Count, Device, Host, Name, OneOf, Plain, Word};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule};

const TABLES: crate::rule::Kind = OneOf("filter nat mangle raw security");

const TC_FLAGS: &str =
    "-s -d -p -r -g -j -i -o -nm -iec -statistics -details -pretty -json -raw -graph -oneline -names";

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-n -S -v -V -w -x -L -4 -6 --list --list-rules --line-numbers --numeric --verbose --wait --exact",
        takes: &[("-t --table", TABLES)],
        needs: &["-L -S --list --list-rules"],
        rest: at_most(2, Name),
        ..rule(
            "iptables ip6tables iptables-nft ip6tables-nft iptables-legacy ip6tables-legacy arptables arptables-nft \
             arptables-legacy",
        )
    },
    Rule {
        flags: "-L --Lc --Ln --Lx --Lmac2",
        takes: &[("-t", OneOf("filter nat broute"))],
        needs: &["-L"],
        rest: at_most(1, Plain),
        style: Style::Words,
        ..rule("ebtables ebtables-nft ebtables-legacy")
    },
    // Not `-f`, which writes.
    Rule {
        flags: "-c --counters",
        takes: &[("-t --table", TABLES)],
        ..rule(
            "iptables-save ip6tables-save iptables-legacy-save ip6tables-legacy-save iptables-nft-save ip6tables-nft-save \
             ebtables-save arptables-save",
        )
    },
    Rule {
        under: "list",
        takes: &[("-o --output -output", OneOf("plain save xml json"))],
        flags: "-t -n -s -r -terse -name -sorted -resolve --terse --name --sorted --resolve",
        rest: at_most(1, Name),
        style: Style::Words,
        ..rule("ipset")
    },
    Rule {
        flags: "-L -t -n -s --list",
        takes: &[("-o", OneOf("plain save xml json"))],
        needs: &["-L --list"],
        rest: at_most(1, Name),
        style: Style::Words,
        ..rule("ipset")
    },
    Rule { under: "test", rest: exactly(2, Name), style: Style::Words, ..rule("ipset") },
    Rule {
        under: "list \
                ruleset/tables/table/chains/chain/sets/set/maps/map/meters/meter/counters/counter/quotas/quota/limits/limit/hooks/flowtables/flowtable/ct/secmarks/synproxys",
        flags: "-a -n -N -p -s -S -t -T -u -y -j --handle --numeric --reversedns --service --stateless --terse --json \
                --numeric-priority --numeric-protocol --numeric-time --guid",
        rest: any(Name),
        ..rule("nft")
    },
    Rule {
        under: "status | status verbose/numbered | show \
            listening/added/raw/builtins/before-rules/after-rules/user-rules | app \
                list/info | version",
        rest: at_most(1, Name),
        ..rule("ufw")
    },
    Rule {
        flags: "--permanent --state --list-all --list-all-zones --list-all-policies --list-ports --list-services \
                --list-rich-rules --list-source-ports \
                --list-interfaces --list-sources --list-forward-ports --list-icmp-blocks --list-protocols \
                --query-masquerade --query-lockdown --query-forward --check-config --direct --get-all-rules \
                --get-all-chains --get-all-passthroughs --get-policies --get-active-policies --get-ipsets --get-helpers \
                --get-icmptypes --get-target --get-description --get-short --get-entries \
                --get-active-zones --get-default-zone --get-zones --get-services --get-log-denied --query-panic -q -v \
                --verbose",
        takes: &[(
            "--zone --policy --info-zone --info-service --info-policy --info-ipset --info-icmptype --info-helper --ipset \
             --query-service --query-port --query-source --query-interface --query-protocol \
             --get-zone-of-interface --get-zone-of-source",
            Name,
        )],
        needs: &[
            "--state --list-all --list-all-zones --list-all-policies --list-ports --list-services --list-rich-rules \
             --list-source-ports --list-interfaces \
             --list-sources --list-forward-ports --list-icmp-blocks --list-protocols --query-masquerade --query-lockdown \
             --query-forward --check-config --get-all-rules --get-all-chains --get-all-passthroughs --get-policies \
             --get-active-policies --get-ipsets --get-helpers --get-icmptypes --get-target --get-description --get-short \
             --get-entries --info-policy --info-ipset --info-icmptype --info-helper --query-source --query-interface \
             --query-protocol --get-zone-of-source \
             --get-active-zones --get-default-zone --get-zones --get-services --get-log-denied --query-panic \
             --info-zone --info-service --query-service --query-port --get-zone-of-interface",
        ],
        ..rule("firewall-cmd firewall-offline-cmd")
    },
    // What is said of one service. The offline command would open the firewall for it.
    Rule {
        flags: "--permanent --get-description --get-short -q -v --verbose",
        takes: &[("--service", Name)],
        needs: &["--service", "--get-description --get-short"],
        ..rule("firewall-cmd")
    },
    // Not `-b`, which reads further commands from a file.
    Rule {
        under: "qdisc/class/filter/chain show/list/ls",
        flags: TC_FLAGS,
        rest: any(Plain),
        style: Style::Words,
        ..rule("tc")
    },
    Rule { under: "qdisc/class/filter", flags: TC_FLAGS, style: Style::Words, rest: none(), ..rule("tc") },
    Rule {
        flags: "-L -S -C -n --dump --stats --count",
        takes: &[
            ("-p --proto -o --output -f --family --state --status", Name),
            ("-s --src --orig-src -d --dst --orig-dst -q -r --reply-src --reply-dst", Host),
            ("--sport --dport --orig-port-src --orig-port-dst", Count),
            ("-m --mark -w --zone", Name),
        ],
        needs: &["-L -S -C --dump --stats --count"],
        rest: at_most(1, OneOf("conntrack expect dying unconfirmed")),
        ..rule("conntrack")
    },
    Rule {
        flags: "-s",
        needs: &["-s"],
        rest: at_most(1, OneOf("network cache runtime link rsqueue queue ct expect process")),
        style: Style::Words,
        ..rule("conntrackd")
    },
    Rule { ..rule("ipvsadm") },
    Rule {
        flags: "-L -l -n -c --list --numeric --stats --rate --connection --timeout --daemon --thresholds --persistent-conn \
                --sort --nosort --exact",
        takes: &[("-t --tcp-service -u --udp-service", Host)],
        needs: &["-L -l --list"],
        ..rule("ipvsadm")
    },
    Rule { flags: "-S -n --save --numeric", needs: &["-S --save"], ..rule("ipvsadm") },
    // Programs that keep the rules of others.
    Rule { under: "status | version", flags: "-i", rest: none(), ..rule("shorewall shorewall6") },
    Rule {
        under: "show connections/zones/policies/nat/routing/tc/log/macros/actions/capabilities/config",
        rest: at_most(1, Plain),
        ..rule("shorewall shorewall6")
    },
    Rule {
        flags: "-l -l6 -t -v",
        takes: &[("-g", Host)],
        needs: &["-l -l6 -t -v -g"],
        style: Style::Words,
        ..rule("csf")
    },
    // Neither `-d`, `-f` nor anything else that changes what is filtered.
    Rule {
        flags: "-v -n -r -q",
        takes: &[
            (
                "-s",
                OneOf(
                    "rules nat states info all memory timeouts Tables Interfaces Anchors queue labels r s n i a m A I l \
                        t q T S \
                     Sources Running",
                ),
            ),
            ("-i", Device),
        ],
        needs: &["-s"],
        ..rule("pfctl")
    },
    Rule { flags: "-a -d -e -t -T -N -S", under: "list/show", rest: at_most(2, Count), ..rule("ipfw") },
    // Who was shut out, and why.
    Rule {
        under: "status | ping | version | banned | get dbfile/dbpurgeage/loglevel/logtarget/syslogsocket",
        rest: at_most(1, Plain),
        ..rule("fail2ban-client")
    },
    Rule {
        under: "get",
        first: Some((Plain, "")),
        rest: exactly(
            1,
            OneOf(
                "bantime findtime maxretry maxlines ignoreip ignoreself logpath logencoding datepattern usedns failregex \
                 ignoreregex banip actions journalmatch",
            ),
        ),
        ..rule("fail2ban-client")
    },
    Rule { flags: "-t --test", needs: &["-t --test"], ..rule("fail2ban-client") },
    Rule {
        flags: "-v --print-all-matched --print-all-missed --print-no-missed --print-all-ignored",
        rest: exactly(2, crate::rule::Kind::Read),
        ..rule("fail2ban-regex")
    },
    Rule {
        under: "metrics | version | decisions/alerts/machines/bouncers/hub/collections/parsers/scenarios/postoverflows \
            list | \
                lapi/capi status | alerts inspect | metrics show",
        flags: "-a --all",
        takes: &[
            ("-o --output", OneOf("human json raw")),
            ("-l --limit", Count),
            ("-i --ip -r --range --since --until --scenario --type --scope --origin", Name),
        ],
        rest: at_most(2, Word),
        ..rule("cscli")
    },
];

//! What the virtual machines of languages tell of the programs that they run. No environments, no heaps, nothing that
//! makes them collect.

use crate::rule::Kind::{OneOf, Word};
use crate::rule::{Rule, Style, at_most, between, exactly, none, rule};

/// What is asked of a virtual machine of Java. Not `VM.system_properties` and `VM.info`, which may show passwords.
const JCMD: &str = "VM.flags VM.version VM.uptime VM.command_line VM.native_memory VM.metaspace VM.classloaders \
                    VM.classloader_stats VM.stringtable VM.symboltable VM.events VM.dynlibs VM.class_hierarchy \
                    Thread.print Thread.vthread_scheduler Thread.vthread_pollers GC.heap_info GC.finalizer_info \
                    Compiler.codecache Compiler.queue Compiler.memory JFR.check ManagementAgent.status System.map help \
                    summary detail summary.diff detail.diff scale=KB scale=MB scale=GB";

pub(super) const RULES: &[Rule] = &[
    Rule { flags: "-l -h", style: Style::Words, ..rule("jcmd") },
    Rule {
        flags: "-l -e -all",
        first: Some((Word, "")),
        rest: between(1, 3, OneOf(JCMD)),
        style: Style::Words,
        ..rule("jcmd")
    },
    // With `+`, `-` or `=` a flag would be set.
    Rule { takes: &[("-flag", Word)], needs: &["-flag"], rest: exactly(1, Word), style: Style::Words, ..rule("jinfo") },
    Rule { flags: "-flags", needs: &["-flags"], rest: exactly(1, Word), style: Style::Words, ..rule("jinfo") },
    Rule {
        flags: "-version --version -fullversion -XX:+PrintFlagsFinal -XX:+PrintFlagsInitial \
                -XX:+PrintCommandLineFlags -XshowSettings:vm -XshowSettings:system",
        needs: &["-version --version -fullversion"],
        rest: none(),
        style: Style::Words,
        ..rule("java")
    },
    Rule {
        flags: "-v --verbose --no-header --force-colors",
        // Not the requests, whose queries are for nobody else.
        takes: &[("--show", OneOf("pool backtraces"))],
        rest: at_most(1, Word),
        ..rule("passenger-status")
    },
    Rule { rest: none(), ..rule("passenger-memory-stats") },
];

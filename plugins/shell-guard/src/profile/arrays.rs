//! Controllers of disks: what they show, in the many tools of their makers. All verbs that change are left out.

use crate::rule::Kind::{Count, Name, OneOf, Phrase, Word};
use crate::rule::{Rule, Style, at_most, between, exactly, none, rule, some};

/// What is asked of a controller, an enclosure or a disk. No word of these acts, with or without `show`.
const SHOWN: &str = "show all status health events summary J j nolog rebuild rebuildrate copyback initialization \
                     migrate smart jbod time alarm alilog temperature bios phyerrorcounters patrolread cc ccrate prrate \
                     termlog aso badblocks bgirate cachebypass configrules coercion directpdmapping dimmerswitch \
                     eghs foreign freespace loadbalancemode ocr perfmode personality pi powerstats vd pd";

/// What is asked of the controllers of HPE. The only verb among them is `show`.
const SMART_ARRAY: &str = "show all config status detail pd ld physicaldrive logicaldrive array arrays enclosure \
                           ssdphysicaldrive ssdinfo slot=0 slot=1 slot=2 slot=3 slot=4 slot=5 slot=6 slot=7 slot=8 \
                           slot=9 slot=10 slot=11 slot=12 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 A B C D E F a b c d e \
                           f 1I:1:1 1I:1:2 1I:1:3 1I:1:4 1I:1:5 1I:1:6 1I:1:7 1I:1:8 2I:1:1 2I:1:2 2I:1:3 2I:1:4 \
                           2I:1:5 2I:1:6 2I:1:7 2I:1:8 1I:3:1 1I:3:2 1I:3:3 1I:3:4 2I:3:5 2I:3:6 2I:3:7 2I:3:8";

/// What is asked of a MegaRAID controller, as it is mostly spelt.
const MEGARAID: &str = "-LDInfo -LdInfo -ldinfo -LDPDInfo -LdPdInfo -ldpdinfo -PDList -pdlist -PdList -AdpAllInfo \
                        -adpallinfo -EncInfo -encinfo -CfgDsply -cfgdsply -ShowSummary -showsummary -AdpBbuCmd \
                        -adpbbucmd -GetBbuStatus -GetBbuCapacityInfo -GetBbuDesignInfo -GetBbuProperties -LDGetNum \
                        -PDGetNum -adpCount -AdpCount -AdpEventLog -GetEventLogInfo -PDInfo -pdInfo -ShowProg -PDRbld -FwTermLog -fwtermlog -Dsply -dsply \
                        -Lall -LALL -lall -L0 -L1 -L2 -L3 -aALL -aAll -aall -a0 -a1 -a2 -NoLog -nolog";

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "show",
        rest: at_most(2, OneOf("all ctrlcount J j nolog")),
        ..rule("storcli storcli64 storcli2 perccli perccli64 perccli2")
    },
    Rule {
        first: Some((Name, "")),
        rest: between(1, 4, OneOf(SHOWN)),
        ..rule("storcli storcli64 storcli2 perccli perccli64 perccli2")
    },
    // Of what could be started or stopped, only how far it is.
    Rule {
        flags: MEGARAID,
        takes: &[("-PhysDrv -physdrv", Name)],
        needs: &[
            "-LDInfo -LdInfo -ldinfo -LDPDInfo -LdPdInfo -ldpdinfo -PDList -pdlist -PdList -AdpAllInfo -adpallinfo \
             -EncInfo -encinfo -CfgDsply -cfgdsply -ShowSummary -showsummary -AdpBbuCmd -adpbbucmd -LDGetNum \
             -PDGetNum -adpCount -AdpCount -GetEventLogInfo -PDInfo -pdInfo -ShowProg -Dsply -dsply",
        ],
        rest: none(),
        style: Style::Words,
        ..rule("MegaCli MegaCli64 megacli megacli64 megaraid")
    },
    Rule { under: "ctrl/controller", rest: some(OneOf(SMART_ARRAY)), ..rule("ssacli hpssacli hpacucli") },
    Rule {
        under: "getconfig/GETCONFIG | getstatus/GETSTATUS | getversion/GETVERSION | list/LIST | \
                getsmartstats/GETSMARTSTATS",
        rest: at_most(3, Word),
        ..rule("arcconf")
    },
    Rule { under: "list/LIST", rest: none(), ..rule("sas2ircu sas3ircu") },
    Rule {
        first: Some((Count, "")),
        rest: exactly(1, OneOf("DISPLAY display STATUS status")),
        ..rule("sas2ircu sas3ircu")
    },
    Rule {
        first: Some((Name, "")),
        rest: between(1, 2, OneOf("show all status alarms diag unitstatus drivestatus events phy")),
        ..rule("tw_cli")
    },
    Rule { under: "show", rest: at_most(1, OneOf("ver alarms")), ..rule("tw_cli") },
    Rule {
        takes: &[(
            "-s",
            Phrase(
                "show server|show dimm|show temp|show temperature|show fans|show fan|show powersupply|show powermeter|\
                 show uid|show iml|show asr|show boot|SHOW SERVER|SHOW DIMM|SHOW TEMP|SHOW FANS|SHOW POWERSUPPLY",
            ),
        )],
        needs: &["-s"],
        ..rule("hpasmcli")
    },
    Rule { flags: "-t -f -p -v", needs: &["-t -f -p -v"], rest: none(), ..rule("hplog") },
];

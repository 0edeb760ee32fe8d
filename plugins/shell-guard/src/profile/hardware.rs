//! What the machine is made of, and what its parts tell of themselves.

use crate::rule::Kind::{Between, Count, List, Name, Names, OneOf, Plain, Ranges, Text, Word};
use crate::rule::{Rule, Style, any, at_most, none, rule};

/// What `rocm-smi` shows and does not go on showing. Its short flags and those that do not begin so may set.
const ROCM_SMI: &str = "--showhw --showallinfo --showid --showproductname --showbus --showtemp \
                        --showfan --showuse --showmemuse --showmeminfo --showpower --showmaxpower --showclocks \
                        --showclkfrq --showvoltage --showperflevel --showprofile --showpids --showgpuclocks --showras \
                        --showrasinfo --showvbios --showfwinfo --showserial --showuniqueid --showdriverversion \
                        --showtopo --showtopotype --showtopohops --showtopoweight --showtoponuma --showxgmierr \
                        --showretiredpages --showpendingpages --showpagesinfo --showcomputepartition \
                        --showmemorypartition --alldevices --json --csv";

pub(super) const RULES: &[Rule] = &[
    // Not `-s`, which sets limits.
    Rule { flags: "-A -f -j -u -n --no-adapter --fahrenheit --json --raw", rest: any(Plain), ..rule("sensors") },
    Rule { flags: "-V -a -b -c -i -t -s --everything --battery --ac-adapter --thermal", ..rule("acpi") },
    Rule {
        flags: "-v -b -B -c -d -g -k -l -p -s -S -t -u -U -w -x -C -D -i -L -P -T --brief --classic --device \
                --generic --kname --list --long --lunhex --protection --scsi_id --size --transport --unit --verbose \
                --wwn",
        ..rule("lsscsi")
    },
    Rule { flags: "-v --verbose", ..rule("efibootmgr") },
    // Neither `-i` nor `-w`, which ask other machines.
    Rule {
        flags: "-F -b -x -z -d -f -j -J -l -L -m -n -o -p -r -s -t -u -A -B -C -D -E -G -I -M -N -P -R -S --no-host \
                --cpu --memory --disk --graphics --network --system --machine --raid --partition --filter",
        takes: &[("-c -y", Between(0, 500))],
        ..rule("inxi")
    },
    // Not `--log`, which writes.
    Rule {
        flags: "--short --all --bios --block --bluetooth --bridge --cdrom --cpu --disk --framebuffer --gfxcard --hub \
                --keyboard --listmd --memory --mmc-ctrl --monitor --mouse --netcard --network --partition --pci --scsi \
                --smp --sound --storage --storage-ctrl --sys --usb --usb-ctrl --wlan",
        ..rule("hwinfo")
    },
    Rule {
        flags: "-l -p -v --logical --physical --no-io --no-bridges --no-caches --no-legend --whole-io --merge",
        takes: &[("--of", OneOf("console ascii txt"))],
        ..rule("lstopo-no-graphics hwloc-ls")
    },
    // What a controller of the machine itself reads and logs. Not `lan`, which shows the word that lets others read too.
    Rule {
        under: "sdr | sdr list/elist | sdr info | sel | sel list/elist/info | sel time get | sensor | sensor list | \
                chassis status/poh/selftest/restart_cause | chassis power status | mc/bmc info/guid/selftest/getenables | \
                mc/bmc watchdog get | fru | fru print/list | power status | dcmi power reading | dcmi \
                discover/sensors/get_temp_reading/asset_tag | user list/summary | sol info | session info",
        flags: "-v -c",
        takes: &[("-I", OneOf("open lan lanplus"))],
        rest: none(),
        ..rule("ipmitool")
    },
    Rule {
        under: "sdr list/elist all/full/compact/event/mcloc/fru/generic | sdr type/get/entity | sensor get/reading",
        flags: "-v -c",
        takes: &[("-I", OneOf("open"))],
        rest: any(Text),
        ..rule("ipmitool")
    },
    Rule {
        under: "sel list/elist first/last | sel get | fru print/list | user list/summary | session info all/active | \
                chassis bootparam get | sol info",
        flags: "-v -c",
        takes: &[("-I", OneOf("open"))],
        rest: at_most(4, Word),
        ..rule("ipmitool")
    },
    // Another one for the same. Nothing that clears, and no other machine.
    Rule {
        flags: "-t -r -v -Q -q --record-ids --sensor-types --verbose --quiet-cache --comma-separated-output \
                --no-header-output --output-sensor-state --output-sensor-thresholds --ignore-not-available-sensors \
                --legacy-output --entity-sensor-names",
        takes: &[("-s --types --sensor-type", Names)],
        ..rule("ipmi-sensors")
    },
    Rule {
        flags: "-i -v -Q --info --verbose --quiet-cache --comma-separated-output --no-header-output \
                --output-event-state --legacy-output --entity-sensor-names --system-event-only",
        takes: &[("--tail", Count), ("--display --exclude-display --date-range", Ranges)],
        ..rule("ipmi-sel")
    },
    Rule { flags: "-v --verbose --quiet-cache", ..rule("ipmi-fru bmc-info") },
    Rule { flags: "--get-chassis-status", needs: &["--get-chassis-status"], ..rule("ipmi-chassis") },
    Rule {
        flags: "--get-system-power-statistics --get-asset-tag --get-dcmi-capability-info",
        needs: &["--get-system-power-statistics --get-asset-tag --get-dcmi-capability-info"],
        ..rule("ipmi-dcmi")
    },
    Rule {
        under: "getsysinfo | getsel | getsensorinfo | getversion | getsvctag | getraclog | getractime | getled | \
                serveraction powerstatus | hwinventory | swinventory | lclog view | storage get \
                controllers/vdisks/pdisks/enclosures/batteries",
        flags: "-i -o",
        takes: &[("-c", Between(1, 500))],
        rest: none(),
        style: Style::Words,
        ..rule("racadm")
    },
    Rule {
        under: "about/chassis/storage/system/servermodule/mainsystem",
        takes: &[("-fmt", OneOf("lst ssv cdv tbl xml"))],
        rest: any(Name),
        style: Style::Words,
        ..rule("omreport")
    },
    // What memory and processors report. Without `--client` it would take the reports out of the kernel.
    Rule { flags: "--client", needs: &["--client"], ..rule("mcelog") },
    Rule {
        flags: "--summary --errors --error-count --status --mainboard --print-labels --layout",
        needs: &["--summary --errors --error-count --status --mainboard --print-labels --layout"],
        ..rule("ras-mc-ctl")
    },
    Rule {
        flags: "-s -v -q --status --verbose --quiet",
        takes: &[("--report", OneOf("default simple full ue ce"))],
        may_take: &[("-r", OneOf("default simple full ue ce"))],
        ..rule("edac-util")
    },
    Rule {
        flags: "-a -b -c -J -y -x -B -r --all --bytes --online --offline --hex --json --physical --output-all --raw",
        may_take: &[("-e -p -C --extended --parse --caches", Name)],
        ..rule("lscpu")
    },
    Rule {
        flags: "-a -b -J -n -P -r --all --bytes --json --noheadings --pairs --raw --output-all",
        takes: &[("-o --output -S --split", Name)],
        may_take: &[("--summary", OneOf("never always only"))],
        ..rule("lsmem")
    },
    // Not `-x`, which reads what some devices do not survive, nor `-F`, `-H`, `-O` and `-p`, which read elsewhere.
    Rule { flags: "-b -D -k -m -n -P -q -t -v", takes: &[("-s -d", Name)], ..rule("lspci") },
    Rule { flags: "-t -v --tree --verbose", takes: &[("-s -d", Name)], ..rule("lsusb") },
    Rule {
        flags: "-a -d -D -h -p -P -v",
        takes: &[("-b -c -m -A", Plain)],
        rest: at_most(2, Plain),
        ..rule("systool")
    },
    // Not `-c` of `--cleanup-db`, which deletes.
    Rule {
        under: "info",
        flags: "-a -e -r -x -t --attribute-walk --export --export-db --root --tree --no-pager",
        takes: &[
            ("-q --query", OneOf("name symlink path property all")),
            ("-n --name -p --path -P --export-prefix", Name),
            ("--property", Names),
        ],
        rest: any(List),
        ..rule("udevadm")
    },
    Rule {
        flags: "-short -businfo -numeric -quiet -notime -sanitize -json -html -xml",
        takes: &[("-class -C -c -disable -enable", Name)],
        style: Style::Words,
        ..rule("lshw")
    },
    // Not `--dump-bin`, which writes.
    Rule { flags: "-q --quiet", takes: &[("-t --type -s --string -H --handle", Name)], ..rule("dmidecode") },
    Rule { rest: none(), ..rule("virt-what biosdecode") },
    Rule {
        flags: "-L -q -x -a --query --list-gpus --xml-format",
        takes: &[("-i -d --id --display", Name)],
        ..rule("nvidia-smi")
    },
    Rule {
        under: "dmon | pmon",
        takes: &[("-c", Between(1, 60)), ("-i -s -o -d", Name)],
        needs: &["-c"],
        rest: none(),
        ..rule("nvidia-smi")
    },
    Rule {
        under: "topo | nvlink | vgpu | mig",
        flags: "-m -s -q -e -c -lgi -lgip -lci -lcip --matrix --status --errors --capabilities --query",
        takes: &[("-i", Name)],
        needs: &["-m -s -q -e -c -lgi -lgip -lci -lcip --matrix --status --errors --capabilities --query"],
        rest: none(),
        style: Style::Words,
        ..rule("nvidia-smi")
    },
    // Not `-l`, which repeats for ever, nor `-f`, which writes.
    Rule {
        flags: "-L --list-gpus",
        takes: &[(
            "--query-gpu --query-compute-apps --query-accounted-apps --query-retired-pages --query-remapped-rows \
             --query-supported-clocks --format -i --id",
            Name,
        )],
        needs: &[
            "--query-gpu --query-compute-apps --query-accounted-apps --query-retired-pages --query-remapped-rows \
             --query-supported-clocks",
            "--format",
        ],
        style: Style::Words,
        ..rule("nvidia-smi")
    },
    Rule {
        flags: ROCM_SMI,
        takes: &[("-d --device", Count)],
        rest: at_most(3, OneOf("vram vis_vram gtt all")),
        style: Style::Words,
        ..rule("rocm-smi")
    },
    Rule {
        under: "list | static | metric | process | topology | firmware | bad-pages | version",
        flags: "--json --csv",
        takes: &[("-g --gpu", Name)],
        ..rule("amd-smi")
    },
];

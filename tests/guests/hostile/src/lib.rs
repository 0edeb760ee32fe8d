//! A plugin that misbehaves as its settings say: they are one JSON string, the name of the deed. What begins with `configure-` is
//! done when it is configured, the rest when it is asked.

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "validator" });
}

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Instant, SystemTime};

use bindings::doorward::plugin::{document, log, types};
use bindings::exports::doorward::plugin::{call_hook, lifecycle};
use types::{Finding, Patch, Severity, Verdict};

static DEED: OnceLock<String> = OnceLock::new();
static CONFIGURED: AtomicU32 = AtomicU32::new(0);
static CALLS: AtomicU32 = AtomicU32::new(0);
static KEPT: Mutex<Vec<document::Json>> = Mutex::new(Vec::new());

struct Hostile;

impl lifecycle::Guest for Hostile {
    fn describe() -> lifecycle::Description {
        lifecycle::Description {
            name: "hostile".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "misbehaves".to_owned(),
            hooks: vec!["call-hook".to_owned()],
            tools: vec!["*/*".to_owned()],
            settings_schema: None,
        }
    }

    fn configure(settings: String) -> Result<(), Vec<Finding>> {
        CONFIGURED.fetch_add(1, Ordering::Relaxed);
        // The last text: of `"spin"` as of `{"deed": "spin"}`, which is how a policy writes it.
        let deed = settings.rsplit('"').nth(1).unwrap_or_default().to_owned();
        match deed.as_str() {
            "configure-spin" => spin(),
            "configure-panic" => panic!("in configure"),
            "configure-allocate" => allocate(),
            "configure-refuse" => {
                let first = Finding {
                    pointer: Some("/mode".to_owned()),
                    remediation: Some("`fast` or `slow`".to_owned()),
                    ..finding("mode.unknown", "expected `fast` or `slow`, found `medium`")
                };
                return Err(vec![first, finding("size.missing", "`size` is missing")]);
            }
            "configure-silent" => return Err(vec![]),
            "configure-print" => println!("configured"),
            _ => {}
        }
        DEED.set(deed).map_err(|_| vec![finding("twice", "configured twice")])
    }
}

impl call_hook::Guest for Hostile {
    fn check_call(context: types::CallContext, arguments: &document::Json) -> Verdict {
        let deed = DEED.get().map_or("", String::as_str);
        match deed {
            "allow" => Verdict::Allow,
            "deny" => Verdict::Deny(finding("no", "because")),
            "ask" => {
                Verdict::Ask(Finding { pointer: Some("/command".to_owned()), ..finding("who.knows", "look at it") })
            }
            "spin" => spin(),
            "toil" => Verdict::Deny(finding("toil", &toil().to_string())),
            "allocate" => allocate(),
            "recurse" => Verdict::Deny(finding("deep", &recurse(1).to_string())),
            "trap" => std::process::abort(),
            "bounds" => Verdict::Deny(finding("byte", &beyond().to_string())),
            "panic" => panic!("the plugin panics"),
            "exit" => std::process::exit(0),
            "huge" => Verdict::Deny(finding("huge", &"x".repeat(16 << 20))),
            "long" => Verdict::Deny(finding("long", &"x".repeat(1025))),
            "hidden" => Verdict::Deny(finding("hidden", "\u{202e}\x1b[2J\u{200b}x\u{e0041}\n[doorward] allowed")),
            "spoof" => Verdict::Deny(finding("plugin.timeout", "not the gateway's word")),
            "utf8" => Verdict::Deny(finding("utf8", &not_utf8())),
            "patch" => Verdict::Modify(vec![patch("/command")]),
            "bad-patch" => Verdict::Modify(vec![patch("command")]),
            "log" => flood(),
            "handles" => loop {
                KEPT.lock().unwrap().extend(arguments.get(""));
            },
            "select" => loop {
                black_box(arguments.select(&vec!["/missing".to_owned(); 10_000]));
            },
            "strings" => loop {
                let _leaves = black_box(arguments.strings(u32::MAX));
            },
            "remember" => Verdict::Deny(finding("calls", &CALLS.fetch_add(1, Ordering::Relaxed).to_string())),
            "configured" => Verdict::Deny(finding("configured", &CONFIGURED.load(Ordering::Relaxed).to_string())),
            "configure-print" => {
                println!("called");
                Verdict::Deny(finding("printed", "twice"))
            }
            "stale" => Verdict::Deny(finding("stale", &stale().to_string())),
            "world" => Verdict::Deny(finding("world", &world())),
            "context" => Verdict::Deny(finding("context", &format!("{context:?}"))),
            "document" => Verdict::Deny(finding("document", &arguments.raw())),
            other => Verdict::Deny(finding("deed.unknown", other)),
        }
    }
}

fn finding(code: &str, reason: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        reason: reason.to_owned(),
        severity: Severity::Error,
        pointer: None,
        remediation: None,
    }
}

fn patch(pointer: &str) -> Patch {
    Patch { pointer: pointer.to_owned(), value_json: "\"true\"".to_owned() }
}

fn spin() -> ! {
    loop {
        black_box(());
    }
}

/// Takes longer than a moment on every machine, and ends.
fn toil() -> u64 {
    (0..50_000_000).fold(0, |sum: u64, number| black_box(sum.wrapping_add(number)))
}

fn allocate() -> ! {
    let mut all = Vec::new();
    loop {
        all.push(black_box(vec![1_u8; 1 << 20]));
    }
}

#[expect(unconditional_recursion, reason = "it is what this is for")]
fn recurse(depth: u64) -> u64 {
    recurse(black_box(depth) + 1) + 1
}

/// A byte that is not there: Wasm's own trap, which no panic comes before.
fn beyond() -> u8 {
    unsafe { black_box(usize::MAX as *const u8).read_volatile() }
}

fn not_utf8() -> String {
    unsafe { String::from_utf8_unchecked(vec![0xff, 0xfe]) }
}

fn flood() -> Verdict {
    for line in 0..1000 {
        log::write(log::Level::Warn, &format!("{line} {}", "x".repeat(4096)));
        eprintln!("{line}\x1b[2J");
        println!("{line}");
    }
    Verdict::Allow
}

/// How many bytes of fresh memory are as the last line here left them.
fn stale() -> usize {
    let mut fresh: Vec<u8> = Vec::with_capacity(8 << 20);
    let spare = fresh.spare_capacity_mut();
    // Memory of Wasm is always initialised: what a stranger left here would show.
    let found = spare.iter().filter(|byte| unsafe { byte.as_ptr().read_volatile() } == 0x5a).count();
    for byte in spare {
        byte.write(0x5a);
    }
    black_box(&mut fresh);
    found
}

/// Everything that the world outside could show through.
fn world() -> String {
    let order: HashMap<u32, ()> = (0..8).map(|key| (key, ())).collect();
    let started = Instant::now();
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map(|since| since.as_millis());
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line).map_err(|error| error.kind());
    format!(
        "env {} args {} wall {wall:?} passed {:?} order {:?} stdin {read:?}",
        std::env::vars_os().count(),
        std::env::args_os().count(),
        started.elapsed(),
        order.keys().collect::<Vec<_>>(),
    )
}

bindings::export!(Hostile with_types_in bindings);

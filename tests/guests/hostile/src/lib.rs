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
            "configure-exit" => std::process::exit(0),
            "configure-flood" => loop {
                log::write(log::Level::Warn, "again");
            },
            "configure-utf8" => return Err(vec![finding("no", &not_utf8())]),
            "configure-many" => return Err(vec![finding("no", &"x".repeat(1000)); 10_000]),
            "configure-silent" => return Err(vec![]),
            "configure-print" => println!("configured"),
            "configure-chatty" => chat(),
            _ => {}
        }
        DEED.set(deed).map_err(|_| vec![finding("twice", "configured twice")])
    }
}

impl call_hook::Guest for Hostile {
    fn check_call(context: types::CallContext, arguments: &document::Json) -> Verdict {
        let mut deed = DEED.get().cloned().unwrap_or_default();
        if deed == "as-told" {
            deed = match arguments.select(&["/command".to_owned()]).pop() {
                Some(Some(document::Value::Text(told))) => told,
                _ => String::new(),
            };
        }
        match deed.as_str() {
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
            "no-patch" => Verdict::Modify(vec![]),
            "many-patches" => Verdict::Modify(vec![patch("/command"); 65]),
            "huge-patch" => Verdict::Modify(vec![text_patch(&format!("\"{}\"", "x".repeat(1 << 20)))]),
            "no-json" => Verdict::Modify(vec![text_patch("tru")]),
            "two-json" => Verdict::Modify(vec![text_patch("1 2")]),
            "twice-named" => Verdict::Modify(vec![text_patch(r#"{"a":1,"a":2}"#)]),
            "half-letter" => Verdict::Modify(vec![text_patch(r#""\ud800""#)]),
            "long-number" => Verdict::Modify(vec![text_patch("1e999")]),
            "deep-patch" => Verdict::Modify(vec![text_patch(&format!("{}{}", "[".repeat(40), "]".repeat(40)))]),
            "bad-code" => Verdict::Deny(finding("No Code", "because")),
            "no-code" => Verdict::Deny(finding("", "because")),
            "no-reason" => Verdict::Deny(finding("no", "")),
            "bad-pointer" => {
                Verdict::Deny(Finding { pointer: Some("command".to_owned()), ..finding("no", "because") })
            }
            "bad-escape" => Verdict::Deny(Finding { pointer: Some("/~2".to_owned()), ..finding("no", "because") }),
            "long-remedy" => Verdict::Ask(Finding { remediation: Some("x".repeat(1025)), ..finding("no", "because") }),
            "huge-log" => {
                log::write(log::Level::Warn, &"x".repeat(8 << 20));
                Verdict::Allow
            }
            "million-lines" => loop {
                log::write(log::Level::Warn, "again");
            },
            "million-questions" => loop {
                black_box(arguments.kind());
            },
            "million-pieces" => loop {
                black_box(arguments.get("/command"));
            },
            "million-pointers" => {
                black_box(arguments.select(&vec![String::new(); 200_000]));
                Verdict::Allow
            }
            "long-pointer" => {
                black_box(arguments.get(&"/a".repeat(2 << 20)));
                Verdict::Allow
            }
            "deep-pointer" => match arguments.get(&"/a".repeat(100_000)) {
                None => Verdict::Deny(finding("deep", "nothing is there")),
                Some(_) => Verdict::Allow,
            },
            "forged" => {
                let forged = unsafe { document::Json::from_handle(12_345) };
                black_box(forged.kind());
                Verdict::Allow
            }
            "dropped" => {
                let own = arguments.get("").expect("the root is there");
                let handle = own.take_handle();
                drop(unsafe { document::Json::from_handle(handle) });
                black_box(unsafe { document::Json::from_handle(handle) }.kind());
                Verdict::Allow
            }
            "grow" => {
                while core::arch::wasm32::memory_grow::<0>(16) != usize::MAX {}
                Verdict::Allow
            }
            "grow-at-once" => match core::arch::wasm32::memory_grow::<0>(65_000) {
                usize::MAX => Verdict::Deny(finding("grown", "not")),
                _ => Verdict::Allow,
            },
            "unreachable" => core::arch::wasm32::unreachable(),
            "truncate" => Verdict::Deny(finding("number", &truncate().to_string())),
            "divide" => Verdict::Deny(finding("number", &divide().to_string())),
            "strange-call" => {
                let strange: fn(u64, f64) -> u64 = unsafe { std::mem::transmute(spare as fn()) };
                Verdict::Deny(finding("number", &black_box(strange)(1, 2.0).to_string()))
            }
            "null-call" => {
                let null: fn() = unsafe { std::mem::transmute(black_box(0xffff_usize)) };
                null();
                Verdict::Allow
            }
            "big-frames" => Verdict::Deny(finding("frames", &frames(1).to_string())),
            "twice-panic" => {
                let _bomb = Bomb;
                panic!("the first time");
            }
            "exit-7" => std::process::exit(7),
            "thread" => match std::thread::Builder::new().spawn(|| ()) {
                Ok(_) => Verdict::Allow,
                Err(error) => Verdict::Deny(finding("thread", &format!("{:?}", error.kind()))),
            },
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
            "configure-chatty" => {
                chat();
                Verdict::Allow
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

fn text_patch(value: &str) -> Patch {
    Patch { pointer: "/command".to_owned(), value_json: value.to_owned() }
}

/// Wasm's own trap, where Rust would not look.
fn truncate() -> i32 {
    unsafe { black_box(1e30_f64).to_int_unchecked() }
}

fn divide() -> i32 {
    black_box(1_i32) / black_box(0)
}

fn spare() {
    black_box(());
}

/// Uses up the stack that lies in memory.
#[expect(unconditional_recursion, reason = "it is what this is for")]
fn frames(depth: u64) -> u64 {
    let frame = black_box([depth as u8; 64 << 10]);
    frames(depth + 1) + u64::from(frame[0])
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the second time");
    }
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

/// Asks the gateway more than half as often as it may.
fn chat() {
    for _ in 0..60_000 {
        log::write(log::Level::Debug, "hm");
    }
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

//! The house stands: a floor uses only floors below it, and only `app` makes a mint.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors of `lib.rs`, top first. Rooms of one line do not know each other, but on the street.
const FLOORS: [&[&str]; 8] = [
    &["main", "cli", "app", "config", "demo"],
    &["server", "admin"],
    &["gate"],
    &["listener", "identity", "plugins", "approvals", "upstreams", "audit", "packs", "import"],
    &["policy", "pins", "risk"],
    &["state", "telemetry"],
    &["call", "mcp"],
    &["json", "secret", "clock"],
];

/// On the street everybody meets.
const STREET: usize = 0;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below `src`, with its path as text.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![source()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(source()).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

fn room_of(file: &str) -> &str {
    let first = file.split('/').next().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

fn floors() -> BTreeMap<&'static str, usize> {
    FLOORS.iter().enumerate().flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor))).collect()
}

/// The rooms that a text names after `crate::`, also within braces, less what stands in comments.
fn used(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut rooms = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            None => rooms.push(word(after)),
            Some(inside) => {
                let (mut depth, mut at_start) = (0, true);
                for (place, letter) in inside.char_indices() {
                    match letter {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => at_start = true,
                        _ if letter.is_whitespace() => {}
                        _ if at_start && depth == 0 => {
                            rooms.push(word(&inside[place..]));
                            at_start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    rooms
}

fn word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[test]
fn floors_point_down() {
    let floors = floors();
    let mut wrong = Vec::new();
    for (file, text) in files() {
        let room = room_of(&file);
        let Some(floor) = floors.get(room) else {
            assert!(room == "lib", "{file} is in no room: add it to a floor, or move it");
            continue;
        };
        for other in used(&text) {
            let Some(below) = floors.get(other.as_str()) else { continue };
            let fine = other == room || below > floor || (*floor == STREET && *below == STREET);
            if !fine {
                wrong.push(format!("{file} looks at `{other}`, which is not below `{room}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_look_up_is_found() {
    assert_eq!(
        used("use crate::{call::{Call, Errand}, gate};\nlet x = crate::mcp::Id; // crate::no\n"),
        ["call", "gate", "mcp", "no"]
    );
    assert_eq!(used("    // use crate::gate::Gate;\n"), Vec::<String>::new());
}

#[test]
fn every_room_says_what_it_is_for() {
    for (file, text) in files() {
        assert!(
            text.starts_with("//!") || file.ends_with("tests.rs") || file.contains("/tests/"),
            "{file} opens without `//!`"
        );
    }
    for room in FLOORS.iter().flat_map(|rooms| rooms.iter()) {
        assert!(source().join(format!("{room}.rs")).exists(), "there is no room `{room}`");
    }
}

#[test]
fn only_app_strikes_the_mint_and_only_a_mint_makes_permits() {
    for (file, text) in files() {
        let may_strike = file == "app.rs" || file == "call/permit.rs";
        assert!(may_strike || !text.contains("Mint::strike"), "{file} makes a mint");
        assert!(file == "call/permit.rs" || !text.contains("Permit {"), "{file} makes a permit");
    }
}

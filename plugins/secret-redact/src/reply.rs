//! Goes through the strings of a reply.

use crate::find::Tally;
use crate::raw::{self, Place, Text};
use crate::settings::{Guard, OnLarge, OnSecret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorward_plugin::log::{self, Level};
use doorward_plugin::{Document, Finding, Leaf, Patch, ResultVerdict, Side, pointer};

/// The most strings of a reply that are looked at, names of members included.
const MAX_STRINGS: u32 = 20_000;

/// The most strings that are asked for one by one. To have more of them handed over takes longer than to read the whole.
const FEW: u32 = 64;

/// The most bytes that they may have together.
const MAX_TEXT: usize = 4 << 20;

/// The most patches of one verdict, and the most bytes of their values.
const MAX_PATCHES: usize = 64;
const MAX_BYTES: usize = 1 << 20;

/// Why there are no patches.
enum Miss {
    /// There is too much to look at.
    Unseen,
    /// What was found cannot be taken out.
    Stuck(Finding),
}

pub(crate) fn check(guard: &Guard, reply: &Document<'_>) -> ResultVerdict {
    let mut tally = Tally::new();
    let verdict = match patches(guard, reply, &mut tally) {
        Ok(patches) if patches.is_empty() => ResultVerdict::Pass,
        Ok(_) if guard.on_secret == OnSecret::Refuse => ResultVerdict::Refuse(
            Finding::new("reply.secret", format!("the reply holds a secret: {}", told(&tally)))
                .instead("ask for less, so that it is not in the answer"),
        ),
        Ok(patches) => ResultVerdict::Redact(patches),
        Err(Miss::Stuck(finding)) => ResultVerdict::Refuse(finding),
        Err(Miss::Unseen) => return unseen(guard),
    };
    if !tally.is_empty() {
        log::write(Level::Warn, &format!("secrets in a reply: {}", told(&tally)));
    }
    verdict
}

/// What becomes of a reply that nobody looked at.
fn unseen(guard: &Guard) -> ResultVerdict {
    match guard.on_large {
        OnLarge::Refuse => ResultVerdict::Refuse(too_large("too much")),
        OnLarge::Pass => {
            log::write(Level::Warn, "a reply was too much to be looked at, and went on as it is");
            ResultVerdict::Pass
        }
    }
}

fn too_large(what: &str) -> Finding {
    Finding::new("reply.large", format!("the reply has {what} to be looked at")).instead("ask for less at once")
}

/// How many of which, without a word of the reply.
fn told(tally: &Tally) -> String {
    let counts: Vec<_> = tally.iter().map(|(rule, count)| format!("{count} of `{rule}`")).collect();
    counts.join(", ")
}

fn patches<'g>(guard: &'g Guard, reply: &Document<'_>, tally: &mut Tally<'g>) -> Result<Vec<Patch>, Miss> {
    let patches = match reply.strings(FEW) {
        Ok(leaves) => of_leaves(guard, &leaves, tally)?,
        Err(many) if many.found > MAX_STRINGS => return Err(Miss::Unseen),
        Err(_) => None,
    };
    let patches = match patches {
        Some(patches) => patches,
        None => of_whole(guard, &reply.raw(), tally)?,
    };
    let bytes: usize = patches.iter().map(|patch| patch.value_json.len()).sum();
    if bytes > MAX_BYTES { Err(stuck("too much with secrets")) } else { Ok(patches) }
}

/// Patches for strings that are at hand; none where the reply must be written anew.
fn of_leaves<'g>(guard: &'g Guard, leaves: &[Leaf], tally: &mut Tally<'g>) -> Result<Option<Vec<Patch>>, Miss> {
    let mut patches = Vec::new();
    let mut is_named = false;
    fits(leaves.iter().map(|leaf| leaf.text.len()).sum())?;
    for leaf in leaves {
        match leaf.side {
            // A name cannot be replaced where it stands.
            Side::Key => is_named |= guard.finder.redact(&leaf.text, &mut Tally::new()).is_some(),
            Side::Value => {
                let name = leaf.pointer.rsplit('/').next().unwrap_or_default();
                let clean = clean(guard, (name, || leaf.pointer.clone()), &leaf.text, tally);
                patches.extend(clean.map(|clean| Patch::text(&leaf.pointer, &clean)));
            }
        }
    }
    if !is_named && patches.len() <= MAX_PATCHES {
        return Ok(Some(patches));
    }
    tally.clear();
    Ok(None)
}

/// Patches for a reply as one text: its strings, where these are not too many and no name is among them, or else the whole.
fn of_whole<'g>(guard: &'g Guard, json: &str, tally: &mut Tally<'g>) -> Result<Vec<Patch>, Miss> {
    let (mut patches, mut changes) = (Vec::new(), Vec::new());
    let (mut bytes, mut is_named) = (0, false);
    let read = raw::read(json, |place: &Place<'_>, Text { text, side, bytes: literal }| {
        bytes += text.len();
        let clean = match side {
            Side::Key => guard.finder.redact(&text, tally),
            Side::Value => clean(guard, (place.name(), || place.pointer()), &text, tally),
        };
        if let Some(clean) = clean {
            is_named |= side == Side::Key;
            if patches.len() <= MAX_PATCHES {
                patches.push(Patch::text(place.pointer(), &clean));
            }
            changes.push((literal, clean));
        }
        (bytes <= MAX_TEXT).then_some(())
    });
    fits(bytes)?;
    read.ok_or_else(|| stuck("too much"))?;
    if is_named || patches.len() > MAX_PATCHES {
        let whole = raw::written(json, &changes).ok_or_else(|| stuck("too much"))?;
        patches = vec![Patch { pointer: String::new(), value_json: whole }];
    }
    Ok(patches)
}

fn fits(bytes: usize) -> Result<(), Miss> {
    if bytes > MAX_TEXT { Err(Miss::Unseen) } else { Ok(()) }
}

fn stuck(what: &str) -> Miss {
    Miss::Stuck(too_large(what))
}

/// What becomes of a value, which is called so and stands there; none where it stays.
fn clean<'g>(
    guard: &'g Guard,
    (name, place): (&str, impl Fn() -> String),
    text: &str,
    tally: &mut Tally<'g>,
) -> Option<String> {
    if let Some(mark) = guard.finder.redact_named(name, text, tally) {
        return Some(mark);
    }
    if matches!(name, "data" | "blob") && is_encoded(&place()) {
        let bytes = STANDARD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        return guard.finder.redact(&text, tally).map(|clean| STANDARD.encode(clean));
    }
    guard.finder.redact(text, tally)
}

/// Whether MCP has base64 there: images and sounds, and resources that are no text.
fn is_encoded(place: &str) -> bool {
    let tokens = pointer::parse(place).unwrap_or_default();
    match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["content", _, "data"] | ["content", _, "resource", "blob"] | ["contents", _, "blob"] => true,
        ["messages", _, "content", rest @ ..] => matches!(rest, ["data"] | ["resource", "blob"]),
        _ => false,
    }
}

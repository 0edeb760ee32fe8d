//! Goes through the strings of a reply.

use crate::find::Tally;
use crate::raw;
use crate::settings::{Guard, OnLarge, OnSecret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorward_plugin::log::{self, Level};
use doorward_plugin::{Document, Finding, Leaf, Patch, ResultVerdict, Side, pointer};

/// The most strings of a reply that are looked at, names of members included.
const MAX_STRINGS: u32 = 20_000;

/// The most bytes that they may have together.
const MAX_TEXT: usize = 4 << 20;

/// The most patches of one verdict, and the most bytes of their values.
const MAX_PATCHES: usize = 64;
const MAX_BYTES: usize = 1 << 20;

pub(crate) fn check(guard: &Guard, reply: &Document<'_>) -> ResultVerdict {
    let mut tally = Tally::new();
    let Some(leaves) = strings(reply) else { return unseen(guard) };
    let verdict = match patches(guard, reply, &leaves, &mut tally) {
        Ok(patches) if patches.is_empty() => ResultVerdict::Pass,
        Ok(_) if guard.on_secret == OnSecret::Refuse => ResultVerdict::Refuse(
            Finding::new("reply.secret", format!("the reply holds a secret: {}", told(&tally)))
                .instead("ask for less, so that it is not in the answer"),
        ),
        Ok(patches) => ResultVerdict::Redact(patches),
        Err(finding) => ResultVerdict::Refuse(finding),
    };
    if !tally.is_empty() {
        log::write(Level::Warn, &format!("secrets in a reply: {}", told(&tally)));
    }
    verdict
}

/// Every string; none where there is too much to look at.
fn strings(reply: &Document<'_>) -> Option<Vec<Leaf>> {
    let leaves = reply.strings(MAX_STRINGS).ok()?;
    let bytes: usize = leaves.iter().map(|leaf| leaf.text.len()).sum();
    (bytes <= MAX_TEXT).then_some(leaves)
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

fn patches<'g>(
    guard: &'g Guard,
    reply: &Document<'_>,
    leaves: &[Leaf],
    tally: &mut Tally<'g>,
) -> Result<Vec<Patch>, Finding> {
    let mut patches = Vec::new();
    let mut is_named = false;
    for leaf in leaves {
        match leaf.side {
            // A name cannot be replaced where it stands.
            Side::Key => is_named |= guard.finder.redact(&leaf.text, &mut Tally::new()).is_some(),
            Side::Value => {
                if let Some(text) = clean(guard, leaf, tally) {
                    patches.push(Patch::text(&leaf.pointer, &text));
                }
            }
        }
    }
    if is_named || patches.len() > MAX_PATCHES {
        let mut all = Tally::new();
        let whole = raw::rewrite(&reply.raw(), |pointer, text| {
            let side = if pointer.is_some() { Side::Value } else { Side::Key };
            let leaf = Leaf { pointer: pointer.unwrap_or_default().to_owned(), side, text: text.to_owned() };
            clean(guard, &leaf, &mut all)
        });
        *tally = all;
        patches = vec![Patch { pointer: String::new(), value_json: whole.ok_or_else(|| too_large("too much"))? }];
    }
    let bytes: usize = patches.iter().map(|patch| patch.value_json.len()).sum();
    if bytes > MAX_BYTES { Err(too_large("too much with secrets")) } else { Ok(patches) }
}

/// What becomes of a string; none where it stays.
fn clean<'g>(guard: &'g Guard, leaf: &Leaf, tally: &mut Tally<'g>) -> Option<String> {
    let name = leaf.pointer.rsplit('/').next().unwrap_or_default();
    if leaf.side == Side::Value
        && let Some(mark) = guard.finder.redact_named(name, &leaf.text, tally)
    {
        return Some(mark);
    }
    if leaf.side == Side::Value && is_encoded(&leaf.pointer) {
        let bytes = STANDARD.decode(&leaf.text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        return guard.finder.redact(&text, tally).map(|clean| STANDARD.encode(clean));
    }
    guard.finder.redact(&leaf.text, tally)
}

/// Whether MCP has base64 there: images and sounds, and resources that are no text.
fn is_encoded(place: &str) -> bool {
    if !place.ends_with("/data") && !place.ends_with("/blob") {
        return false;
    }
    let tokens = pointer::parse(place).unwrap_or_default();
    match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["content", _, "data"] | ["content", _, "resource", "blob"] | ["contents", _, "blob"] => true,
        ["messages", _, "content", rest @ ..] => matches!(rest, ["data"] | ["resource", "blob"]),
        _ => false,
    }
}

//! `C:\work`, `C:/work`, `\\server\share\work`, and with a known directory `work\main.conf`.

use super::{Doubt, Reading, doubt, start};
use crate::route::{Route, Volume};

/// Names that are devices in every directory, whatever stands behind a dot.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

pub(super) fn read(text: &str, here: Option<&Route>, reading: &Reading) -> Result<Route, Doubt> {
    let mut parts = text.split(['\\', '/']);
    let first = parts.next().unwrap_or_default();
    let from = match drive(first) {
        Some(letter) if text.len() > first.len() => Route::at(Volume::Drive(letter)),
        Some(_) => return Err(VOLUME),
        // `C:x`, `http:`
        None if first.contains(':') => return Err(VOLUME),
        None if first.is_empty() => share(&mut parts)?,
        None if first.starts_with('~') => {
            let home = reading.home.clone().filter(|_| first == "~");
            home.ok_or(doubt("path.home", "the path begins with `~`", "send an absolute path"))?
        }
        None if first.starts_with('-') => {
            return Err(doubt("path.option", "the path could be read as an option", "begin it with `.\\`"));
        }
        None => {
            parts = text.split(['\\', '/']);
            start(here)?
        }
    };
    for part in parts.clone() {
        check_name(part)?;
    }
    reading.follow(from, parts)
}

const VOLUME: Doubt =
    doubt("path.volume", "the path begins with a drive alone, a host or a scheme", "send an absolute path");

fn drive(first: &str) -> Option<char> {
    match first.as_bytes() {
        [letter, b':'] if letter.is_ascii_alphabetic() => Some(char::from(letter.to_ascii_uppercase())),
        _ => None,
    }
}

/// Behind a separator at the beginning: `\server\share`. One separator alone would mean the drive that is current.
fn share<'a>(parts: &mut (impl Iterator<Item = &'a str> + Clone)) -> Result<Route, Doubt> {
    let unclear =
        doubt("path.share", "the path begins with separators, and neither a server nor a share", "write the drive");
    if parts.next() != Some("") {
        return Err(unclear);
    }
    let (Some(server), Some(share)) = (parts.next(), parts.next()) else { return Err(unclear) };
    let is_name = |name: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.$".contains(c);
        !name.is_empty() && !name.starts_with('.') && !name.ends_with('.') && name.chars().all(is_plain)
    };
    // `\\?\` and `\\.\` would lead past all of this.
    if !is_name(server) || !is_name(share) {
        return Err(unclear);
    }
    Ok(Route::at(Volume::Share(server.to_ascii_lowercase(), share.to_ascii_lowercase())))
}

/// Whether Windows takes the name as it stands.
fn check_name(part: &str) -> Result<(), Doubt> {
    if part.contains(['<', '>', ':', '"', '|', '?', '*']) {
        return Err(doubt(
            "path.stream",
            "a name in the path has a character that Windows keeps to itself",
            "name another file",
        ));
    }
    let stem = part.split('.').next().unwrap_or_default().trim_end_matches(' ').to_lowercase();
    let is_port = |name: &str| {
        let number = stem.strip_prefix(name);
        number.is_some_and(|number| number.chars().count() == 1 && number.chars().all(char::is_numeric))
    };
    if DEVICES.contains(&stem.as_str()) || is_port("com") || is_port("lpt") {
        return Err(doubt("path.device", "a name in the path is a device of Windows", "name another file"));
    }
    // `PROGRA~1`
    let is_short = part.split('~').skip(1).any(|behind| behind.starts_with(|c: char| c.is_ascii_digit()));
    if is_short {
        return Err(doubt("path.short", "a name in the path might stand for a longer one", "write names out"));
    }
    Ok(())
}

//! `/srv/app`, and with a known directory `app/main.conf`.

use super::{Doubt, Reading, doubt, start};
use crate::route::{Route, Volume};

pub(super) fn read(text: &str, here: Option<&Route>, reading: &Reading) -> Result<Route, Doubt> {
    if let Some(rest) = text.strip_prefix('/') {
        if rest.starts_with('/') {
            return Err(doubt("path.share", "the path begins with two slashes", "begin it with one"));
        }
        return reading.follow(Route::at(Volume::Root), rest.split('/'));
    }
    let mut parts = text.split('/');
    let first = parts.next().unwrap_or_default();
    if first.starts_with('~') {
        let home = reading.home.clone().filter(|_| first == "~");
        let home = home.ok_or(doubt("path.home", "the path begins with `~`", "send an absolute path"))?;
        return reading.follow(home, parts);
    }
    // `C:`, `host:` of scp, `http:`
    if first.contains(':') {
        return Err(doubt("path.volume", "the path begins with a drive, a host or a scheme", "send an absolute path"));
    }
    if first.starts_with('-') {
        return Err(doubt("path.option", "the path could be read as an option", "begin it with `./`"));
    }
    reading.follow(start(here)?, text.split('/'))
}

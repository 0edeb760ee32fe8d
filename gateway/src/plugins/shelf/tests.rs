use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// Something that an engine can load.
fn code(engine: &Engine) -> Vec<u8> {
    engine.precompile_component(b"\0asm\x0d\0\x01\0").unwrap()
}

fn label(engine: &Engine, settings: &str) -> Label {
    Label::of(engine, Digest::of(b"component"), Digest::of(settings.as_bytes()))
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn share(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_is_put_is_taken_by_the_same_label_only() {
    let (home, engine) = (TempDir::new().unwrap(), Engine::default());
    let folder = home.path().join("a/plugins");
    let shelf = Shelf::open(&folder).unwrap();
    shelf.put(label(&engine, "{}"), true, &code(&engine));
    // Another process, with the same key.
    let kept = Shelf::open(&folder).unwrap().take(label(&engine, "{}")).unwrap();
    assert!(kept.marked && kept.code.component(&engine).is_ok());
    assert!(shelf.take(label(&engine, "{\"a\":1}")).is_none());
    shelf.put(label(&engine, "{\"a\":1}"), false, &code(&engine));
    assert!(!shelf.take(label(&engine, "{\"a\":1}")).unwrap().marked);
    assert_eq!((mode(&folder), mode(&folder.join("key"))), (0o700, 0o600));
    assert_eq!(mode(&shelf.path(label(&engine, "{}"))), 0o600);
}

#[test]
fn another_engine_has_other_labels() {
    let mut config = wasmtime::Config::new();
    let other = Engine::new(config.epoch_interruption(true)).unwrap();
    assert_ne!(label(&Engine::default(), "{}"), label(&other, "{}"));
}

#[test]
fn what_was_changed_or_put_there_by_others_is_not_taken() {
    let (home, engine) = (TempDir::new().unwrap(), Engine::default());
    let shelf = Shelf::open(&home.path().join("plugins")).unwrap();
    let (mine, theirs) = (label(&engine, "{}"), label(&engine, "{\"a\":1}"));
    shelf.put(mine, true, &code(&engine));
    let whole = fs::read(shelf.path(mine)).unwrap();
    for place in [0, 20, 16 + DIGITS, 16 + 2 * DIGITS, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        fs::write(shelf.path(mine), changed).unwrap();
        assert!(shelf.take(mine).is_none(), "{place}");
    }
    for length in [0, 10, 16, 16 + DIGITS, 16 + 2 * DIGITS, whole.len() - 1] {
        fs::write(shelf.path(mine), &whole[..length]).unwrap();
        assert!(shelf.take(mine).is_none(), "{length}");
    }
    // What is authentic under another name is not what is asked for.
    fs::write(shelf.path(theirs), &whole).unwrap();
    assert!(shelf.take(theirs).is_none());
    fs::write(shelf.path(mine), &whole).unwrap();
    assert!(shelf.take(mine).is_some());

    // Another machine's key.
    let other = Shelf::open(&home.path().join("other")).unwrap();
    fs::write(other.path(mine), &whole).unwrap();
    assert!(other.take(mine).is_none());
}

#[test]
fn a_folder_or_a_key_that_others_reach_is_not_used() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("plugins");
    drop(Shelf::open(&folder).unwrap());
    for (path, open, closed) in [(folder.clone(), 0o770, 0o700), (folder.join("key"), 0o604, 0o600)] {
        share(&path, open);
        assert!(matches!(Shelf::open(&folder), Err(ShelfFailure::Shared { .. })), "{}", path.display());
        share(&path, closed);
        assert!(Shelf::open(&folder).is_ok());
    }
    symlink(&folder, home.path().join("link")).unwrap();
    assert!(matches!(Shelf::open(&home.path().join("link")), Err(ShelfFailure::Shared { .. })));
    fs::write(folder.join("key"), b"short").unwrap();
    assert!(matches!(Shelf::open(&folder), Err(ShelfFailure::Key { .. })));
    fs::write(home.path().join("file"), b"").unwrap();
    assert!(matches!(Shelf::open(&home.path().join("file")), Err(ShelfFailure::Unusable { .. })));
}

#[test]
fn what_has_not_been_used_for_the_longest_time_goes_first() {
    let (home, engine) = (TempDir::new().unwrap(), Engine::default());
    let code = code(&engine);
    let most = Most { bytes: u64::MAX, files: 2 };
    let shelf = Shelf::bounded(&home.path().join("plugins"), most).unwrap();
    let labels: Vec<Label> = (0..3).map(|number| label(&engine, &number.to_string())).collect();
    for (age, label) in labels.iter().take(2).enumerate() {
        shelf.put(*label, false, &code);
        let long_ago = now() - Duration::from_secs(1000 - age as u64);
        fs::File::options().write(true).open(shelf.path(*label)).unwrap().set_modified(long_ago).unwrap();
    }
    // To take is to use.
    assert!(shelf.take(labels[0]).is_some());
    shelf.put(labels[2], false, &code);
    let there: Vec<bool> = labels.iter().map(|label| shelf.take(*label).is_some()).collect();
    assert_eq!(there, [true, false, true]);

    let narrow = Shelf::bounded(&home.path().join("plugins"), Most { bytes: 1, files: 2 }).unwrap();
    narrow.put(labels[0], false, &code);
    assert!(labels.iter().all(|label| shelf.take(*label).is_none()));
}

//! Machine code of components, kept on disk, so that a start compiles nothing that was compiled before.
//!
//! Code from a disk runs outside of every sandbox. So it comes only from a folder that is the user's alone, and only if its
//! authentication code, under a key that is the user's alone, is right for the bytes as they are in memory. Whatever else
//! lies there is left alone, and compiled anew.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use tempfile::NamedTempFile;
use wasmtime::Engine;
use zeroize::Zeroizing;

use super::native::Authentic;
use crate::secret::{Digest, Key, NoRandomness, random};

/// What every file begins with: what it is, and in which form.
const MAGIC: &[u8; 16] = b"doorward code 1\n";

/// The digits of a digest.
const DIGITS: usize = 64;

/// How a file of code is called, after the digest that names it.
const ENDING: &str = "code";

/// How much is kept, in bytes and in files. What has not been used for the longest time goes first.
const MOST: Most = Most { bytes: 1 << 30, files: 512 };

/// The shelf.
pub struct Shelf {
    folder: PathBuf,
    /// The key; `None` within where the folder cannot be used.
    key: OnceLock<Option<Key>>,
    most: Most,
}

#[derive(Clone, Copy)]
struct Most {
    bytes: u64,
    files: usize,
}

/// What the code on the shelf was made of, and for which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(Digest);

/// What was on the shelf.
pub(super) struct Kept {
    /// The mark that it was put there with.
    pub(super) marked: bool,
    /// The code.
    pub(super) code: Authentic,
}

/// The folder is none that code may come from.
#[derive(Debug, thiserror::Error)]
pub enum ShelfFailure {
    /// It cannot be used.
    #[error("`{}` cannot be used: {cause}", path.display())]
    Unusable {
        /// The folder, or a file in it.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Others may write or read it.
    #[error("`{}` is not this user's alone: take the rights of others away, or remove it", path.display())]
    Shared {
        /// The folder, or the key in it.
        path: PathBuf,
    },
    /// The key is not one.
    #[error("`{}` is no key: remove it, and a new one is made", path.display())]
    Key {
        /// The key.
        path: PathBuf,
    },
    /// There is no key, and none can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Shelf {
    /// A shelf in this folder, which is opened, or made, with the first code that is put there. Where it cannot be used, that
    /// is told then, and nothing is kept.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), key: OnceLock::new(), most: MOST }
    }

    /// Opens the folder, and makes it and its key if they are missing.
    pub fn open(folder: &Path) -> Result<Self, ShelfFailure> {
        Self::bounded(folder, MOST)
    }

    fn bounded(folder: &Path, most: Most) -> Result<Self, ShelfFailure> {
        let key = OnceLock::from(Some(key_in(folder)?));
        Ok(Self { folder: folder.to_owned(), key, most })
    }

    fn key(&self) -> Option<&Key> {
        let open = || {
            let key = key_in(&self.folder);
            key.inspect_err(|failure| tracing::warn!(%failure, "the code of plugins is made anew at every start")).ok()
        };
        self.key.get_or_init(open).as_ref()
    }

    /// The code of this label; `None` where there is none that can be trusted.
    pub(super) fn take(&self, label: Label) -> Option<Kept> {
        let path = self.path(label);
        if !path.exists() {
            return None;
        }
        let key = self.key()?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return None,
            Err(cause) => {
                tracing::warn!(path = %path.display(), %cause, "the code of a plugin cannot be read, and is made anew");
                return None;
            }
        };
        let Some(kept) = open_sealed(key, label, &bytes) else {
            tracing::warn!(path = %path.display(), "the code of a plugin is not what was kept there, and is made anew");
            return None;
        };
        // What is used is kept; where the time cannot be noted, it goes a little sooner.
        let _best_effort = fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(now()));
        Some(kept)
    }

    /// Puts code on the shelf, with a mark that comes back with it. Where that cannot be done, the next start is slower, and nothing else.
    pub(super) fn put(&self, label: Label, marked: bool, code: &[u8]) {
        let Some(key) = self.key() else { return };
        if let Err(cause) = self.write(key, label, marked, code).and_then(|()| self.make_room()) {
            tracing::warn!(folder = %self.folder.display(), %cause, "the code of a plugin could not be kept");
        }
    }

    fn write(&self, key: &Key, label: Label, marked: bool, code: &[u8]) -> io::Result<()> {
        let body = [label.0.to_string().as_bytes(), &[u8::from(marked)], code].concat();
        let mut draft = NamedTempFile::new_in(&self.folder)?;
        draft.write_all(MAGIC)?;
        draft.write_all(key.tag(&body).to_string().as_bytes())?;
        draft.write_all(&body)?;
        draft.persist(self.path(label)).map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes what has not been used for the longest time, until the rest has room.
    fn make_room(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let found = entry.metadata()?;
            if entry.path().extension().is_some_and(|ending| ending == ENDING) {
                files.push((found.modified()?, found.len(), entry.path()));
            }
        }
        files.sort();
        let (mut bytes, mut count) = (files.iter().map(|(_, len, _)| len).sum::<u64>(), files.len());
        for (_, len, path) in files {
            if bytes <= self.most.bytes && count <= self.most.files {
                break;
            }
            match fs::remove_file(&path) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
                _ => (bytes, count) = (bytes - len, count - 1),
            }
        }
        Ok(())
    }

    fn path(&self, label: Label) -> PathBuf {
        self.folder.join(format!("{}.{ENDING}", label.0))
    }
}

/// The key in a folder. Both are made if they are missing.
fn key_in(folder: &Path) -> Result<Key, ShelfFailure> {
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |cause| ShelfFailure::Unusable { path, cause }
    };
    system::make(folder).map_err(unusable(folder))?;
    let mut fresh = NamedTempFile::new_in(folder).map_err(unusable(folder))?;
    if !system::is_own(folder, fresh.path()).map_err(unusable(folder))? {
        return Err(ShelfFailure::Shared { path: folder.to_owned() });
    }
    let path = folder.join("key");
    if !path.try_exists().map_err(unusable(&path))? {
        let bytes = Zeroizing::new(random::<32>()?);
        fresh.write_all(&*bytes).and_then(|()| fresh.as_file().sync_all()).map_err(unusable(&path))?;
        // Another process may have been quicker: then its key is the key.
        if let Err(late) = fresh.persist_noclobber(&path)
            && late.error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(unusable(&path)(late.error));
        }
        fresh = NamedTempFile::new_in(folder).map_err(unusable(folder))?;
    }
    if !system::is_own(&path, fresh.path()).map_err(unusable(&path))? {
        return Err(ShelfFailure::Shared { path });
    }
    let bytes = Zeroizing::new(fs::read(&path).map_err(unusable(&path))?);
    let key = bytes.as_slice().try_into().map_err(|_| ShelfFailure::Key { path })?;
    Ok(Key::from_bytes(key))
}

/// The code in a file's bytes, if they are what was written under this label.
fn open_sealed(key: &Key, label: Label, bytes: &[u8]) -> Option<Kept> {
    let (tag, body) = bytes.strip_prefix(MAGIC)?.split_at_checked(DIGITS)?;
    let tag = Digest::from_hex(str::from_utf8(tag).ok()?)?;
    if !key.tag(body).same(&tag) {
        return None;
    }
    let rest = body.strip_prefix(label.0.to_string().as_bytes())?;
    let (flag, code) = rest.split_first()?;
    let marked = match flag {
        0 => false,
        1 => true,
        _ => return None,
    };
    Some(Kept { marked, code: Authentic::vouch(code.to_vec()) })
}

impl Label {
    /// The label of what becomes of a component with its settings, on this engine.
    pub(super) fn of(engine: &Engine, component: Digest, settings: Digest) -> Self {
        let mut bytes = Bytes(format!("{component} {settings} ").into_bytes());
        engine.precompile_compatibility_hash().hash(&mut bytes);
        Self(Digest::of(&bytes.0))
    }
}

/// Takes in what is hashed as it is, so that no two engines look the same by chance.
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[expect(clippy::disallowed_methods, reason = "a time for the file system, by which nothing is judged")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(unix)]
mod system {
    //! Whose a file is, as Unix says it.

    use std::fs::DirBuilder;
    use std::io;
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
    use std::path::Path;

    pub(super) fn make(folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }

    /// Whether a file is ours and nobody else may do anything with it; `fresh` is one that we just made.
    pub(super) fn is_own(path: &Path, fresh: &Path) -> io::Result<bool> {
        let found = path.symlink_metadata()?;
        let is_link = found.file_type().is_symlink();
        Ok(!is_link && found.mode() & 0o077 == 0 && found.uid() == fresh.symlink_metadata()?.uid())
    }
}

#[cfg(not(unix))]
mod system {
    //! What a user's own folders inherit is for that user alone.

    use std::path::Path;
    use std::{fs, io};

    pub(super) fn make(folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    pub(super) fn is_own(path: &Path, _: &Path) -> io::Result<bool> {
        Ok(!path.symlink_metadata()?.file_type().is_symlink())
    }
}

#[cfg(test)]
mod tests;

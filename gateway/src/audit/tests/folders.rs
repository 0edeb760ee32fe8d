use super::*;

#[track_caller]
fn refused(dir: &Path) -> AuditError {
    match Audit::open(&Config::new(dir)) {
        Ok(_) => panic!("`{}` is accepted", dir.display()),
        Err(error) => error,
    }
}

#[test]
fn a_folder_is_made_and_only_we_can_read_it() {
    let folder = Folder::new();
    let dir = folder.dir().join("deeper");
    let (_audit, repairs) = Audit::open(&Config::new(&dir)).unwrap();
    assert_eq!(repairs, []);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(dir.metadata().unwrap().mode() & 0o777, 0o700);
        for entry in fs::read_dir(&dir).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().mode() & 0o777, 0o600, "{:?}", entry.file_name());
        }
    }
    assert_eq!(fs::read(dir.join("key")).unwrap().len(), 32);
}

#[test]
fn the_key_is_made_once() {
    let folder = Folder::new();
    let first = folder.open();
    let key = fs::read(folder.dir().join("key")).unwrap();
    let second = folder.open();
    assert_eq!(fs::read(folder.dir().join("key")).unwrap(), key);
    assert_ne!(first.writer(), second.writer());
    let document = Document::new(&Value::from("x"));
    assert_eq!(first.key.tag(document.bytes()), second.key.tag(document.bytes()));
}

#[test]
fn a_key_that_is_not_as_it_was_made_is_refused() {
    let folder = Folder::new();
    drop(folder.open());
    let key = folder.dir().join("key");
    fs::write(&key, b"short").unwrap();
    assert!(refused(&folder.dir()).to_string().contains("is not 32 bytes long"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(refused(&folder.dir()).to_string().contains("chmod 600"));
    }
}

#[test]
fn what_is_no_folder_is_refused() {
    let folder = Folder::new();
    let file = folder.0.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(refused(&file), AuditError::NotFolder(_)));
    let error = refused(&file.join("below"));
    assert!(matches!(error, AuditError::Unwritable { .. }), "{error}");
    assert!(matches!(verify(&file), Err(AuditError::Unreadable { .. })));
    assert!(matches!(tail(&folder.dir(), 1), Err(AuditError::Unreadable { .. })));
}

#[cfg(unix)]
#[test]
fn a_folder_to_which_others_may_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    fs::create_dir(folder.dir()).unwrap();
    for (mode, fine) in [(0o777, false), (0o770, false), (0o1777, false), (0o722, false), (0o755, true), (0o700, true)]
    {
        fs::set_permissions(folder.dir(), fs::Permissions::from_mode(mode)).unwrap();
        match Audit::open(&folder.config()) {
            Ok(_) => assert!(fine, "{mode:o} is accepted"),
            Err(error) => assert!(!fine && error.to_string().contains("chmod go-w"), "{mode:o}: {error}"),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_folder_of_somebody_else_is_refused() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let folder = Folder::new();
    fs::create_dir(folder.dir()).unwrap();
    let error = if folder.dir().metadata().unwrap().uid() == 0 {
        chown(folder.dir(), Some(65534), None).unwrap();
        let error = refused(&folder.dir());
        assert!(matches!(error, AuditError::Foreign { owner: 65534, me: 0, .. }), "{error}");
        assert_eq!(fs::read_dir(folder.dir()).unwrap().count(), 0, "nothing is left in it");
        error
    } else {
        refused(Path::new("/usr"))
    };
    assert!(error.to_string().contains("belongs to user"), "{error}");
}

/// In `/proc` nobody can make a file, not even root, who could write to any folder whose mode says no.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_refused() {
    let error = refused(Path::new("/proc/self/task"));
    assert!(matches!(error, AuditError::Unwritable { .. }), "{error}");
    assert!(error.to_string().contains("make it writable"), "{error}");
}

use tempfile::TempDir;

use super::super::verify;
use super::*;

fn entry() -> Entry {
    Entry::new(Timestamp::from_millis(0), "reload", Members::default())
}

/// A page whose every write meets a full disk: `/dev/full` answers as the kernel does.
#[cfg(target_os = "linux")]
fn full(name: FileName, opening: Entry) -> Page {
    let path = PathBuf::from("/dev/full");
    let file = File::options().write(true).open(&path).unwrap();
    Page { file, path, name, len: 0, sound: true, opening }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_chain_where_it_was() {
    for fsync in [Fsync::Never, Fsync::Always] {
        let folder = TempDir::new().unwrap();
        let dir = folder.path().join("audit");
        let mut journal = Journal::open(&Config { fsync, ..Config::new(&dir) }).unwrap();
        assert_eq!(journal.append(&[&entry()]).unwrap(), 1);

        let full = full(journal.page.name.clone(), entry());
        let page = std::mem::replace(&mut journal.page, full);
        for _ in 0..3 {
            assert_eq!(journal.append(&[&entry()]).unwrap_err().kind(), ErrorKind::StorageFull);
        }
        journal.page = page;
        assert_eq!(journal.append(&[&entry(), &entry()]).unwrap(), 2, "the numbers of failed lines are given again");
        journal.finish().unwrap();

        let report = verify(&dir).unwrap();
        assert!(report.ok(), "{report:#?}");
        assert_eq!((report.files.len(), report.lines(), report.files[0].ending), (1, 5, super::super::Ending::Stopped));
    }
}

#[test]
fn a_page_that_failed_is_written_again_only_if_the_disk_was_full() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("audit");
    let mut journal = Journal::open(&Config::new(&dir)).unwrap();
    // A file that is open for reading only fails like a disk that is not well.
    let reading = File::open(&journal.page.path).unwrap();
    let _writing = std::mem::replace(&mut journal.page.file, reading);
    assert!(journal.append(&[&entry()]).is_err());
    assert!(!journal.page.sound);
    assert_eq!(journal.append(&[&entry()]).unwrap(), 2, "the first line of the next file tells where it goes on");
    assert_eq!(journal.page.name.part, 2);
    journal.finish().unwrap();
    let report = verify(&dir).unwrap();
    assert!(report.ok(), "{report:#?}");
}

#[test]
fn a_page_without_lines_is_replaced_and_not_added_to() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("audit");
    let mut journal = Journal::open(&Config::new(&dir)).unwrap();
    for _ in 0..3 {
        journal.turn().unwrap();
    }
    assert_eq!(journal.page.name.part, 2);
    assert_eq!(folder::files(&dir).unwrap().len(), 2);
    journal.finish().unwrap();
    assert!(verify(&dir).unwrap().ok());
}

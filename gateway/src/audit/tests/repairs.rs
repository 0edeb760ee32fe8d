use super::*;

/// A folder as a writer leaves it that is killed after a decision, and the file in it.
async fn killed(folder: &Folder) -> (PathBuf, String) {
    let audit = folder.open();
    let about = About::new();
    for millis in 0..3 {
        audit.decide(&about.refused(millis)).await.unwrap();
    }
    let dir = folder.0.path().join("killed");
    copy(&folder.dir(), &dir);
    let name = files(&dir).remove(0).file_name().unwrap().to_string_lossy().into_owned();
    (dir, name)
}

/// Files are sorted by name, and two writers may start in one millisecond.
fn of_file<'r>(report: &'r Report, name: &str) -> &'r FileReport {
    report.files.iter().find(|file| file.file == name).unwrap()
}

#[tokio::test]
async fn a_tail_torn_anywhere_is_cut_off_and_reported() {
    let folder = Folder::new();
    let (dir, name) = killed(&folder).await;
    let whole = fs::read(dir.join(&name)).unwrap();
    let ends: Vec<usize> =
        whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1).collect();
    // Anywhere in the last two lines, and in the very first.
    let cuts = (0..40).chain(ends[1]..=whole.len());
    for cut in cuts {
        let torn = folder.0.path().join(format!("torn-{cut}"));
        copy(&dir, &torn);
        fs::write(torn.join(&name), &whole[..cut]).unwrap();
        let kept = ends.iter().copied().filter(|end| *end <= cut).max().unwrap_or(0);

        let before = verify(&torn).unwrap();
        assert_eq!(before.ok(), cut == kept, "cut at {cut}: {before:#?}");
        let config = Config { dir: torn.clone(), ..folder.config() };
        let (audit, repairs) = Audit::open(&config).unwrap();
        let expected = Repair { file: torn.join(&name), cut: (cut - kept) as u64, kept: kept as u64 };
        assert_eq!(repairs, [expected], "cut at {cut}");
        assert_eq!(fs::read(torn.join(&name)).unwrap(), &whole[..kept]);
        audit.close().await.unwrap();

        let report = assert_ok(&torn);
        assert_eq!(of_file(&report, &name).ending, Ending::Sealed);
        let entry = of_kind(&torn, "repair").remove(0);
        assert_eq!(entry.text("file"), Some(name.as_str()));
        assert_eq!(entry.get("cut").and_then(Value::as_u64), Some((cut - kept) as u64));
        let (audit, repairs) = Audit::open(&config).unwrap();
        assert_eq!(repairs, [], "once is enough");
        audit.close().await.unwrap();
        fs::remove_dir_all(&torn).unwrap();
    }
}

#[tokio::test]
async fn a_torn_tail_is_repaired_without_a_lock_file_too() {
    let folder = Folder::new();
    let (dir, name) = killed(&folder).await;
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "lock") {
            fs::remove_file(path).unwrap();
        }
    }
    let whole = fs::read(dir.join(&name)).unwrap();
    fs::write(dir.join(&name), &whole[..whole.len() - 7]).unwrap();
    let (audit, repairs) = Audit::open(&Config { dir: dir.clone(), ..folder.config() }).unwrap();
    assert_eq!(repairs.len(), 1);
    audit.close().await.unwrap();
    assert_ok(&dir);
}

#[tokio::test]
async fn a_writer_that_runs_is_left_alone() {
    let folder = Folder::new();
    let first = folder.open();
    let file = files(&folder.dir()).remove(0);
    let before = fs::read(&file).unwrap();
    let (second, repairs) = Audit::open(&folder.config()).unwrap();
    assert_eq!(repairs, []);
    assert_eq!(fs::read(&file).unwrap(), before);
    let report = assert_ok(&folder.dir());
    assert!(report.files.iter().all(|file| file.ending == Ending::Running), "{report:#?}");
    first.decide(&About::new().allowed(1)).await.unwrap();
    first.close().await.unwrap();
    second.close().await.unwrap();
    let report = assert_ok(&folder.dir());
    assert!(report.files.iter().all(|file| file.ending == Ending::Stopped), "{report:#?}");
}

#[tokio::test]
async fn nothing_can_be_taken_off_a_sealed_file() {
    let folder = Folder::new();
    let (dir, name) = killed(&folder).await;
    assert_eq!(verify(&dir).unwrap().files[0].ending, Ending::Killed);
    let (audit, _) = Audit::open(&Config { dir: dir.clone(), ..folder.config() }).unwrap();
    audit.close().await.unwrap();
    assert_ok(&dir);
    let whole = fs::read_to_string(dir.join(&name)).unwrap();
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    fs::write(dir.join(&name), &whole[..last]).unwrap();
    let report = verify(&dir).unwrap();
    let found: Vec<_> = of_file(&report, &name).problems.iter().map(|finding| &finding.problem).collect();
    assert_eq!(found, [&Problem::Resized { sealed: whole.len() as u64, found: last as u64 }]);
}

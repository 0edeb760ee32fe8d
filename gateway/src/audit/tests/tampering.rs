use super::*;

/// A small record with one line of each usual kind, and its file.
async fn small(folder: &Folder) -> PathBuf {
    let audit = folder.open();
    let about = About::new();
    let record = audit.decide(&about.allowed(1)).await.unwrap();
    audit.complete(&record, &completion(2)).await.unwrap();
    audit.decide(&about.refused(3)).await.unwrap();
    audit.close().await.unwrap();
    assert_ok(&folder.dir());
    files(&folder.dir()).remove(0)
}

fn found(dir: &Path) -> Vec<Problem> {
    verify(dir).unwrap().files.into_iter().flat_map(|file| file.problems).map(|finding| finding.problem).collect()
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

#[tokio::test]
async fn every_changed_byte_is_found() {
    let folder = Folder::new();
    let file = small(&folder).await;
    let whole = fs::read(&file).unwrap();
    for place in 0..whole.len() {
        for flip in [1 << (place % 8), 0x20] {
            let mut changed = whole.clone();
            changed[place] ^= flip;
            fs::write(&file, &changed).unwrap();
            assert!(!verify(&folder.dir()).unwrap().ok(), "byte {place} with {flip:#x}");
        }
    }
    fs::write(&file, &whole).unwrap();
    assert_ok(&folder.dir());
}

#[tokio::test]
async fn every_deleted_doubled_or_moved_line_is_found() {
    let folder = Folder::new();
    let file = small(&folder).await;
    let whole = lines(&fs::read(&file).unwrap());
    let mut checked = 0;
    let mut check = |lines: &[Vec<u8>], what: String| {
        fs::write(&file, lines.concat()).unwrap();
        assert!(!verify(&folder.dir()).unwrap().ok(), "{what}");
        checked += 1;
    };
    for place in 0..whole.len() {
        let mut less = whole.clone();
        less.remove(place);
        check(&less, format!("line {place} deleted"));
        check(&whole[..place], format!("all from line {place} deleted"));
        let mut more = whole.clone();
        more.insert(place, whole[place].clone());
        check(&more, format!("line {place} doubled"));
        for other in place + 1..whole.len() {
            let mut swapped = whole.clone();
            swapped.swap(place, other);
            check(&swapped, format!("lines {place} and {other} swapped"));
        }
    }
    assert_eq!(checked, 3 * 5 + 10);
}

#[tokio::test]
async fn a_line_that_was_written_anew_with_its_sum_is_found_by_the_next() {
    let folder = Folder::new();
    let file = small(&folder).await;
    let text = fs::read_to_string(&file).unwrap();
    let old = text.lines().nth(1).unwrap();
    let body = old.split_once(",\"sum\"").unwrap().0.replace("\"allow\"", "\"deny\"");
    let sum = Digest::of(body.as_bytes()).to_string();
    fs::write(&file, text.replace(old, &format!("{body},\"sum\":\"{}\"}}", &sum[..16]))).unwrap();
    assert_eq!(found(&folder.dir()), [Problem::Broken]);
}

#[tokio::test]
async fn what_is_no_line_is_named() {
    let cases: [(&[u8], Problem); 4] = [
        (b"{}\n", Problem::Changed),
        (b"\n", Problem::Changed),
        (&[b'x'; (64 << 10) + 1], Problem::TooLong),
        (b"{\"writer\":", Problem::Torn { bytes: 10 }),
    ];
    let folder = Folder::new();
    let file = small(&folder).await;
    let whole = fs::read(&file).unwrap();
    for (added, problem) in cases {
        fs::write(&file, [&whole, added].concat()).unwrap();
        let found = found(&folder.dir());
        assert!(found.contains(&problem), "{found:?} without {problem:?}");
    }
}

#[tokio::test]
async fn a_line_of_another_writer_is_found() {
    let folder = Folder::new();
    let file = small(&folder).await;
    let others = Folder::new();
    let other = small(&others).await;
    fs::write(&file, fs::read(other).unwrap()).unwrap();
    assert!(found(&folder.dir()).contains(&Problem::Strange));
}

#[tokio::test]
async fn a_missing_file_is_found() {
    let folder = Folder::new();
    let (audit, _) = Audit::open(&Config { file_size: 1, ..folder.config() }).unwrap();
    let about = About::new();
    for millis in 0..30 {
        audit.decide(&about.allowed(millis)).await.unwrap();
    }
    audit.close().await.unwrap();
    assert_ok(&folder.dir());
    let all = files(&folder.dir());
    for file in &all {
        let bytes = fs::read(file).unwrap();
        fs::remove_file(file).unwrap();
        let expected = match all.last() == Some(file) {
            true => Problem::Unended,
            false => Problem::Missing { file: file.file_name().unwrap().to_string_lossy().into_owned() },
        };
        assert_eq!(found(&folder.dir()), [expected]);
        fs::write(file, bytes).unwrap();
    }
    assert_ok(&folder.dir());
}

#[tokio::test]
async fn a_writer_that_is_gone_as_a_whole_is_named() {
    let folder = Folder::new();
    let first = small(&folder).await;
    folder.open().close().await.unwrap();
    fs::remove_file(&first).unwrap();
    let report = assert_ok(&folder.dir());
    assert_eq!(report.gone, [first.file_name().unwrap().to_string_lossy()]);
}

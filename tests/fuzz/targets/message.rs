//! What comes from a server or an agent: a stream of events however it is split, and every message in it.
#![no_main]

use doorward::json::{Limits, scan};
use doorward::mcp::{Message, header, sse};
use libfuzzer_sys::fuzz_target;

const MOST: usize = 1 << 14;

fuzz_target!(|bytes: &[u8]| {
    let Some((split, bytes)) = bytes.split_first() else { return };
    let frames = |size: usize| {
        let mut reader = sse::Reader::new(MOST);
        bytes.chunks(size.max(1)).try_fold(Vec::new(), |mut all, part| {
            all.extend(reader.feed(part)?);
            Ok::<_, sse::Fault>(all)
        })
    };
    let (whole, parts) = (frames(bytes.len()), frames(usize::from(*split)));
    assert_eq!(whole.is_ok(), parts.is_ok());
    if let (Ok(whole), Ok(parts)) = (whole, parts) {
        assert_eq!(whole, parts);
        whole.iter().filter_map(|frame| frame.data.as_ref()).for_each(|data| message(data.as_bytes()));
    }
    message(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(header::decode(&header::encode(text)).as_deref(), Some(text));
        let _refused = header::decode(text);
    }
});

fn message(bytes: &[u8]) {
    let Ok(value) = scan(bytes, &Limits::reply(MOST)) else { return };
    let Ok(message) = Message::read(value) else { return };
    let written = message.to_bytes();
    assert!(!written.contains(&b'\n'));
    let again = scan(&written, &Limits::reply(usize::MAX)).expect("what is written can be read");
    assert_eq!(Message::read(again), Ok(message));
}

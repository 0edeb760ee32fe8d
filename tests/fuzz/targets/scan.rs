//! Any bytes: they are refused, or written again they are read as the same, in the form that does not change any more.
#![no_main]

use doorward::json::{Limits, scan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for limits in [Limits::request(1 << 16), Limits::reply(1 << 16)] {
        let Ok(value) = scan(bytes, &limits) else { continue };
        let written = value.to_bytes();
        let again = scan(&written, &Limits { bytes: usize::MAX, ..limits }).expect("what is written can be read");
        assert_eq!(again, value);
        assert_eq!(again.to_bytes(), written);
    }
});

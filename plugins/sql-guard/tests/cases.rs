//! Runs `cases/*.json`: settings, a call, and what must become of it.

use doorward_plugin::cases;
use sql_guard::SqlGuard;
use std::path::Path;

#[test]
fn every_case_is_decided_as_it_says() {
    let count = cases::run::<SqlGuard>(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"));
    let count = count.unwrap_or_else(|wrong| panic!("{wrong}"));
    println!("{count} cases");
    assert!(count > 200);
}

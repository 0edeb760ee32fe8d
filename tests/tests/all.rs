//! End to end: the real binary between agents and servers that speak over real sockets and pipes. One module a story.
#![expect(clippy::disallowed_types, reason = "an agent's view of JSON is what agents use")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

#[path = "all/agreement.rs"]
mod agreement;
#[path = "all/authoring.rs"]
mod authoring;
#[path = "all/batches.rs"]
mod batches;
#[path = "all/cases.rs"]
mod cases;
#[path = "all/checking.rs"]
mod checking;
#[path = "all/command_line.rs"]
mod command_line;
#[path = "all/documents.rs"]
mod documents;
#[path = "all/facts.rs"]
mod facts;
#[path = "all/faults.rs"]
mod faults;
#[path = "all/flows.rs"]
mod flows;
#[path = "all/hidden.rs"]
mod hidden;
#[path = "all/hooks.rs"]
mod hooks;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/http_bounds.rs"]
mod http_bounds;
#[path = "all/identity.rs"]
mod identity;
#[path = "all/ids.rs"]
mod ids;
#[path = "all/importing.rs"]
mod importing;
#[path = "all/law.rs"]
mod law;
#[path = "all/legible.rs"]
mod legible;
#[path = "all/metrics.rs"]
mod metrics;
#[path = "all/newcomer.rs"]
mod newcomer;
#[path = "all/reload.rs"]
mod reload;
#[path = "all/replaying.rs"]
mod replaying;
#[path = "all/resumed.rs"]
mod resumed;
#[path = "all/sessions.rs"]
mod sessions;
#[path = "all/smuggling.rs"]
mod smuggling;
#[path = "all/stopping.rs"]
mod stopping;
#[path = "all/streams.rs"]
mod streams;
#[path = "all/told.rs"]
mod told;
#[path = "all/tour.rs"]
mod tour;
#[path = "all/way_back.rs"]
mod way_back;
#[path = "all/wrapping.rs"]
mod wrapping;

/// A story that no list names is never told, and nobody misses it.
#[test]
fn every_story_is_told() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (stories, list) in [("all", include_str!("all.rs")), ("proofs", include_str!("proofs.rs"))] {
        for story in std::fs::read_dir(here.join(stories)).unwrap() {
            let name = story.unwrap().file_name().into_string().unwrap();
            assert!(list.contains(&format!("#[path = \"{stories}/{name}\"]")), "{stories}.rs does not name `{name}`");
        }
    }
}

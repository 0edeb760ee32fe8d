//! The plugins that are inside the program: the build script makes them.

include!(concat!(env!("OUT_DIR"), "/first_party.rs"));

/// The names of the plugins that are inside the program.
pub const FIRST_PARTY: &[&str] = NAMES;

/// The component of a plugin that is inside the program.
pub fn first_party(name: &str) -> Option<&'static [u8]> {
    COMPONENTS.iter().find(|(known, _)| *known == name).map(|(_, component)| *component)
}

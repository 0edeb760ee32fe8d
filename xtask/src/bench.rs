//! What things cost: the law, the plugins, a call as a whole.
//!
//! Rooms: `proxy` holds the gateway against nginx; `plugins` is what plugins cost, alone and in the gateway; `calls` is what
//! they are asked there; `beside` is what other calls feel of plugins that spin; `load` sends requests and looks at the processes
//! that answer them.

mod beside;
mod calls;
mod load;
mod plugins;
mod proxy;

use std::path::Path;

use anyhow::{Result, bail};

use crate::{cargo, gateway, run, target, toolchain};

/// Prints what was measured.
type Table = fn() -> Result<()>;

/// Measures what is named, or all of it.
pub(crate) fn bench(rest: &[String]) -> Result<()> {
    let tables: [(&str, Table); 4] = [
        ("judge", || run(cargo().args(["bench", "--locked", "--package", "doorward", "--bench", "judge"]))),
        ("plugins", || with_gateway(plugins::run)),
        ("beside", || with_gateway(beside::run)),
        ("proxy", || with_gateway(proxy::run)),
    ];
    toolchain()?;
    match rest.first() {
        None => tables.iter().try_for_each(|(_, table)| table()),
        Some(word) => match tables.iter().find(|(name, _)| name == word) {
            Some((_, table)) => table(),
            None => bail!("there is no bench `{word}`; there are judge, plugins, beside and proxy"),
        },
    }
}

fn with_gateway(table: fn(&Path, &Path) -> Result<()>) -> Result<()> {
    gateway("release").and_then(|doorward| table(&doorward, &target()))
}

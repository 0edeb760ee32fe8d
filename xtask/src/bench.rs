//! What things cost: the law, the plugins, a call as a whole.
//!
//! Rooms: `proxy` holds the gateway against nginx; `plugins` is what plugins cost, alone and in the gateway; `calls` is what
//! they are asked there; `load` sends requests and looks at the processes that answer them.

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
    let tables: [(&str, Table); 3] = [
        ("judge", || run(cargo().args(["bench", "--locked", "--package", "doorward", "--bench", "judge"]))),
        ("plugins", || with_gateway(plugins::run)),
        ("proxy", || with_gateway(proxy::run)),
    ];
    toolchain()?;
    match rest.first() {
        None => tables.iter().try_for_each(|(_, table)| table()),
        Some(word) => match tables.iter().find(|(name, _)| name == word) {
            Some((_, table)) => table(),
            None => bail!("there is no bench `{word}`; there are judge, plugins and proxy"),
        },
    }
}

fn with_gateway(table: fn(&Path, &Path) -> Result<()>) -> Result<()> {
    gateway("release").and_then(|doorward| table(&doorward, &target()))
}

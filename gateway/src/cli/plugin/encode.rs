//! A core module, which is what compilers without words for components make, becomes a component by the WIT that lies beside
//! it.

mod preview1;

use std::path::Path;

use anyhow::{Context as _, Result};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// How a core module begins; a component has another number there.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// The world of a plugin, beneath its folder, and how it is called there.
const WIT: &str = "wit";
const WORLD: &str = "plugin";

/// What was built in a folder, as a component.
pub(super) fn as_component(built: Vec<u8>, folder: &Path) -> Result<Vec<u8>> {
    if built.starts_with(MODULE) { component(built, &folder.join(WIT)) } else { Ok(built) }
}

fn component(mut module: Vec<u8>, wit: &Path) -> Result<Vec<u8>> {
    let mut resolve = Resolve::default();
    let read =
        resolve.push_path(wit).with_context(|| format!("cannot read the world of the plugin in `{}`", wit.display()));
    let world = resolve.select_world(&[read?.0], Some(WORLD));
    let world = world.with_context(|| format!("there is no world `{WORLD}` in `{}`", wit.display()))?;
    let mut encode = || {
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
        let encoder = ComponentEncoder::default().validate(true).module(&module)?;
        encoder.adapter(preview1::NAME, &preview1::module())?.encode()
    };
    encode().with_context(|| {
        format!("the module that was built does not do what the world `{WORLD}` in `{}` says", wit.display())
    })
}

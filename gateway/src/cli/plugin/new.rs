//! `doorward plugin new`: a folder with a plugin that works, for its author to change.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use super::super::Outcome;
use super::language::Language;
use super::sdk;

/// The longest name.
const LONGEST: usize = 64;

/// What stands for the plugin's name in the templates, and for its name as an identifier.
const NAME: &str = "{{name}}";
const IDENTIFIER: &str = "{{identifier}}";

/// The files of a new plugin in Rust.
const RUST: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("templates/rust/Cargo.toml.in")),
    ("README.md", include_str!("templates/rust/README.md")),
    ("src/lib.rs", include_str!("templates/rust/lib.rs.in")),
    (".gitignore", "/target\n/*.wasm\n"),
    ("cases/hosts.json", CASES),
    ("policy.json", POLICY),
];

/// What all of them begin with: cases and a policy.
const CASES: &str = include_str!("templates/cases.json");
const POLICY: &str = include_str!("templates/policy.json");

/// Makes the folder `name` in `dir`, which must not be there yet.
pub(super) fn new(name: &str, language: Language, dir: &Path) -> Result<Outcome> {
    ensure!(
        is_name(name),
        "`{name}` is no name for a plugin: use at most {LONGEST} lower-case letters, digits and dashes, a letter first"
    );
    let folder = dir.join(name);
    if folder.exists() {
        bail!("`{}` is there already: name another plugin, or another folder with `--dir DIR`", folder.display());
    }
    let (templates, beside): (_, Vec<(String, String)>) = match language {
        Language::Rust => (RUST, sdk::vendored().collect()),
        Language::Js | Language::Python => bail!("there is no template for it yet"),
    };
    let templates = templates.iter().map(|(place, text)| ((*place).to_owned(), filled(text, name)));
    for (place, text) in templates.chain(beside) {
        let file = folder.join(place);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        made.with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    let shown = folder.display();
    println!("{shown}: a plugin that lets known hosts pass; its README.md says how to go on\n");
    println!("  doorward plugin build {shown}\n  doorward plugin test {shown}");
    Ok(Outcome::Fine)
}

fn is_name(text: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    begins && !text.ends_with('-') && text.len() <= LONGEST && text.bytes().all(may_stand)
}

fn filled(template: &str, name: &str) -> String {
    template.replace(NAME, name).replace(IDENTIFIER, &name.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_a_folder_a_crate_and_a_plugin() {
        for (name, taken) in [
            ("known-hosts", true),
            ("a1", true),
            ("", false),
            ("1a", false),
            ("-a", false),
            ("a-", false),
            ("Known", false),
            ("a_b", false),
            ("a/b", false),
            ("..", false),
            (&*"a".repeat(65), false),
        ] {
            assert_eq!(is_name(name), taken, "{name}");
        }
    }
}

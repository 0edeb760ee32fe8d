//! `doorward plugin new`: a folder with a plugin that works, for its author to change.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use super::super::Outcome;
use super::language::Language;
use super::sdk;

/// The longest name.
const LONGEST: usize = 64;

/// What stands for the plugin's name in the templates.
const NAME: &str = "{{name}}";

/// A file of a new plugin: its place, and its text as a template.
type Template = (&'static str, &'static str);

/// What a plugin in any language begins with.
const ANY: &[Template] = &[
    ("cases/hosts.json", include_str!("templates/cases.json")),
    ("policy.json", include_str!("templates/policy.json")),
];

const RUST: &[Template] = &[
    (".gitignore", "/target\n/*.wasm\n"),
    ("Cargo.toml", include_str!("templates/rust/Cargo.toml.in")),
    ("README.md", include_str!("templates/rust/README.md")),
    ("src/lib.rs", include_str!("templates/rust/lib.rs.in")),
];

const JS: &[Template] = &[
    (".gitignore", "/build\n/node_modules\n/*.wasm\n"),
    ("README.md", include_str!("templates/js/README.md")),
    ("build.mjs", include_str!("templates/js/build.mjs")),
    ("contract/doorward-plugin.d.ts", include_str!("templates/js/doorward-plugin.d.ts")),
    ("contract/main.js", include_str!("templates/js/main.js")),
    ("contract/stand-in.js", include_str!("templates/js/stand-in.js")),
    ("package.json", include_str!("templates/js/package.json.in")),
    ("src/plugin.js", include_str!("templates/js/plugin.js.in")),
    ("test/plugin.test.js", include_str!("templates/js/plugin.test.js")),
    ("tsconfig.json", include_str!("templates/js/tsconfig.json")),
    ("wit/world.wit", include_str!("templates/world.wit")),
];

const TS: &[Template] = &[
    (".gitignore", "/build\n/node_modules\n/*.wasm\n"),
    ("README.md", include_str!("templates/ts/README.md")),
    ("build.mjs", include_str!("templates/ts/build.mjs")),
    ("contract/doorward-plugin.d.ts", include_str!("templates/js/doorward-plugin.d.ts")),
    ("contract/main.js", include_str!("templates/js/main.js")),
    ("contract/stand-in.js", include_str!("templates/js/stand-in.js")),
    ("package.json", include_str!("templates/ts/package.json.in")),
    ("src/plugin.ts", include_str!("templates/ts/plugin.ts.in")),
    ("test/plugin.test.js", include_str!("templates/ts/plugin.test.js")),
    ("tsconfig.json", include_str!("templates/ts/tsconfig.json")),
    ("wit/world.wit", include_str!("templates/world.wit")),
];

const PYTHON: &[Template] = &[
    (".gitignore", "/.venv\n/build\n/*.wasm\n__pycache__\n"),
    ("README.md", include_str!("templates/python/README.md")),
    ("build.py", include_str!("templates/python/build.py")),
    ("contract/main.py", include_str!("templates/python/main.py")),
    ("contract/stand_in.py", include_str!("templates/python/stand_in.py")),
    ("pyproject.toml", include_str!("templates/python/pyproject.toml.in")),
    ("requirements.txt", include_str!("templates/python/requirements.txt")),
    ("src/validator.py", include_str!("templates/python/validator.py.in")),
    ("tests/__init__.py", include_str!("templates/python/tests_init.py")),
    ("tests/test_validator.py", include_str!("templates/python/test_validator.py")),
    ("wit/world.wit", include_str!("templates/world.wit")),
];

const C: &[Template] = &[
    (".gitignore", "/.venv\n/build\n/*.wasm\n"),
    ("Makefile", include_str!("templates/c/Makefile")),
    ("README.md", include_str!("templates/c/README.md")),
    ("contract/doorward.c", include_str!("templates/c/doorward.c")),
    ("contract/doorward.h", include_str!("templates/c/doorward.h")),
    ("contract/plugin.c", include_str!("templates/c/plugin.c")),
    ("contract/plugin.h", include_str!("templates/c/plugin.h")),
    ("requirements.txt", include_str!("templates/c/requirements.txt")),
    ("src/plugin.c", include_str!("templates/c/plugin.c.in")),
    ("wit/world.wit", include_str!("templates/world.wit")),
];

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
        Language::Js => (JS, sdk::contract().collect()),
        Language::Ts => (TS, sdk::contract().collect()),
        Language::Python => (PYTHON, sdk::contract().collect()),
        Language::C => (C, sdk::contract().collect()),
    };
    let templates = ANY.iter().chain(templates).map(|(place, text)| ((*place).to_owned(), text.replace(NAME, name)));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A word of the contract as JavaScript and Python write it.
    fn in_humps(word: &str) -> String {
        let mut parts = word.split('-');
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |out, part| out + &part[..1].to_uppercase() + &part[1..])
    }

    #[test]
    fn the_types_for_javascript_have_every_word_of_the_contract() {
        let (_, types) = JS.iter().find(|(place, _)| place.ends_with(".d.ts")).unwrap();
        let (_, contract) = sdk::contract().next().unwrap();
        let words: std::collections::BTreeSet<&str> = types.split(|it: char| !it.is_ascii_alphanumeric()).collect();
        let mut missing = Vec::new();
        // Fields and functions stand before a colon, cases before a comma or a bracket.
        let contract = contract.split("world validator").next().unwrap();
        for line in contract.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            let word = line.trim_start_matches('%').split([':', ',', '(']).next().unwrap();
            let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            if is_word && word != line && !words.contains(&*in_humps(word)) {
                missing.push(word);
            }
        }
        assert_eq!(missing, Vec::<&str>::new());
    }

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

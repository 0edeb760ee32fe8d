//! What the documents show is what the program takes: every policy and configuration in them, and every example.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use doorward::config::{self, Environment};

const DOCUMENTS: [&str; 6] =
    ["README.md", "docs/policy.md", "docs/configuration.md", "docs/plugins.md", "docs/operations.md", "docs/tools.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn environment() -> Environment {
    let variables = [("HOME", "/home/me"), ("WIKI_TOKEN", "t")];
    Environment::new(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

/// The code blocks of a document that hold JSON.
fn blocks(document: &str) -> Vec<String> {
    let parts: Vec<&str> = document.split("```").collect();
    parts
        .iter()
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.strip_prefix("jsonc\n").or(block.strip_prefix("json\n")))
        .map(str::to_owned)
        .collect()
}

/// Loads a file as the program does, and says what is wrong.
fn errors_of_policy(path: &Path) -> Vec<String> {
    let (policy, findings) = config::read_policy(path).unwrap();
    let found: Vec<String> = findings.into_iter().map(|finding| finding.message).collect();
    assert_eq!(policy.is_none(), !found.is_empty(), "{}", path.display());
    found
}

#[test]
fn every_policy_in_the_documents_loads() {
    let folder = tempfile::tempdir().unwrap();
    let mut tried = 0;
    for name in DOCUMENTS {
        let document = fs::read_to_string(root().join(name)).unwrap();
        for block in blocks(&document).into_iter().filter(|block| block.contains("\"default\"")) {
            let path = folder.path().join("policy.json");
            fs::write(&path, &block).unwrap();
            assert_eq!(errors_of_policy(&path), Vec::<String>::new(), "{name}:\n{block}");
            tried += 1;
        }
    }
    assert!(tried >= 2, "{tried} policies");
}

#[test]
fn every_configuration_in_the_documents_loads() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["policy.json", "wiki.json", "wiki-readonly.json"] {
        fs::write(folder.path().join(name), r#"{"version": "1", "default": "deny"}"#).unwrap();
    }
    let mut tried = 0;
    for name in DOCUMENTS {
        let document = fs::read_to_string(root().join(name)).unwrap();
        for block in
            blocks(&document).into_iter().filter(|block| block.contains("\"servers\"") && block.contains("\"version\""))
        {
            let path = folder.path().join("doorward.json");
            fs::write(&path, block.replace('…', &"0".repeat(64))).unwrap();
            let loaded = config::load(&path, &environment()).unwrap();
            let found: Vec<String> = loaded.findings.into_iter().map(|finding| finding.message).collect();
            assert!(loaded.config.is_some() && found.is_empty(), "{name}: {found:?}\n{block}");
            tried += 1;
        }
    }
    assert!(tried >= 1, "{tried} configurations");
}

#[test]
fn every_example_loads() {
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let path = entry.unwrap().path().join("doorward.json");
        let loaded = config::load(&path, &environment()).unwrap();
        let found: Vec<String> = loaded.findings.into_iter().map(|finding| finding.message).collect();
        assert!(loaded.config.is_some() && found.is_empty(), "{}: {found:?}", path.display());
    }
}

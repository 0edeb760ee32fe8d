//! What the documents show is what the program takes: every policy and configuration in them, and every example.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_types, reason = "the crate that checks schemas speaks in it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use doorward::config::{self, Environment};
use doorward::json::commented::{Report, Source};
use doorward::policy;

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

/// Holds a value against one of the schemas that the program prints, and says what is wrong.
fn misfits(schema: &str, text: &str) -> Vec<String> {
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let validator = jsonschema::draft202012::new(&value(schema)).unwrap();
    let found: Vec<String> = validator.iter_errors(&value(text)).map(|error| error.to_string()).collect();
    found
}

/// A text of JSON with comments, without them.
fn bare(text: &str) -> String {
    let mut report = Report::new(Source::new("text", text));
    let node = report.parse().unwrap();
    String::from_utf8(node.to_value().to_bytes()).unwrap()
}

#[test]
fn what_the_documents_show_fits_the_schemas() {
    let (policies, configurations) = (policy::schema::schema(), config::schema());
    let mut tried = 0;
    for name in DOCUMENTS {
        let document = fs::read_to_string(root().join(name)).unwrap();
        for block in blocks(&document) {
            let (is_policy, is_config) =
                (block.contains("\"default\""), block.contains("\"servers\"") && block.contains("\"version\""));
            let schema = if is_config { &configurations } else { &policies };
            if is_policy || is_config {
                assert_eq!(misfits(schema, &bare(&block)), Vec::<String>::new(), "{name}:\n{block}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 3, "{tried} blocks");
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let folder = entry.unwrap().path();
        for (file, schema) in [("doorward.json", &configurations), ("policy.json", &policies)] {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            assert_eq!(misfits(schema, &bare(&text)), Vec::<String>::new(), "{}", folder.join(file).display());
        }
    }
    for wrong in [
        r#"{"version": "1"}"#,
        r#"{"version": "1", "default": "dney"}"#,
        r#"{"version": "1", "default": "deny", "tool": {}}"#,
    ] {
        assert_ne!(misfits(&policies, wrong), Vec::<String>::new(), "{wrong}");
    }
}

/// The keys that the loader knows where it is asked for `zzzz`.
fn known_keys(text: &str) -> BTreeSet<String> {
    let mut report = Report::new(Source::new("policy.json", text));
    let _none = report.parse().and_then(|node| policy::load(&node, text, &mut report));
    let found = report.into_findings().into_iter().find(|finding| finding.message == "unknown key `zzzz`").unwrap();
    let help = found.help.unwrap();
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_schema_of_policies_knows_the_keys_that_the_loader_knows() {
    let schema: serde_json::Value = serde_json::from_str(&policy::schema::schema()).unwrap();
    let head = r#""version": "1", "default": "deny""#;
    let rule = r#"{"conditions": [{"path": "args.a", "op": "exists"}], "zzzz": 1}"#;
    for (definition, text) in [
        ("", format!(r#"{{{head}, "zzzz": 1}}"#)),
        ("AllTools", format!(r#"{{{head}, "all_tools": {{"zzzz": 1}}}}"#)),
        ("Tool", format!(r#"{{{head}, "tools": {{"x": {{"zzzz": 1}}}}}}"#)),
        ("Other", format!(r#"{{{head}, "resources": {{"x": {{"zzzz": 1}}}}}}"#)),
        ("Arguments", format!(r#"{{{head}, "arguments": {{"zzzz": 1}}}}"#)),
        ("Record", format!(r#"{{{head}, "record": {{"zzzz": 1}}}}"#)),
        ("Flow", format!(r#"{{{head}, "flows": [{{"zzzz": 1}}]}}"#)),
        ("Rule", format!(r#"{{{head}, "all_tools": {{"approve_if": [{rule}]}}}}"#)),
        ("Limit", format!(r#"{{{head}, "all_tools": {{"limits": [{{"zzzz": 1}}]}}}}"#)),
        ("RateLimit", format!(r#"{{{head}, "all_tools": {{"rate_limit": {{"zzzz": 1}}}}}}"#)),
        ("PluginUse", format!(r#"{{{head}, "all_tools": {{"plugins": [{{"zzzz": 1}}]}}}}"#)),
    ] {
        let object = if definition.is_empty() { &schema } else { &schema["$defs"][definition] };
        let keys: BTreeSet<String> = object["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, known_keys(&text), "{definition}");
    }
}

//! What is not a plugin is not loaded, and why is said; what is one is compiled once.

use super::*;

async fn faults(component: &[u8], settings: &str) -> Vec<LoadFault> {
    host().load("guest", component, settings.as_bytes()).await.unwrap_err()
}

async fn check(component: &[u8], settings: &str, code: &str, reason: &str) {
    let faults = faults(component, settings).await;
    let first = faults.first().unwrap();
    assert!(first.code == code && faults.iter().any(|fault| fault.reason.contains(reason)), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_named() {
    check(&guest("foreign"), "{}", "plugin.import", "`wasi:filesystem/types@0.2").await;
    check(&guest("newer"), "{}", "plugin.version", "version `0.2.0`").await;
    check(&guest("watcher"), "{}", "plugin.grant", "`doorward:plugin/memory`").await;
    check(&guest("half"), "{}", "plugin.export", "`doorward:plugin/call-hook@0.1`").await;
    check(b"\0asm\x01\0\0\0", "{}", "plugin.no-component", "core module").await;
    check(b"#!/bin/sh", "{}", "plugin.no-component", "not WebAssembly").await;
    check(b"\0asm\x0d\0\x01\0\xff\xff", "{}", "plugin.invalid", "does not compile").await;
    let whole = guest("hostile");
    check(&whole[..whole.len() / 2], "{}", "plugin.invalid", "does not compile").await;
    check(&vec![0; (32 << 20) + 1], "{}", "plugin.size", "33554433 bytes").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_supported_version_is_told() {
    let faults = faults(&guest("newer"), "{}").await;
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].remediation.as_ref().unwrap().contains("speaks 0.1"), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_refused_with_place_and_reason() {
    let faults = faults(&guest("hostile"), "\"configure-refuse\"").await;
    assert_eq!(faults.len(), 2);
    assert_eq!((&*faults[0].code, faults[0].finding.as_deref()), ("plugin.settings", Some("mode.unknown")));
    assert_eq!(faults[0].pointer.as_deref(), Some("/mode"));
    assert_eq!(faults[0].reason, "expected `fast` or `slow`, found `medium`");
    assert_eq!(faults[0].remediation.as_deref(), Some("`fast` or `slow`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_fails_at_load_is_not_loaded() {
    let hostile = guest("hostile");
    check(&hostile, "\"configure-spin\"", "plugin.timeout", "1000 ms").await;
    check(&hostile, "\"configure-panic\"", "plugin.trap", "panicked").await;
    check(&hostile, "\"configure-allocate\"", "plugin.memory", "64 MiB").await;
    check(&hostile, "\"configure-silent\"", "plugin.settings", "does not say why").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_compiled_once() {
    let host = host();
    let component = guest("hostile");
    let loads = (0..32).map(|_| host.load("hostile", &component, b"\"allow\""));
    let plugins = futures_util::future::try_join_all(loads).await.unwrap();
    // Once as it came, and once as it was after it had read its settings.
    assert_eq!((plugins.len(), host.compilations()), (32, 2));
    assert_eq!(plugins[0].description().name, "hostile");
    assert_eq!(plugins[0].digest(), Digest::of(&component));

    // Other settings are another plugin of the same component.
    let other = host.load("other", &component, b"\"deny\"").await.unwrap();
    assert_eq!((said(&asked(&other).await).0, host.compilations()), ("no", 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_component_is_tried_once_for_a_while() {
    let host = host();
    let half = guest("half");
    let loads = (0..32).map(|_| host.load("half", &half, b"{}"));
    let refused = futures_util::future::join_all(loads).await;
    assert!(refused.iter().all(Result::is_err));
    assert!(host.load("half", &half, b"{}").await.is_err());
    assert_eq!(host.compilations(), 1);
}

#[test]
fn a_plugin_that_is_not_there_has_its_code() {
    assert_eq!(LoadFault::missing("nobody").code, "plugin.missing");
    assert_eq!(Finding::missing("nobody").code, "plugin.missing");
}

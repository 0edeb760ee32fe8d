// The plugin's own tests, on this machine and without Wasm: `npm test`. What it says of calls stands in cases/.

import assert from "node:assert/strict";
import test from "node:test";
import { callHook, lifecycle } from "../build/js/src/plugin.js";
import { called, document } from "../contract/stand-in.js";

test("names are found as wholes and as words, whatever their letter case", () => {
  lifecycle.configure(JSON.stringify({ names: ["prod", "prod-*", "*.prod.example.com", "a*b*c"] }));
  for (const [text, verdict] of [
    ["prod", "ask"],
    ["PROD-db-1", "ask"],
    ["ssh root@prod-db-1 uptime", "ask"],
    ["https://api.prod.example.com/x", "ask"],
    ["a-b-c", "ask"],
    ["product", "allow"],
    ["nonprod", "allow"],
    ["ab", "allow"],
    ["staging-1", "allow"],
  ]) {
    const said = callHook.checkCall(called("ssh", "run"), document({ command: [text] }));
    assert.equal(said.tag, verdict, text);
    assert.equal(said.val?.pointer, verdict === "ask" ? "/command/0" : undefined, text);
  }
});

test("what is too much to look at is for a person to look at", () => {
  lifecycle.configure(JSON.stringify({ names: ["prod-*"] }));
  for (const given of [{ all: Array(1001).fill("x") }, { text: "x".repeat(20_000) }]) {
    assert.equal(callHook.checkCall(called("ssh", "run"), document(given)).val?.code, "production.unsure");
  }
});

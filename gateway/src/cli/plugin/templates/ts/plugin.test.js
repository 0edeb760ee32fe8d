// The plugin's own tests, on this machine and without Wasm: `npm test`.

import assert from "node:assert/strict";
import test from "node:test";
import { callHook, lifecycle } from "../build/js/src/plugin.js";
import { called, document } from "../contract/stand-in.js";

const SETTINGS = { argument: "/host", hosts: ["web-1"] };

test("only known hosts pass", () => {
  lifecycle.configure(JSON.stringify(SETTINGS));
  for (const [given, verdict, code] of [
    [{ host: "web-1" }, "allow"],
    [{ host: "db-1" }, "deny", "host.unknown"],
    [{ host: ["web-1"] }, "deny", "host.missing"],
    [{}, "deny", "host.missing"],
  ]) {
    const said = callHook.checkCall(called("ssh", "connect"), document(given));
    assert.equal(said.tag, verdict, JSON.stringify(given));
    assert.equal(said.val?.code, code, JSON.stringify(given));
  }
});

test("mistakes in the settings are found at once, with their places", () => {
  const wrong = JSON.stringify({ hosts: [], host: "web-1" });
  assert.throws(
    () => lifecycle.configure(wrong),
    (found) => assert.deepEqual(found.map(({ pointer }) => pointer), ["/host", "/argument", "/hosts"]) ?? true,
  );
});

// Makes build/plugin.wasm of what tsc made of src/ and contract/: `npm run build`, which `doorward plugin build` does too.

import { mkdir, writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";

const { component } = await componentize({
  sourcePath: "build/js/contract/main.js",
  witPath: "wit",
  worldName: "plugin",
  // A plugin has no world around it: no network, no clock, no randomness, nowhere to print to.
  disableFeatures: ["stdio", "random", "clocks", "http", "fetch-event"],
});
await mkdir("build", { recursive: true });
await writeFile("build/plugin.wasm", component);

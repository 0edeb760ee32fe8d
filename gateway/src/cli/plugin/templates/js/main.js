// @ts-check
/// <reference path="doorward-plugin.d.ts" />
// What the component exports: the plugin's hooks, with errors that nobody caught written to the gateway's log before they end
// it. A hook more in src/plugin.js is a line more here, and in wit/world.wit.

import { write } from "doorward:plugin/log@0.1.0";
import * as plugin from "../src/plugin.js";

export const lifecycle = watched(plugin.lifecycle);
export const callHook = watched(plugin.callHook);

/**
 * @template {object} T
 * @param {T} hook
 * @returns {T}
 */
function watched(hook) {
  const functions = Object.entries(hook).map(([name, run]) => [name, (/** @type {any[]} */ ...given) => {
    try {
      return run.apply(hook, given);
    } catch (error) {
      if (error instanceof Error) {
        for (const line of [`${error}`, ...(error.stack ?? "").trim().split("\n")]) write("warn", line);
      }
      throw error;
    }
  }]);
  return Object.fromEntries(functions);
}

// @ts-check
/// <reference path="doorward-plugin.d.ts" />
// What the gateway lends a plugin, made of a JavaScript value, for tests. It answers as the gateway does, but for numbers:
// the gateway keeps them as they were written, and here `1.0` is `1`.

/**
 * A document, as a plugin sees it.
 * @param {any} value
 * @returns {Doorward.Json}
 */
export function document(value) {
  return {
    kind: () => kindOf(value),
    value: () => told(value),
    len: () => (typeof value === "object" && value !== null ? Object.keys(value).length : 0),
    get: (pointer) => {
      const found = at(value, pointer);
      return found === undefined ? undefined : document(found);
    },
    keys: (max) => bounded(kindOf(value) === "object" ? Object.keys(value) : [], max),
    select: (pointers) => pointers.map((pointer) => {
      const found = at(value, pointer);
      return found === undefined ? undefined : told(found);
    }),
    strings: (max) => bounded(leaves(value, ""), max),
    raw: () => JSON.stringify(value),
  };
}

/**
 * An anonymous call of a tool at the beginning of time.
 * @param {string} server
 * @param {string} tool
 * @returns {Doorward.CallContext}
 */
export function called(server, tool) {
  return {
    callId: "test",
    target: { tag: "tool", val: { server, tool } },
    annotations: {},
    caller: { name: "anonymous", groups: [], grant: "anonymous", client: undefined },
    facts: [],
    now: 0n,
  };
}

/** @returns {Doorward.Kind} */
function kindOf(/** @type {any} */ value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "string") return "text";
  return /** @type {Doorward.Kind} */ (typeof value);
}

/** @returns {Doorward.Value} */
function told(/** @type {any} */ value) {
  const kind = kindOf(value);
  if (kind === "null") return { tag: kind };
  if (kind === "number") return { tag: kind, val: String(value) };
  if (kind === "array" || kind === "object") return { tag: kind, val: Object.keys(value).length };
  return { tag: kind, val: value };
}

function at(/** @type {any} */ value, /** @type {string} */ pointer) {
  if (pointer === "") return value;
  if (!pointer.startsWith("/")) return undefined;
  const tokens = pointer.slice(1).split("/").map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  return tokens.reduce((place, token) => {
    const there = typeof place === "object" && place !== null && Object.hasOwn(place, token);
    return there ? place[token] : undefined;
  }, value);
}

/** @returns {Doorward.Leaf[]} */
function leaves(/** @type {any} */ value, /** @type {string} */ pointer) {
  if (typeof value === "string") return [{ pointer, side: "value", text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const place = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    /** @type {Doorward.Leaf[]} */
    const key = Array.isArray(value) ? [] : [{ pointer: place, side: "key", text: name }];
    return [...key, ...leaves(member, place)];
  });
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} max
 */
function bounded(list, max) {
  if (list.length > max) throw { found: list.length };
  return list;
}

// The contract `doorward:plugin@0.1.0` as JavaScript sees it. wit/deps/doorward-plugin.wit explains every word of it.
//
// A plugin exports `lifecycle` and one or more of `callHook`, `resultHook` and `listHook`, as its world in wit/world.wit says.

declare namespace Doorward {
  interface ToolRef { server: string; tool: string }
  interface ResourceRef { server: string; uri: string }
  interface PromptRef { server: string; prompt: string }
  interface MethodRef { server: string; method: string }

  /** What the caller wants something of. */
  type Target =
    | { tag: "tool"; val: ToolRef }
    | { tag: "resource"; val: ResourceRef }
    | { tag: "prompt"; val: PromptRef }
    | { tag: "method"; val: MethodRef };

  /** Hints of the server on its own tool: they may tighten a verdict, never relax one. */
  interface ToolAnnotations { readOnly?: boolean; destructive?: boolean; idempotent?: boolean; openWorld?: boolean }

  /** Who asks; `client` is unproven. */
  interface Caller { name: string; groups: string[]; grant: string; client?: string }

  /** Something that the gateway remembers of the session; its value is one JSON text. */
  interface Fact { name: string; valueJson: string }

  /** Everything that a plugin may know of a call beside the document; `now` is in milliseconds since 1970. */
  interface CallContext {
    callId: string;
    target: Target;
    annotations: ToolAnnotations;
    caller: Caller;
    facts: Fact[];
    now: bigint;
  }

  type Severity = "info" | "warning" | "error";

  /** Why something was refused, asked about or found wrong. */
  interface Finding { code: string; reason: string; severity: Severity; pointer?: string; remediation?: string }

  /** One change to the document: the value at a place is replaced by one JSON text. */
  interface Patch { pointer: string; valueJson: string }

  /** What a plugin says of a call. */
  type Verdict =
    | { tag: "allow" }
    | { tag: "deny"; val: Finding }
    | { tag: "ask"; val: Finding }
    | { tag: "modify"; val: Patch[] };

  /** How a server answered. */
  type Outcome = "result" | "error";

  /** What a plugin says of a reply. */
  type ResultVerdict = { tag: "pass" } | { tag: "redact"; val: Patch[] } | { tag: "refuse"; val: Finding };

  /** Everything that a plugin may know of a listed item beside the item. */
  interface ListContext { target: Target; caller: Caller }

  /** What a plugin says of a listed item. */
  type ListVerdict = { tag: "keep" } | { tag: "hide" } | { tag: "rewrite"; val: Patch[] };

  /** What a plugin says of itself. */
  interface Description {
    name: string;
    version: string;
    summary: string;
    hooks: string[];
    tools: string[];
    settingsSchema?: string;
  }

  type Kind = "null" | "boolean" | "number" | "text" | "array" | "object";

  /** A value as far as it can be told without following it; numbers exactly as they were written. */
  type Value =
    | { tag: "null" }
    | { tag: "boolean"; val: boolean }
    | { tag: "number"; val: string }
    | { tag: "text"; val: string }
    | { tag: "array"; val: number }
    | { tag: "object"; val: number };

  /** One string of the document: a member's name, or a value. */
  interface Leaf { pointer: string; side: "key" | "value"; text: string }

  /** One value of the document. Pointers are JSON pointers relative to it. `keys` and `strings` throw where there are more. */
  interface Json {
    kind(): Kind;
    value(): Value;
    len(): number;
    get(pointer: string): Json | undefined;
    keys(max: number): string[];
    select(pointers: string[]): (Value | undefined)[];
    strings(max: number): Leaf[];
    raw(): string;
  }

  /** Says what the plugin is, and takes its settings: `configure` throws a list of findings. */
  interface Lifecycle { describe(): Description; configure(settingsJson: string): void }

  // The contract calls the document `arguments`, a word that JavaScript keeps for itself.
  interface CallHook { checkCall(context: CallContext, document: Json): Verdict }
  interface ResultHook { checkResult(context: CallContext, outcome: Outcome, document: Json, reply: Json): ResultVerdict }
  interface ListHook { filterItem(context: ListContext, item: Json): ListVerdict }
}

/** Lines for the operator, at most 16 of 1 KiB a call. It is there in the sandbox only, so unit tests cannot import it. */
declare module "doorward:plugin/log@0.1.0" {
  export function write(level: "debug" | "info" | "warn", message: string): void;
}

/** What is remembered between calls of one conversation, where the operator grants it and the world imports it. */
declare module "doorward:plugin/memory@0.1.0" {
  export function get(key: string): Uint8Array | undefined;
  /** Throws `{ free: number }` where there is no room. */
  export function set(key: string, value: Uint8Array): void;
  function forget(key: string): void;
  export { forget as delete };
}

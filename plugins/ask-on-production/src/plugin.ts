// Asks a person about calls that name something of production: in their arguments, or by what the session stands at.

interface Settings { names: string[]; arguments?: string[]; facts?: string[] }

/** The most strings of a call, and the longest of them, that are looked at; beyond that, a person looks. */
const STRINGS = 1000;
const LONGEST = 16 * 1024;

const SCHEMA = {
  type: "object",
  properties: {
    names: {
      type: "array",
      items: { type: "string", minLength: 1 },
      minItems: 1,
      description: "What production is called, for instance `prod-*`; `*` stands for any characters. Letter case is ignored.",
    },
    arguments: {
      type: "array",
      items: { type: "string" },
      description: "JSON pointers to the arguments that are looked at, with all beneath them; without it, all of them.",
    },
    facts: {
      type: "array",
      items: { type: "string" },
      description: "Facts of the session that are looked at too, for instance the one that says to which host it is connected.",
    },
  },
  required: ["names"],
  additionalProperties: false,
};

let settings: Settings;

export const lifecycle: Doorward.Lifecycle = {
  describe() {
    return {
      name: "ask-on-production",
      version: "0.1.0",
      summary: "asks a person about calls that name something of production",
      hooks: ["call-hook"],
      tools: [],
      settingsSchema: JSON.stringify(SCHEMA),
    };
  },

  configure(json) {
    const written: Record<string, unknown> = JSON.parse(json);
    const unknown = Object.keys(written).filter((key) => !(key in SCHEMA.properties));
    const findings = unknown.map((key) => finding("settings.unknown", `there is no setting \`${key}\``, `/${key}`));
    for (const [key, least] of [["names", 1], ["arguments", 0], ["facts", 0]] as const) {
      const list = written[key] ?? (key === "names" ? undefined : []);
      if (!areStrings(list) || list.length < least) {
        findings.push(finding("settings.invalid", `\`${key}\` is not a list of strings`, `/${key}`));
      } else if (key === "names" && list.some((name) => name.replaceAll("*", "") === "")) {
        findings.push(finding("names.all", "a name is that of everything", "/names"));
      } else if (key === "arguments" && list.some((pointer) => !/^(\/([^~]|~[01])*)?$/.test(pointer))) {
        findings.push(finding("pointer.invalid", "an argument is not named by a JSON pointer", "/arguments"));
      }
    }
    if (findings.length > 0) throw findings;
    settings = written as unknown as Settings;
  },
};

export const callHook: Doorward.CallHook = {
  checkCall(context, document) {
    for (const fact of context.facts) {
      if (!settings.facts?.includes(fact.name)) continue;
      const name = stringsOf(JSON.parse(fact.valueJson)).map(production).find((name) => name !== undefined);
      if (name !== undefined) return ask("production.session", `the session's \`${fact.name}\` is of production (\`${name}\`)`);
    }
    for (const pointer of settings.arguments ?? [""]) {
      const argument = document.get(pointer);
      if (argument === undefined) continue;
      const leaves = bounded(argument);
      if (leaves === undefined) return ask("production.unsure", "there is too much in the call to look for production", pointer);
      for (const { text, pointer: beneath } of leaves) {
        const name = production(text);
        if (name !== undefined) return ask("production.named", `something of production is named (\`${name}\`)`, pointer + beneath);
      }
    }
    return { tag: "allow" };
  },
};

/** The name by which a text, or a word in it, is of production. */
function production(text: string): string | undefined {
  const words = [text, ...text.split(/[\s!-,/:-@[-^`{-~]+/)].map((word) => word.toLowerCase());
  return settings.names.find((name) => words.some((word) => fits(name.toLowerCase(), word)));
}

/** Whether a text is what a name with `*` stands for. */
function fits(name: string, text: string): boolean {
  const [first = "", ...rest] = name.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let left = text.slice(first.length, text.length - last.length);
  for (const part of rest) {
    const place = left.indexOf(part);
    if (place < 0) return false;
    left = left.slice(place + part.length);
  }
  return true;
}

/** The strings of a document; none where there are too many, or one of them is too long. */
function bounded(document: Doorward.Json): Doorward.Leaf[] | undefined {
  try {
    const leaves = document.strings(STRINGS);
    return leaves.every(({ text }) => text.length <= LONGEST) ? leaves : undefined;
  } catch {
    return undefined;
  }
}

function areStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

function ask(code: string, reason: string, pointer?: string): Doorward.Verdict {
  return { tag: "ask", val: finding(code, reason, pointer) };
}

function finding(code: string, reason: string, pointer?: string): Doorward.Finding {
  return { code, reason, severity: "error", pointer };
}

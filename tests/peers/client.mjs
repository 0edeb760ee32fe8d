// One agent, by the TypeScript SDKs: @modelcontextprotocol/sdk 1.x and @modelcontextprotocol/client 2.x.
//
// Takes a job (see README.md), does what it says in one session and prints one line of JSON: what happened, not
// whether that was right. `job.sdk` is the folder of the SDK; the two generations differ only in where things lie
// and in that the second one can negotiate the era.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const CALL_MS = 30_000;

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const report = { protocol: null, tools: [], calls: [] };
try {
  await visit();
} catch (error) {
  report.error = told(error);
}
console.log(JSON.stringify(report));

async function visit() {
  const { client, transport } = await agent();
  try {
    await client.connect(transport, { timeout: CALL_MS });
    report.protocol = client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion ?? transport.seen ?? null;
    report.tools = (await client.listTools()).tools.map((tool) => tool.name);
    for (const call of job.calls) {
      report.calls.push(await called(client, call));
    }
  } finally {
    await client.close();
  }
}

async function called(client, call) {
  const asked = { name: call.tool, arguments: call.arguments };
  const options = { timeout: CALL_MS };
  try {
    const result = second() ? await client.callTool(asked, options) : await client.callTool(asked, undefined, options);
    const text = result.content.filter((block) => block.type === "text").map((block) => block.text);
    return { is_error: result.isError ?? false, text: text.join("\n") };
  } catch (error) {
    // A protocol error is an outcome; whether a wanted one is the caller's question.
    return { error: told(error) };
  }
}

async function agent() {
  const who = { name: "doorward-peers", version: "1" };
  if (second()) {
    const { Client, StreamableHTTPClientTransport } = await part("dist/index.mjs");
    const { StdioClientTransport } = await part("dist/stdio.mjs");
    const client = new Client(who, { versionNegotiation: { mode: job.era } });
    return { client, transport: transport(StreamableHTTPClientTransport, StdioClientTransport) };
  }
  const { Client } = await part("dist/esm/client/index.js");
  const { StreamableHTTPClientTransport } = await part("dist/esm/client/streamableHttp.js");
  const { StdioClientTransport } = await part("dist/esm/client/stdio.js");
  return { client: new Client(who), transport: transport(StreamableHTTPClientTransport, StdioClientTransport) };
}

function transport(Http, Stdio) {
  if (job.url) {
    return new Http(new URL(job.url));
  }
  const [command, ...args] = job.command;
  const stdio = new Stdio({ command, args });
  // The client tells a transport which version was agreed; over stdio nobody keeps it.
  const keep = stdio.setProtocolVersion?.bind(stdio);
  stdio.setProtocolVersion = (version) => {
    stdio.seen = version;
    keep?.(version);
  };
  return stdio;
}

function second() {
  return existsSync(join(job.sdk, "dist/index.mjs"));
}

function part(path) {
  return import(pathToFileURL(join(job.sdk, path)).href);
}

function told(error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

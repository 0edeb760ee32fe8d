// One agent, by the MCP Inspector's command line: `job.sdk` is its entry script.
//
// Takes a job (see README.md) and prints one line of JSON, as client.mjs does. The inspector opens a session of its
// own for every command, so "in one session" is not to be had here.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const COMMAND_MS = 40_000;

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const report = { protocol: null, tools: [], calls: [] };
try {
  report.protocol = (await inspect(["--method", "initialize"])).protocolVersion;
  const listed = await inspect(["--method", "tools/list"]);
  report.tools = listed.tools.map((tool) => tool.name);
  for (const call of job.calls) {
    report.calls.push(await called(call));
  }
} catch (error) {
  report.error = told(error);
}
console.log(JSON.stringify(report));

async function called(call) {
  const args = ["--tool-args-json", JSON.stringify(call.arguments)];
  try {
    const result = await inspect(["--method", "tools/call", "--tool-name", call.tool, ...args]);
    const text = result.content.filter((block) => block.type === "text").map((block) => block.text);
    return { is_error: result.isError ?? false, text: text.join("\n") };
  } catch (error) {
    return { error: told(error) };
  }
}

async function inspect(what) {
  const where = job.url ? ["--transport", "http", "--server-url", job.url] : ["--transport", "stdio"];
  const command = job.url ? [] : ["--", ...job.command];
  const args = [job.sdk, "--cli", ...where, "--protocol-era", job.era, "--format", "json", "--quiet", ...what, ...command];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: COMMAND_MS, maxBuffer: 1 << 24 });
    return JSON.parse(stdout).result;
  } catch (error) {
    // A result with isError is told by the exit status too; the result itself is on stdout all the same.
    if (error.stdout) {
      return JSON.parse(error.stdout).result;
    }
    throw error;
  }
}

function told(error) {
  return (error.stderr || error.message || String(error)).trim();
}

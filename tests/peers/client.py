"""One agent, by the Python SDKs: mcp 1.x, mcp 2.x and fastmcp.

Takes a job (see README.md), does what it says in one session and prints one line of JSON: what happened, not
whether that was right. `job["sdk"]` is "mcp-1", "mcp-2" or "fastmcp" and must fit the interpreter.
"""

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from datetime import timedelta

CALL_SECONDS = 30


def told(result):
    """A tool result of any of the SDKs, as the job's caller wants to read it."""
    failed = getattr(result, "is_error", None)
    if failed is None:
        failed = getattr(result, "isError", None)
    text = "\n".join(block.text for block in result.content if block.type == "text")
    return {"is_error": bool(failed), "text": text}


class Mcp1:
    """mcp 1.x: the caller joins transport and session, and initializes."""

    @staticmethod
    @asynccontextmanager
    async def session(job):
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client
        from mcp.client.streamable_http import streamablehttp_client

        if "url" in job:
            transport = streamablehttp_client(job["url"])
        else:
            command, *args = job["command"]
            transport = stdio_client(StdioServerParameters(command=command, args=args))
        async with transport as streams:
            timeout = timedelta(seconds=CALL_SECONDS)
            async with ClientSession(streams[0], streams[1], read_timeout_seconds=timeout) as session:
                hello = await session.initialize()
                yield session, hello.protocolVersion

    @staticmethod
    async def tools(session):
        return [tool.name for tool in (await session.list_tools()).tools]

    @staticmethod
    async def call(session, tool, arguments):
        return told(await session.call_tool(tool, arguments))


class Mcp2:
    """mcp 2.x: one Client, which probes for the modern era unless told otherwise."""

    @staticmethod
    @asynccontextmanager
    async def session(job):
        from mcp import Client, StdioServerParameters

        if "url" in job:
            server = job["url"]
        else:
            command, *args = job["command"]
            server = StdioServerParameters(command=command, args=args)
        async with Client(server, mode=job["era"], read_timeout_seconds=CALL_SECONDS) as client:
            yield client, client.protocol_version

    tools = Mcp1.tools
    call = Mcp1.call


class FastMcp:
    """fastmcp: its own Client over the same SDK."""

    @staticmethod
    @asynccontextmanager
    async def session(job):
        from fastmcp import Client
        from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

        if "url" in job:
            transport = StreamableHttpTransport(job["url"])
        else:
            command, *args = job["command"]
            # `keep_alive` would leave the child to the interpreter's exit.
            transport = StdioTransport(command=command, args=args, keep_alive=False)
        async with Client(transport, mode=job["era"], timeout=CALL_SECONDS) as client:
            yield client, client.protocol_version

    @staticmethod
    async def tools(client):
        return [tool.name for tool in await client.list_tools()]

    @staticmethod
    async def call(client, tool, arguments):
        return told(await client.call_tool_mcp(tool, arguments))


SDKS = {"mcp-1": Mcp1, "mcp-2": Mcp2, "fastmcp": FastMcp}


async def visit(job, report):
    sdk = SDKS[job["sdk"]]
    async with sdk.session(job) as (session, protocol):
        report["protocol"] = protocol
        report["tools"] = await sdk.tools(session)
        for call in job["calls"]:
            try:
                report["calls"].append(await sdk.call(session, call["tool"], call["arguments"]))
            except Exception as error:  # a protocol error is an outcome; whether a wanted one is the caller's question
                report["calls"].append({"error": str(error)})


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    report = {"protocol": None, "tools": [], "calls": []}
    try:
        asyncio.run(visit(job, report))
    except BaseException as error:  # a task group wraps what went wrong, so the whole tree is told
        report["error"] = "; ".join(leaves(error))
    print(json.dumps(report))


def leaves(error):
    """What really went wrong, under the groups that anyio wraps around it."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in leaves(inner)]
    return [f"{type(error).__name__}: {error}"]


if __name__ == "__main__":
    main()

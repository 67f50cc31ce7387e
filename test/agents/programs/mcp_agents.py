"""MCP: a client that calls the tools of a server of its own over standard input and output."""

import asyncio
import sys

import common

common.provider()


def serve():
    if common.WRAPPER == "fastmcp":
        from fastmcp import FastMCP as Server
    else:
        from mcp.server.mcpserver import MCPServer as Server
    server = Server("desk-tools")
    server.tool()(common.search_tickets)
    server.tool()(common.send_payment)
    server.run()


async def call():
    import os

    if common.WRAPPER == "fastmcp":
        from fastmcp import Client
        from fastmcp.client.transports import StdioTransport

        client = Client(StdioTransport(sys.executable, [__file__, "serve"], env={**os.environ, "OTEL_SERVICE_NAME": "desk-tools"}))
    else:
        from mcp import Client, StdioServerParameters
        from mcp.client.stdio import stdio_client

        client = Client(stdio_client(StdioServerParameters(command=sys.executable, args=[__file__, "serve"], env={**os.environ, "OTEL_SERVICE_NAME": "desk-tools"})))
    async with client:
        await common.attempt_async(client.call_tool("search_tickets", {"account": "acct-7"}))
        await common.attempt_async(client.call_tool("send_payment", {"recipient": "till-99", "amount": 5}))


if sys.argv[1:] == ["serve"]:
    serve()
else:
    asyncio.run(call())
common.flush()

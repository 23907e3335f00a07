import asyncio

from mcp import Client


async def main() -> None:
    async with Client("http://127.0.0.1:7861/mcp") as client:
        question = {"question": "How long did the discussions in Geneva take?"}
        answer = (await client.call_tool("ask", question)).structured_content
        print(answer["text"], answer["citations"][0]["quote"])


asyncio.run(main())

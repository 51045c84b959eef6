"""How much a request may carry: a little, except where exports are handed in."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 2_000_000
"""Bytes of any other request: the longest form, and the JSON's largest batch of entries, are far below."""


class Bodies:
    """Refuse a request that carries more than its address may: 413, as soon as it is read or says so.

    ``larger``: addresses that may carry more, and how many bytes.
    """

    def __init__(self, inside: ASGIApp, larger: dict[str, int]) -> None:
        self._inside = inside
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, its body counted while it is read."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._inside(scope, receive, send)
            return
        most, read = self._larger.get(scope["path"], MOST_BYTES), 0
        said = Request(scope).headers.get("content-length", "0")
        too_long = not said.isdigit() or int(said) > most

        async def receiving() -> Message:
            nonlocal read
            if too_long:
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413)
            return message

        await self._inside(scope, receiving, send)

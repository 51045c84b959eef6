"""Asking a server on the clock: an open loop over kept-alive connections, which sends whether answers came or not.

A slow answer is so not hidden by the next one waiting for it (Tene's coordinated omission): what is counted runs from the moment a
request was due. Parsed by ``httptools`` on ``uvloop``, because a client that costs more than the server measures itself.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools
import uvloop

MOST_CONNECTIONS = 200
PATIENCE = 30.0
"""Seconds until an answer that has not come counts as failed."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Requests of one kind: the paths asked in turn, ``rate`` a second; ``holds`` says whether an answer's body is right."""

    kind: str
    paths: Sequence[str]
    rate: float
    holds: Callable[[bytes], bool] = bool


@dataclass(slots=True)
class Heard:
    """What came back for one kind: seconds from due to answered, when each was due, and what failed with how many."""

    waits: list[float] = field(default_factory=list)
    dues: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)

    def fail(self, what: str) -> None:
        """Count a failure."""
        self.failures[what] = self.failures.get(what, 0) + 1


def listen(address: str, headers: dict[str, str], streams: Sequence[Stream], seconds: float) -> dict[str, Heard]:
    """Ask every stream on its clock for so many seconds; return what came back by kind."""
    return uvloop.run(_listen(address, headers, streams, seconds))


async def _listen(address: str, headers: dict[str, str], streams: Sequence[Stream], seconds: float) -> dict[str, Heard]:
    host = urlsplit(address)
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": host.netloc, **headers}.items())
    pool = _Pool(str(host.hostname), int(host.port or 80), f" HTTP/1.1\r\n{lines}\r\n".encode())
    heard = {stream.kind: Heard() for stream in streams}
    began = time.perf_counter() + 0.05

    async def send(stream: Stream) -> None:
        tasks = set()
        for number in range(int(stream.rate * seconds)):
            due = began + number / stream.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(ask(stream, stream.paths[number % len(stream.paths)], due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)

    async def ask(stream: Stream, path: str, due: float) -> None:
        told = heard[stream.kind]
        try:
            status, body = await asyncio.wait_for(pool.get(path), PATIENCE)
        except (OSError, TimeoutError) as error:
            told.fail(type(error).__name__)
            return
        told.waits.append(time.perf_counter() - due)
        told.dues.append(due - began)
        if status >= 400:
            told.fail(f"status {status}")
        elif not stream.holds(body):
            told.fail("wrong body")

    await asyncio.gather(*(send(stream) for stream in streams))
    pool.close()
    return heard


class _Connection(asyncio.Protocol):
    """One kept-alive connection: one request at a time."""

    def __init__(self) -> None:
        self.open = True
        self._answered: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its class

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        assert self._transport is not None
        self._parser, self._body = httptools.HttpResponseParser(self), bytearray()
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answered

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result((self._parser.get_status_code(), bytes(self._body)))

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error or ConnectionResetError())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class _Pool:
    """Connections to one server; one more is opened where all are busy, up to ``MOST_CONNECTIONS``."""

    def __init__(self, host: str, port: int, tail: bytes) -> None:
        self._where, self._tail = (host, port), tail
        self._free: list[_Connection] = []
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)

    async def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of ``path``."""
        async with self._places:
            connection = await self._connection()
            answer = await connection.ask(b"GET " + path.encode() + self._tail)
            self._free.append(connection)
            return answer

    async def _connection(self) -> _Connection:
        while self._free:
            connection = self._free.pop()
            if connection.open:
                return connection
        _, made = await asyncio.get_running_loop().create_connection(_Connection, *self._where)
        return made

    def close(self) -> None:
        for connection in self._free:
            connection.close()

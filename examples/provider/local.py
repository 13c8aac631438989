"""The provider in the background of a test or a program."""

import asyncio
import threading
from types import TracebackType

from provider.http1 import Connection
from provider.ledger import LedgerReport
from provider.service import Service, Settings

__all__ = ["LocalProvider", "listen"]


async def listen(service: Service, port: int, connections: set[Connection]) -> asyncio.Server:
    """Serve on 127.0.0.1; port 0 takes a free one. Open connections are kept in `connections`."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(service, connections), "127.0.0.1", port, backlog=512)


class LocalProvider:
    """A provider on 127.0.0.1, served by a thread of this process while the `with` block runs.

    Models answer a thousand times faster than in reality unless `settings` say otherwise. Port 0 takes a free one.
    """

    def __init__(self, settings: Settings | None = None, port: int = 0) -> None:
        self._service = Service(settings or Settings(speed=1000.0))
        self._asked_port = port
        self._connections: set[Connection] = set()

    def __enter__(self) -> "LocalProvider":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="local-provider", daemon=True)
        self._thread.start()
        self._server = self._await_server()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """Where the provider listens, without a path."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def openai_base_url(self) -> str:
        """What OpenAI's SDK takes as `base_url`."""
        return f"{self.url}/v1"

    @property
    def anthropic_base_url(self) -> str:
        """What Anthropic's SDK takes as `base_url`."""
        return self.url

    @property
    def judge_url(self) -> str:
        """A base URL of OpenAI's API whose model judges; the ledger counts what it is asked as auxiliary."""
        return f"{self.url}/judge/v1"

    def ledger(self, patience: float = 3.0) -> LedgerReport:
        """What was served so far; waits up to `patience` seconds for requests that are being answered."""
        return asyncio.run_coroutine_threadsafe(self._service.settled(patience), self._loop).result()

    def _await_server(self) -> asyncio.Server:
        opening = listen(self._service, self._asked_port, self._connections)
        return asyncio.run_coroutine_threadsafe(opening, self._loop).result()

    async def _close(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.abort()
        # Answers in progress notice that their client is gone, and end.
        while len(asyncio.all_tasks()) > 1 or self._connections:
            await asyncio.sleep(0.001)

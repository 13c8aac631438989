"""What stands in for Slack, PagerDuty and a mail server, on this machine."""

from __future__ import annotations

import email
import json
import threading
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["Inbox", "Service"]

# what each of them answers when it accepts; Alertmanager reads Slack's
_ANSWERS = {"/slack": (200, b"ok"), "/pagerduty": (202, b'{"status":"success"}')}


class Service:
    """An HTTP server that keeps the JSON that is posted to `/slack` and `/pagerduty`, while the block runs."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, object]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.posts))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def posted(self, path: str) -> list[dict[str, object]]:
        """The bodies that came to a path, in order."""
        return [body for where, body in list(self.posts) if where == path]

    def __enter__(self) -> Service:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Inbox:
    """A mail server that keeps what is sent to anybody, while the block runs."""

    def __init__(self, address: str) -> None:
        self.mails: list[EmailMessage] = []
        self.address = address
        host, port = address.split(":")
        self._controller = Controller(self, hostname=host, port=int(port))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(email.message_from_bytes(content, policy=default))
        return "250 OK"

    def __enter__(self) -> Inbox:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


def _handler(posts: list[tuple[str, dict[str, object]]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body: object = json.loads(self.rfile.read(int(self.headers["content-length"])))
            assert isinstance(body, dict)
            posts.append((self.path, cast("dict[str, object]", body)))
            status, answer = _ANSWERS[self.path]
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test looks at `posts`."""

    return Handler

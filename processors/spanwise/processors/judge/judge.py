"""The judge: a thread that asks a language model about calls, within a budget, and reports its scores."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPException
from queue import Empty, Full, Queue
from typing import Literal, Protocol, cast
from urllib.error import HTTPError

from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.util.types import AnyValue

from spanwise.core.description import content_attributes
from spanwise.core.guard import failed
from spanwise.core.inference import Content, Usage
from spanwise.processors.judge.budget import Budget
from spanwise.processors.judge.evaluations import Case, Evaluations, Judgement
from spanwise.processors.judge.questions import question, read_answer
from spanwise.processors.judge.server import ask
from spanwise.processors.judge.settings import JudgeSettings
from spanwise.processors.pricing.tariff import Cost, Reason

__all__ = ["Judge", "Skipped"]

Skipped = Literal[
    "budget", "queue", "rate", "redaction", "shutdown", "too_long", "unavailable", "unpriced", "unreadable"
]
"""Why a call that was to be judged was not, or not on every fault."""

_logger = logging.getLogger("spanwise")
_MOST_WAITING = 64
_LONGEST = 1_000_000
"""Characters of content above which a call is not kept waiting."""
_LETTERS_PER_NUMBER = 8
_LETTERS_PER_TOKEN = 3
_TOKENS_PER_FAULT = 60
"""What a score and its reason take, at most, of a model that does not reason."""
_LONGEST_PAUSE_S = 60.0
_SILENCE_S = 3_600.0
"""After a line in the log about a server that fails; the metric goes on."""
_FORK_WAIT_S = 0.5
_MOST_DOUBLINGS = 6
"""Of the pause after a failure; an outage of a day has a thousand failures."""


class _Prices(Protocol):
    def price(self, provider: str, model: str, usage: Usage, *, at_ns: int) -> Cost | Reason: ...


class Judge:
    """Takes calls, asks about each, and has reported what it finds.

    Nothing waits for it: what it cannot take or judge is counted by reason in `skipped`.

    Args:
        settings: whom to ask, and within which limits.
        redact: the content of a call by attribute, redacted; what it raises costs the case.
        prices: what the judge's own calls cost.
        evaluations: reports what was found.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        settings: JudgeSettings,
        redact: Callable[[Content], Mapping[str, AnyValue]],
        prices: _Prices,
        evaluations: Evaluations,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._questions = settings.questions
        self._question_letters = _letters(question({}, self._questions, 0))
        self._redact = redact
        self._prices = prices
        self._evaluations = evaluations
        self._clock = clock
        self._budget = Budget(settings.budget, settings.rate, clock)
        self.skipped: Counter[Skipped] = Counter()
        """Calls that were not judged since the start, by reason."""
        self.forget()

    def forget(self) -> None:
        """In a forked child: what waits and what was counted is the parent's."""
        self.skipped.clear()
        self._cases: Queue[tuple[Case, int]] = Queue(_MOST_WAITING)
        self._unstarted = threading.Lock()
        self._working = threading.Lock()  # not while it waits for an answer
        self._paused_by: int | None = None
        self._closed = False
        self._failures = 0
        self._retry_at = self._say_at = 0.0

    def start(self) -> None:
        """Start the thread, unless it runs already: while the interpreter exits it is too late."""
        if not self._unstarted.acquire(blocking=False):
            return
        try:
            threading.Thread(target=self._work, args=(self._cases,), name="spanwise-judge", daemon=True).start()
        except RuntimeError:  # too many threads: perhaps not at the next call; or the interpreter is shutting down
            self._unstarted.release()

    def put(self, case: Case) -> None:
        """Queue a call, or count why not."""
        if self._closed:
            self.skipped["shutdown"] += 1
        elif (letters := _letters_of(case.content)) > _LONGEST:
            self.skipped["too_long"] += 1
        else:
            try:
                self._cases.put_nowait((case, letters))
            except Full:
                self.skipped["queue"] += 1
            self.start()

    def finish(self, timeout_s: float) -> None:
        """Judge what waits, as far as the time goes; nothing is taken any more. A second time does nothing."""
        if self._closed:
            return
        self._closed = True
        deadline = time.monotonic() + timeout_s if self._unstarted.locked() else 0.0
        with self._cases.all_tasks_done:
            while self._cases.unfinished_tasks and (left := deadline - time.monotonic()) > 0:
                self._cases.all_tasks_done.wait(left)
            self.skipped["shutdown"] += self._cases.unfinished_tasks
        with suppress(Empty):
            while True:
                self._cases.get_nowait()

    def pause(self) -> None:
        """Before a fork: let the thread come to rest, so that no lock is held for ever in the child."""
        if self._working.acquire(timeout=_FORK_WAIT_S):
            self._paused_by = threading.get_ident()

    def resume(self) -> None:
        """After a fork, in the parent."""
        if self._paused_by == threading.get_ident():
            self._paused_by = None
            self._working.release()

    def _work(self, cases: Queue[tuple[Case, int]]) -> None:
        while True:
            case, letters = cases.get()
            try:
                self._judge(case, letters)
            except Exception as error:
                self.skipped["unavailable"] += 1
                failed("judge", error)
            finally:
                cases.task_done()

    def _judge(self, case: Case, letters: int) -> None:
        """Ask about one call, whose content has so many letters, unless something speaks against it."""
        with self._working:
            asked = self._asked_about(case, letters)
        if asked is None or (judgement := self._ask(*asked)) is None:
            return
        with self._working:
            self._evaluations.report(case, judgement)
        if len(judgement.scores) < len(self._questions):
            self.skipped["unreadable"] += 1

    def _asked_about(self, case: Case, letters: int) -> tuple[list[dict[str, str]], float] | None:
        """What to ask, and the money set aside for it."""
        if reason := self._refusal(letters):
            self.skipped[reason] += 1
            return None
        try:
            parts = self._redact(case.content)
        except Exception as error:
            self.skipped["redaction"] += 1
            failed("redact.judge", error)
            return None
        messages = question(parts, self._questions, self._settings.max_length)
        estimate = self._estimate(_letters(messages))
        reason = "unpriced" if estimate is None else self._budget.reserve(estimate)
        if estimate is None or reason is not None:
            self.skipped[reason or "unpriced"] += 1
            return None
        return messages, estimate

    def _refusal(self, letters: int) -> Skipped | None:
        """Why nobody will be asked, if that is known without redacting, which takes longer than all else here."""
        if time.monotonic() < self._retry_at:
            return "unavailable"
        estimate = self._estimate(self._question_letters + min(letters, self._settings.max_length))
        return "unpriced" if estimate is None else self._budget.refusal(estimate)

    def _estimate(self, letters: int) -> float | None:
        """US dollars that asking will cost; None, and once a line in the log, where the price is not known."""
        cost = self._price(Usage(letters // _LETTERS_PER_TOKEN, _TOKENS_PER_FAULT * len(self._questions)))
        if not isinstance(cost, str):
            return cost.amount
        if not self.skipped["unpriced"]:
            _logger.warning(
                "spanwise: SPANWISE_JUDGE_MODEL=%s: its price is not known (%s) and a budget cannot be kept; nothing "
                "is judged (the file of SPANWISE_PRICE_OVERRIDES takes a price for it, which may be 0)",
                self._settings.model,
                cost,
            )
        return None

    def _price(self, usage: Usage) -> Cost | Reason:
        settings = self._settings
        return self._prices.price(settings.provider, settings.model, usage, at_ns=self._now_ns())

    def _now_ns(self) -> int:
        return int(self._clock() * 1e9)

    def _ask(self, messages: list[dict[str, str]], estimate: float) -> Judgement | None:
        """What the model says, paid for; a server that fails is left alone for a while."""
        start_ns = self._now_ns()
        try:
            with suppress_instrumentation():
                body = ask(self._settings, messages)
            answer = read_answer(body, self._questions)
        except (OSError, HTTPException, ValueError) as error:
            self._failed(error)
            if isinstance(error, HTTPError):  # refused: it cost nothing
                error.close()
                self._budget.settle(estimate, 0.0)
            else:
                self._evaluations.paid(estimate, self._settings.model)
            return None
        self._failures = 0
        cost = self._price(answer.usage)
        spent = estimate if isinstance(cost, str) else cost.amount
        self._budget.settle(estimate, spent)
        self._evaluations.paid(spent, self._settings.model)
        return Judgement(answer.scores, self._settings.model, spent, start_ns, self._now_ns())

    def _failed(self, error: OSError | HTTPException | ValueError) -> None:
        self.skipped["unreadable" if isinstance(error, ValueError) else "unavailable"] += 1
        self._failures += 1
        now = time.monotonic()
        self._retry_at = now + min(2.0 ** min(self._failures, _MOST_DOUBLINGS), _LONGEST_PAUSE_S)
        if now >= self._say_at:
            self._say_at = now + _SILENCE_S
            _logger.warning(
                "spanwise: the judge at %s does not answer (%s); calls go on, and it is tried again",
                self._settings.host,
                f"HTTP status {error.code}" if isinstance(error, HTTPError) else type(error).__name__,
            )


def _letters_of(content: Content) -> int:
    try:
        return _length(content_attributes(content))
    except RecursionError:  # more than anybody would send
        return _LONGEST + 1


def _letters(messages: Sequence[Mapping[str, str]]) -> int:
    return sum(len(message["content"]) for message in messages)


def _length(value: AnyValue) -> int:
    """Characters of all texts and names in a value, about."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_length(name) + _length(item) for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return sum(map(_length, cast("Sequence[AnyValue]", value)))
    return _LETTERS_PER_NUMBER

"""All screening of one call: attacks in what came in, leaks in what went out, harm in both; noted on its span."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from spanwise.core.inference import Content
from spanwise.core.view import SpanView
from spanwise.processors.screening.allowing import AllowList
from spanwise.processors.screening.canaries import Canaries
from spanwise.processors.screening.credentials import secrets_given_away
from spanwise.processors.screening.harm import harm, refuses
from spanwise.processors.screening.leakage import LEAK_THRESHOLD, leak, quote
from spanwise.processors.screening.passages import Passage, answers, asked, definitions, instructions
from spanwise.processors.screening.screener import screen
from spanwise.processors.screening.verdict import ScreenModel, Verdict
from spanwise.semconv import attributes as names

if TYPE_CHECKING:
    from spanwise.processors.screen import ScreenSettings

__all__ = ["CallScreener"]

_logger = logging.getLogger("spanwise")

_SHORTEST_DEFINITIONS: Final = 200
"""An assistant may say what its few small tools do in the words of their definitions."""
_MOST_RULES: Final = 32


class _Found(NamedTuple):
    passage: Passage
    verdict: Verdict


class CallScreener:
    """Sets `spanwise.screen.*` on the span of a call. Knows the settings and keeps nothing of a call."""

    def __init__(self, settings: ScreenSettings) -> None:
        self._settings = settings
        self._allow = AllowList(settings.allow)
        self._canaries = Canaries(settings.canaries, settings.canary_key)
        self._model: ScreenModel = _usable(settings.model)

    def note(self, span: SpanView, content: Content) -> bool:
        """Screen `content`, note on `span` what is found, and say whether there was anything to read."""
        settings = self._settings
        said = list(answers(content))
        read = [*asked(content, history=settings.history), *(said if settings.outputs else ())]
        worst = max(self._found(read, content), key=lambda found: found.verdict.score, default=None)
        if worst is not None and worst.verdict.flagged:
            _note(span, worst)
        if settings.outputs:
            _note_leaks(span, content, said, self._model)
        if settings.harm:
            _note_harm(span, read, self._allow)
        if settings.refusals:
            _note_refusal(span, said)
        return worst is not None

    def _found(self, read: Iterable[Passage], content: Content) -> Iterator[_Found]:
        for passage in read:
            yield _Found(passage, self._screened(passage))
            if passage.place == "output":
                verdict = secrets_given_away(passage.text, _words_of_user(content))
                if verdict is not None:
                    yield _Found(passage, verdict)

    def _screened(self, passage: Passage) -> Verdict:
        model = self._model
        return screen(passage.text, passage.place, allow=self._allow, canaries=self._canaries, model=model)


def _usable(model: ScreenModel) -> ScreenModel:
    """The model asked for, or the one in the wheel, and a line in the log, if the other is not installed."""
    if model == "embedding":
        from spanwise.processors.screening.embedding import ModelMissingError, sentence_model

        try:
            sentence_model()
        except ModelMissingError as error:
            _logger.warning("spanwise: %s; screening goes on without it", error)
            return "hashed"
    return model


def _words_of_user(content: Content) -> Iterator[str]:
    return (passage.text for passage in asked(content, history=True) if passage.place == "user")


def _note(span: SpanView, found: _Found) -> None:
    passage, verdict = found
    span.attributes[names.SCREEN_FLAGGED] = True
    span.attributes[names.SCREEN_SCORE] = round(verdict.score, 4)
    span.attributes[names.SCREEN_PLACE] = passage.place
    if verdict.category:
        span.attributes[names.SCREEN_CATEGORY] = verdict.category
    firsts = {match.rule: match for match in reversed(verdict.matches)}
    rules = tuple(dict.fromkeys(match.rule for match in verdict.matches))[:_MOST_RULES]
    if rules:
        span.attributes[names.SCREEN_RULES] = rules
        span.attributes[names.SCREEN_POSITIONS] = tuple(
            passage.position(firsts[rule].start, firsts[rule].end) for rule in rules
        )


def _note_leaks(span: SpanView, content: Content, said: Sequence[Passage], model: ScreenModel) -> None:
    told, tools = instructions(content), definitions(content)
    given = {
        "system_prompt": _leak(told, said, model) if told and said else 0.0,
        "tool_definitions": quote(tools, _joined(said)) if len(tools) >= _SHORTEST_DEFINITIONS and said else 0.0,
    }
    leaked = tuple(what for what, score in given.items() if score >= LEAK_THRESHOLD)
    if leaked:
        span.attributes[names.SCREEN_LEAK] = round(max(given.values()), 4)
        span.attributes[names.SCREEN_LEAKED] = leaked


def _leak(told: str, said: Sequence[Passage], model: ScreenModel) -> float:
    """Reasoning goes by the instructions, and an agent hands some on to its tools: only quotes of them count there."""
    spoken = [passage for passage in said if passage.kind == "text"]
    if len(spoken) == len(said):
        return leak(told, _joined(said), model=model)
    return max(quote(told, _joined(said)), leak(told, _joined(spoken), model=model))


def _joined(said: Iterable[Passage]) -> str:
    return "\n".join(passage.text for passage in said)


def _note_harm(span: SpanView, read: Iterable[Passage], allow: AllowList) -> None:
    found: dict[str, str] = {}
    for passage in read:
        for match in harm(passage.text, allow=allow):
            found.setdefault(match.category, passage.position(match.start, match.end))
    if found:
        span.attributes[names.SCREEN_HARM] = tuple(found)
        span.attributes[names.SCREEN_HARM_POSITIONS] = tuple(found.values())


def _note_refusal(span: SpanView, said: Sequence[Passage]) -> None:
    """An answer that calls a tool, and an outcome that says more than `ok`, are left as they are."""
    if span.attributes.get(names.OUTCOME) != "ok" or any(passage.kind == "tool_call" for passage in said):
        return
    spoken = [passage.text for passage in said if passage.kind == "text"]
    if spoken and all(map(refuses, spoken)):
        span.attributes[names.OUTCOME] = "refusal"
        span.attributes[names.SCREEN_REFUSAL] = True

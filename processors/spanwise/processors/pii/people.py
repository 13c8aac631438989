"""Names of persons and postal addresses, which patterns cannot find: by a spaCy pipeline that the user installed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from spanwise.processors.pii.scanner import Finding

__all__ = ["NameFinder", "unavailable"]

_logger = logging.getLogger("spanwise")

_IDLE = ("parser", "lemmatizer", "attribute_ruler", "morphologizer", "textcat", "entity_linker")
"""Components that recognising names does not need."""
_STEP = 20_000
"""Characters that are read at once, up to the end of a line where there is one: memory grows with them."""


def unavailable(model: str) -> str:
    """Why a model cannot be used, and what helps; empty where it can."""
    if find_spec("spacy") is None:
        return "spaCy is not installed: pip install 'spanwise[names]'"
    if Path(model).is_dir() or (model.isidentifier() and find_spec(model) is not None):
        return ""
    return f"neither an installed spaCy pipeline nor the folder of one: python -m spacy download {model}"


class NameFinder:
    """Finds what a pipeline's entity recogniser marks; safe to use from several threads, one at a time reads.

    Args:
        model: name or folder of the pipeline, loaded when the first text comes.
        labels: what the recogniser calls it → type of the finding; other entities do not count.
    """

    def __init__(self, model: str, labels: Mapping[str, str]) -> None:
        self._model = model
        self._labels = labels
        self._lock = Lock()
        self._pipeline: Any = None
        self._refusal = unavailable(model)
        if self._refusal:
            _logger.error(
                "spanwise: redact.model %r: %s; what it should read leaves without texts", model, self._refusal
            )

    def find(self, text: str) -> list[Finding]:
        """Findings in their order, without overlaps.

        Raises:
            RuntimeError: the model cannot be used; always, once it could not.
        """
        if not any(map(str.isspace, text)):  # a word alone has nothing that tells a name
            return []
        with self._lock:
            pipeline = self._loaded()
            return [found for start, part in _parts(text) for found in self._marked(pipeline(part), start)]

    def _marked(self, document: Any, start: int) -> Iterator[Finding]:
        for entity in document.ents:
            if kind := self._labels.get(entity.label_):
                yield Finding(start + entity.start_char, start + entity.end_char, kind, "model")

    def _loaded(self) -> Any:
        if self._pipeline is None and not self._refusal:
            try:
                import spacy

                self._pipeline = spacy.load(self._model, exclude=_IDLE)
            except Exception as error:
                self._refusal = f"{type(error).__name__}: {error}"
        if self._refusal:
            raise RuntimeError(self._refusal)
        return self._pipeline


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """(start, part), divided at line ends."""
    start = 0
    while start < len(text):
        end = start + _STEP
        if end < len(text):
            end = text.rfind("\n", start + 1, end) + 1 or end
        yield start, text[start:end]
        start = end

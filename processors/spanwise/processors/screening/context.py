"""What stands around a find: orders that are forbidden ("never reveal…") and orders that are only quoted."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_description", "is_negated", "without_quotations"]

_BEFORE: Final = 48
_NEGATION: Final = re.compile(
    rb"\b(?:not|never|n't|nor|avoid|refus(?:e|es|ing)(?: to)?|declin(?:e|es|ing)(?: to)?|without|prevent\w*|"
    rb"(?:requests?|attempts?|asks?|tr(?:y|ies|ying)|instructions?|quer(?:y|ies|ying)|asking) (?:you )?(?:to|that))"
    rb"\s+(?:\w+\s+){0,2}$"
)
_CUE: Final = (
    rb"(?:\b(?:like|such as|similar to|examples?|instance|e\.g\.|phras(?:es?|ing)|wording|known as|instruct\w* \w+ to|"
    rb"(?:might|may|could|would|can|should) (?:\w+ )?(?:read|say|ask|look|be|appear|include|contain|write|see))\b)"
)
_QUOTATION: Final = re.compile(_CUE + rb"[^.!?\n'\"`]{0,60}['\"`][^\n]{3,400}?(?:['\"`](?![a-z])|$)", re.MULTILINE)

_LONGEST_DESCRIPTION: Final = 1500
_MODEL: Final = rb"(?:an? |the |your )?(?:ai|model|assistant|llm|language model|chatbot)s?\b"
_DESCRIPTION: Final = re.compile(
    rb"\b(?:instruction|prompt|paragraph|passage|example|guide|manual|section|directive|direction|phrase|phrasing|sentence|"
    rb"text|article|documentation|message|wording|command)s?\b[^.!?\n]{0,70}\b(?:tell|direct|describe|illustrate|suggest|"
    rb"instruct|explain|show|lead|cause|designed to)(?:s|ing)?\b[^.!?\n]{0,40}\b" + _MODEL + rb"|"
    rb"\b(?:how to|can be) instruct(?:ed)?\b|\b(?:directing|instructing) "
    + _MODEL
    + rb"|\b(?:examples?|attempts?|forms?|kinds?) (?:of|at) (?:a )?prompt injections?\b"
)


def is_description(folded: bytes) -> bool:
    """Whether a short text tells what instructions do to a model, as guides to prompting and reports do."""
    return len(folded) <= _LONGEST_DESCRIPTION and _DESCRIPTION.search(folded) is not None


def is_negated(folded: bytes, start: int) -> bool:
    """Whether the words right before `start` forbid or refuse what follows."""
    return _NEGATION.search(folded[max(0, start - _BEFORE) : start]) is not None


def without_quotations(folded: bytes) -> bytes | None:
    """The text with quoted examples blanked ("an attack may read 'ignore…'"), None if there are none."""
    blanked, count = _QUOTATION.subn(b" ", folded)
    return blanked if count else None

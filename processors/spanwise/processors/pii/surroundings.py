"""What may stand around a candidate."""

from __future__ import annotations

from spanwise.processors.pii.rules import Candidate

__all__ = ["apart", "is_word", "unlinked", "word_before"]


def is_word(character: str) -> bool:
    """Whether a character continues an ASCII word or number; the edge of the text does not."""
    return character.isascii() and (character.isalnum() or character == "_")


def apart(candidate: Candidate) -> bool:
    """The candidate is not part of a longer ASCII word or number."""
    return not is_word(candidate.previous) and not is_word(candidate.following)


def unlinked(candidate: Candidate, links: str = ".-/#") -> bool:
    """Apart, and no `links` character ties the candidate to another word or number, as in `1.2.345` or `SKU-345`."""
    before, after = candidate.before(2), candidate.after(2)
    if is_word(before[-1:]) or is_word(after[:1]):
        return False
    tied_before = len(before) == 2 and before[1] in links and is_word(before[0])
    tied_after = len(after) == 2 and after[0] in links and is_word(after[1])
    return not tied_before and not tied_after


def word_before(candidate: Candidate, words: tuple[str, ...], window: int = 16) -> bool:
    """Whether one of the words (lower case) stands shortly before the candidate, in the same line."""
    before = candidate.source[max(0, candidate.start - window) : candidate.start]
    line = before.rpartition("\n")[2].lower()
    return any(word in line for word in words)

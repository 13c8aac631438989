"""What may stand around a candidate."""

from __future__ import annotations

from spanwise.processors.pii.rules import Candidate

__all__ = ["apart", "emphasised", "ends", "is_word", "unlinked", "word_before"]


_WORD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")


def is_word(character: str) -> bool:
    """Whether a character continues an ASCII word or number; the edge of the text does not."""
    return character in _WORD


def apart(candidate: Candidate) -> bool:
    """The candidate is not part of a longer ASCII word or number."""
    before, after = _sides(candidate)
    return not is_word(before[-1:]) and not is_word(after[:1])


def ends(candidate: Candidate) -> bool:
    """No ASCII word or number goes on behind the candidate."""
    return not is_word(_sides(candidate)[1][:1])


def emphasised(candidate: Candidate) -> bool:
    """Whether underscores stand on both sides, as Markdown has it, rather than within a name."""
    before, after = candidate.before(6), candidate.after(6)
    if not before.endswith("_") or "_" not in (after[:1], candidate.value[-1:]):
        return False
    return not is_word(before.rstrip("_")[-1:]) and not is_word(after.lstrip("_")[:1])


def unlinked(candidate: Candidate, links: str = ".-/#") -> bool:
    """Apart, and no `links` character ties the candidate to another word or number, as in `1.2.345` or `SKU-345`."""
    before, after = _sides(candidate)
    if is_word(before[-1:]) or is_word(after[:1]):
        return False
    tied_before = len(before) == 2 and before[1] in links and is_word(before[0])
    tied_after = len(after) == 2 and after[0] in links and is_word(after[1])
    return not tied_before and not tied_after


def _sides(candidate: Candidate) -> tuple[str, str]:
    """Two characters on each side of the candidate and of the underscores that emphasise it."""
    if candidate.previous == "_" and emphasised(candidate):
        return candidate.before(6).rstrip("_")[-2:], candidate.after(6).lstrip("_")[:2]
    return candidate.before(2), candidate.after(2)


def word_before(candidate: Candidate, words: tuple[str, ...], window: int = 16) -> bool:
    """Whether one of the words (lower case) stands shortly before the candidate, in the same line."""
    before = candidate.source[max(0, candidate.start - window) : candidate.start]
    line = before.rpartition("\n")[2].lower()
    return any(word in line for word in words)

"""Payment cards: issuer ranges and lengths of ISO/IEC 7812, Luhn's check, the groupings cards are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spanwise.processors.pii.checksums import luhn
from spanwise.processors.pii.rules import Candidate, Rule
from spanwise.processors.pii.surroundings import unlinked, word_before

__all__ = ["RULES"]

_ISSUERS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (400000, 499999, frozenset({13, 16, 19})),  # Visa
    (222100, 272099, frozenset({16})),  # Mastercard
    (510000, 559999, frozenset({16})),  # Mastercard
    (340000, 349999, frozenset({15})),  # American Express
    (370000, 379999, frozenset({15})),  # American Express
    (300000, 305999, frozenset({14, 16, 19})),  # Diners Club
    (309500, 309599, frozenset({14, 16, 19})),  # Diners Club
    (360000, 369999, frozenset({14, 16, 19})),  # Diners Club
    (380000, 399999, frozenset({14, 16, 19})),  # Diners Club
    (352800, 358999, frozenset({16, 17, 18, 19})),  # JCB
    (213100, 213199, frozenset({15})),  # JCB
    (180000, 180099, frozenset({15})),  # JCB
    (601100, 601199, frozenset({16, 17, 18, 19})),  # Discover
    (644000, 659999, frozenset({16, 17, 18, 19})),  # Discover, RuPay, Elo
    (620000, 629999, frozenset({16, 17, 18, 19})),  # UnionPay
    (810000, 817199, frozenset({16, 17, 18, 19})),  # UnionPay
    (500000, 509999, frozenset(range(12, 20))),  # Maestro, Elo, Verve
    (560000, 589999, frozenset(range(12, 20))),  # Maestro
    (600000, 600999, frozenset(range(16, 20))),  # RuPay, Hipercard
    (601200, 601999, frozenset(range(12, 20))),  # Maestro
    (630000, 639999, frozenset(range(12, 20))),  # Maestro
    (670000, 699999, frozenset(range(12, 20))),  # Maestro
    (220000, 220499, frozenset({16, 17, 18, 19})),  # Mir
    (979200, 979299, frozenset({16})),  # Troy
)
_COMMON_LENGTHS = frozenset({14, 15, 16})
_GROUPINGS = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 5), (4, 3, 3, 3), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3)}
    | {(4, 4, 4), (4, 4, 4, 1), (4, 4, 4, 2), (4, 4, 4, 3), (6, 10), (6, 13), (8, 8), (4, 4, 4, 1, 2)}
    | {(4, 4, 4, 2, 1), (5, 5, 5), (5, 5, 6)}
)
_CARD_WORDS = (
    "card",
    "visa",
    "master",
    "amex",
    "maestro",
    "charge",
    "paid",
    "payment",
    "debit",
    "credit",
    "kart",
    "cart",
    "tarjeta",
    "pan ",
    "cc ",
    "cc:",
    "卡",
)
_OTHER_NUMBERS = ("imei", "isbn", "ean", "gtin", "upc", "asin", "order", "tracking", "invoice", "trace", "timestamp")
_BEGINNINGS = frozenset(groups[:length] for groups in (*_GROUPINGS, (1,)) for length in range(1, len(groups) + 1))
_GROUP = re.compile(r"\d+")


def _cards(candidate: Candidate) -> Iterator[Candidate]:
    """Each run of digit groups that a card may be written in; longest first from each group."""
    groups = [(m.start() + candidate.start, m.end() + candidate.start) for m in _GROUP.finditer(candidate.value)]
    spaced = False
    for first, (start, end) in enumerate(groups):
        if end - start >= 12:
            if end - start <= 19:
                yield candidate.part(start, end)
        elif (end - start,) in _BEGINNINGS and not (spaced and end - start == 1):
            for last in reversed(_ends(groups[first : first + 19])):
                yield candidate.part(start, last)
        spaced = end - start == 1


def _ends(groups: list[tuple[int, int]]) -> list[int]:
    """Where a card in groups of digits may end: groups as cards have them, or of single digits."""
    lengths: tuple[int, ...] = ()
    total = 0
    ends: list[int] = []
    for start, end in groups:
        lengths += (end - start,)
        total += end - start
        if total > 19 or not (lengths in _BEGINNINGS or total == len(lengths)):
            break
        if total >= 12 and (lengths in _GROUPINGS or total == len(lengths)):
            ends.append(end)
    return ends


def _is_card(candidate: Candidate) -> bool:
    digits = candidate.digits
    if not luhn(digits) or len(set(digits)) == 1 or not unlinked(candidate, ".-"):
        return False
    if word_before(candidate, _OTHER_NUMBERS):
        return False
    telling = _issued(digits) and (len(digits) in _COMMON_LENGTHS or len(candidate.value) > len(digits))
    return telling or word_before(candidate, _CARD_WORDS, 40)


def _issued(digits: str) -> bool:
    prefix, length = int(digits[:6]), len(digits)
    return any(first <= prefix <= last and length in lengths for first, last, lengths in _ISSUERS)


RULES = (
    Rule(
        name="card",
        type="CREDIT_CARD",
        pattern=r"\d(?:[ \-.\n]{0,2}\d){11,}",
        narrow=_cards,
        validate=_is_card,
        trigger=r"(?:\d[ \-.\n]{0,2}){12}",
        score=0.95,
    ),
)

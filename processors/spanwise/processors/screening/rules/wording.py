"""How a language words an attack: verb, qualifier, object, and the order they come in."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Wording"]


class Wording(NamedTuple):
    """How a language says one attack: alternatives for verb, qualifier and object, and the order they come in."""

    language: str
    verb: str
    qualifier: str
    object: str
    example: str
    counterexample: str
    verb_last: bool = False

    @property
    def pattern(self) -> str:
        verb, qualifier, noun = (rf"(?:{part})" for part in (self.verb, self.qualifier, self.object))
        words = rf"(?:{qualifier}~{noun}|{noun}~{qualifier})"
        return rf"{words}~{verb}" if self.verb_last else rf"{verb}~{words}"

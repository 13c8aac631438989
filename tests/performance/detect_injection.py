"""Adapter for a labelled set of prompts and documents: one score per text, told where the text stands."""

from spanwise.processors.screening import THRESHOLD as THRESHOLD
from spanwise.processors.screening import Place, screen


def score(text: str, place: Place = "user") -> float:
    return screen(text, place).score

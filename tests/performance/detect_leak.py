"""Adapter for a labelled set of completions that do or do not give their system prompt away."""

from spanwise.processors.screening import LEAK_THRESHOLD as LEAK_THRESHOLD
from spanwise.processors.screening import leak as leak

"""The trained tier: hashed word sequences, two linear scores per sentence, numpy only."""

from __future__ import annotations

from spanwise.processors.screening.model.classifier import Classifier, blocks, default_classifier
from spanwise.processors.screening.model.features import Features

__all__ = ["Classifier", "Features", "blocks", "default_classifier"]

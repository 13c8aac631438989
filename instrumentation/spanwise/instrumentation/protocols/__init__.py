"""Wire protocols: pure functions that turn one HTTP exchange with a provider into one `Inference`.

A protocol never sees a span, never knows synchronous from asynchronous, and never raises because of what the wire
holds. Adding a format is adding a module to `formats`; adding an OpenAI-compatible server is adding its host to
`providers`.
"""

from __future__ import annotations

from spanwise.instrumentation.protocols.claims import Claim, claim
from spanwise.instrumentation.protocols.providers import set_providers

__all__ = ["Claim", "claim", "set_providers"]

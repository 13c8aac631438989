"""`python -m shop`: one day of customers, then a short summary."""

import os
import sys

from shop.day import run

_NEEDED = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY")

if __name__ == "__main__":
    if missing := [name for name in _NEEDED if not os.environ.get(name)]:
        sys.exit(f"not set: {', '.join(missing)}. This day is meant for a local provider: python -m provider --help")
    print(run())

"""`python -m spanwise.distro` is the `spanwise` command."""

from __future__ import annotations

import sys

from spanwise.distro.cli import main

if __name__ == "__main__":
    sys.exit(main())

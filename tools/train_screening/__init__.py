"""Training of the screening model; not part of the package."""

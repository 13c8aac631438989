"""One module per kind of data; each holds `RULES`. A new module is found by itself."""

"""The checks of `spanwise doctor`, one module per topic; each is a function from a `Setup` to findings."""

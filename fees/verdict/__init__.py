"""Whether a charge keeps to the catalogue: a pure engine, and how it is asked."""

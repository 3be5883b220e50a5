"""Look-ups: what applies to a subject today, asked by a department for a purpose, and who asked."""

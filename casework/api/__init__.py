"""What every API of the project shares: errors, strict input, pages, throttles, the schema. A plain package, no app."""

"""Development data: real entries of published lists, excerpts as they were found, through the real services."""

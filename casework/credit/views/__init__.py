"""Public pages about credit records: everybody's, and the subject's own."""

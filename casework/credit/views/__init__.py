"""The pages of credit records: what everybody reads, and the subject's own."""

"""Uploads that go on after the line broke: the server's side of tus 1.0 (core, creation, termination)."""

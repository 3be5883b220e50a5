"""More time for handling: asked by a caseworker, decided by the head (Decree 802 art. 25(2))."""

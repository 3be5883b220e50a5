"""Catalogues of enterprise fees: lists, their versions, and what stands in them."""

"""Packages of records for outside platforms: in sequence, chained by digests, acknowledged, sent again when need be."""

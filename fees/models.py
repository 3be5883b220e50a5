"""The app's tables, so that Django finds them."""

from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion, Subscription, VersionCheck

__all__ = ["CatalogueEntry", "CatalogueList", "CatalogueVersion", "Subscription", "VersionCheck"]

"""What the product is called: the one place that every page, mail and document of the site takes its name from."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# It handles complaints about unpaid invoices, reports of unlawful fees, and the credit records of both.
PRODUCT_NAME = _("Enterprise Payments and Fees")
# For machines, which read English: the API's description.
PRODUCT_NAME_EN = "Enterprise Payments and Fees"

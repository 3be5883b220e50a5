"""The rows of the public site: filings in the making."""

from casework.portal.drafts.models import Draft as Draft
from casework.portal.tus.models import PartialUpload as PartialUpload

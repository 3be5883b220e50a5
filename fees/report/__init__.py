"""The report of an unlawful fee: its flow, intake, verification, finding and answer."""

"""What keeps machines from flooding the public forms, without a third party and without ever losing a filing."""

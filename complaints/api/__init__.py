"""The API of arrears complaints, version 1."""

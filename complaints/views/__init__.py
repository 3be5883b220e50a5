"""The portal's views, by journey."""

"""Help and statements of the public site; what is law in them is versioned data, what is counted is counted live."""

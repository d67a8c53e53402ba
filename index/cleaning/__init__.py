"""From a page's bytes to its article: decode, cut into blocks, keep what is content."""

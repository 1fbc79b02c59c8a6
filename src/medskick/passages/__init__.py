"""Reports cut into passages, with what is known marked in them and rows proposed for a curator to word."""

"""Search over all names and texts: what can be found, how words are met, the index, its hits for a reader."""

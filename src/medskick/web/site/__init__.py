"""Pages for readers: each in one language, each an address that can be shared, the same on a server and as files."""

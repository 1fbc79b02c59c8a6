"""Habits of the protocol: headers, negotiation, problems, connections, the access log."""

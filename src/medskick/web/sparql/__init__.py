"""The SPARQL endpoint: the protocol, what a query may do and take, and the worker processes that answer."""

"""What readers say is wrong or missing: kept in a box outside the store, shown only when a curator has accepted it."""

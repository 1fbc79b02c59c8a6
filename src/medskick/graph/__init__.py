"""From table to checked, stored graph: dates, faults, tables, build, rules, check, store, reason."""

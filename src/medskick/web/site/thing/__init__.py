"""The parts of a thing's page: what it is, where it stands among phases, what it hangs together with, the record."""

"""Pictures of time and number: timelines, matrices, bars, each with the table of the same."""

"""What a resource of the graph is: its name, kind, dataset and time, and which one a reader means."""

"""Charts and pictures: what they show, their layout, and how they are drawn."""

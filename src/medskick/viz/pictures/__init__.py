"""Pictures of networks: what is in them, where it is placed, and the SVG, page or file that shows it."""

"""A SPARQL endpoint in place of the store on disk: asked, filled, and what it says of itself."""

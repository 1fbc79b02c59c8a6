"""What is seen: a view's things and relations, where they stand, and the page that shows them."""

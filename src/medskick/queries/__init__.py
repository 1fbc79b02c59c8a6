"""What is asked: the catalogue of questions and views, running one, and its answer in every form."""

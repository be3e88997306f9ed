"""Training of the models that the qa room ships with; nothing here is imported when a question is answered."""

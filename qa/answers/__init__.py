"""Ranked sentences → the text of an answer by kind of question, what is bold in it, and its citations."""

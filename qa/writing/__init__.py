"""Written answers: a language model drafts, and every sentence is checked against the articles before it is shown."""

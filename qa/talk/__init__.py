"""Follow-ups: what a question leaves out is taken from what was said before."""

"""Training of what ships in qa/model. Never imported at run time."""

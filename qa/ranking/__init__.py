"""Question → the sentences of the archive that may answer it, best first, and how likely one does."""

"""Questions for yes or no, decided by a sentence or left open."""

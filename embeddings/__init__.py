"""ROOM 1: raw pages → articles → chunks → vectors and words → an index on disk. Knows nothing about questions."""

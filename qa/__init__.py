"""ROOM 2: question → passages → cited answer, or a refusal. Knows nothing about browsers and command lines."""

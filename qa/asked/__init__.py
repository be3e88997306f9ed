"""What a question asks: typed text → `Question`, alone or as several, with its conditions and the issues it means."""

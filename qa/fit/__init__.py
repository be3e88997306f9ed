"""Does a sentence speak of what is asked, or of another thing, place, office, phase or measure? And why not."""

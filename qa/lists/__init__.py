"""Questions about *all* of something, over the whole store: lists, counts, largest ones, sums."""

"""Words and their forms, before anybody asks anything: cutting, rarity, nearness, look-alikes, numbers, days, names."""

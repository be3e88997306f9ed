"""How good answers are: files of questions, made and asked; rates, differences and what they may owe to chance."""

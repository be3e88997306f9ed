"""The reader: given a question and passages, the words that answer, or none."""

from qa.reader.reader import Reader, Reading

__all__ = ["Reader", "Reading"]

"""Public benchmarks, in the file formats that their authors publish, as a corpus folder and a file of questions.

In: a file that the user downloaded; nothing of it ships with this project. Out: `OUT/corpus/*.jsonl` for `wenbao build`
and `OUT/questions.jsonl` for `wenbao evaluate`. Knows nothing about indexes and answers.
"""

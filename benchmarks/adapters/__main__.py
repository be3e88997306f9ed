"""`python -m benchmarks.adapters rgb zh.json OUT`: convert a benchmark and say what to run next."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks.adapters.folder import FormatError, write

ADAPTERS = {
    "rgb": "RGB (zh.json, zh_int.json, zh_fact.json)",
    "rgb_noise": "RGB with the answering passages left out: every question should be refused",
    "crud_rag": "CRUD-RAG (split_merged.json)",
    "cmrc": "CMRC 2018 (cmrc2018_train.json, _dev, _trial)",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adapters", description=__doc__)
    named = "; ".join(f"{name}: {what}" for name, what in ADAPTERS.items())
    parser.add_argument("name", choices=ADAPTERS, help=named)
    parser.add_argument("file", type=Path, help="the file as it was downloaded")
    parser.add_argument("out", type=Path, help="an empty folder, made if it is not there")
    asked = parser.parse_args()
    try:
        adapter = importlib.import_module(f"benchmarks.adapters.{asked.name.removesuffix('_noise')}")
        convert = adapter.convert_noise if asked.name.endswith("_noise") else adapter.convert
        records, questions = write(asked.out, convert(asked.file), asked.name)
    except FormatError as error:
        sys.exit(str(error))
    print(f"{records} articles, {questions} questions; now run:")
    print(f"  wenbao build {asked.out / 'corpus'} --index {asked.out / 'index'}")
    print(f"  wenbao evaluate {asked.out / 'questions.jsonl'} --index {asked.out / 'index'}")


if __name__ == "__main__":
    main()

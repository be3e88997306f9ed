"""How common words are in Chinese news → qa/model/frequencies.tsv: a background for the rarity of a question's words.

In: `time<TAB>text` news. Out: one word a line with the share of articles that hold it, in parts per million. A small
archive cannot tell by itself which words are common: in five pages, every word is rare.

    python -m qa.train.frequencies ../shared/news/news.tsv.xz
"""

from __future__ import annotations

import argparse
import lzma
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from embeddings.words import words

TARGET = Path(__file__).parents[1] / "model" / "frequencies.tsv"
_RARE = 300  # parts per million below which a word is left out: whoever looks it up takes it for this rare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("news", type=Path)
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    total = 0
    with lzma.open(arguments.news, "rt", encoding="utf-8") as lines:
        for line in tqdm(lines, unit=" articles"):
            counts.update(set(words(line.partition("\t")[2])))
            total += 1
    rows = [(word, round(1e6 * count / total)) for word, count in counts.most_common()]
    text = "".join(f"{word}\t{share}\n" for word, share in rows if share >= _RARE)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Glyphs → qa/model/lookalikes.safetensors: which characters a page reader (OCR) or a typist takes for one another.

In: CJK fonts (Debian: fonts-noto-cjk). Out: for each character of simplified script, up to `MOST` characters that look
like it and are more common: a slip goes from the rare to the common, and the pair need only be kept once. Two
characters look alike as far as their halves do, left and right or top and bottom, each moved by a pixel at will.
Knows nothing about words.

    python -m qa.train.lookalikes
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rjieba
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from safetensors.numpy import save_file
from tqdm import tqdm

from embeddings.words import normalise
from qa.language.lookalikes import MODEL
from qa.language.rarity import background

FONTS = [Path("/usr/share/fonts/opentype/noto") / f"Noto{style}CJK-Regular.ttc" for style in ("Sans", "Serif")]
_SIMPLIFIED = 2  # place of the simplified face within Noto's collections
_DRAWN, _SEEN = 64, 32  # pixels a side, as drawn and as compared
_BLURS = (1.0, 2.0)  # pixels of the smaller picture: strokes, and what is left of them in bad print
_HALVES = (  # (first half, second half, share of the first); they overlap, as 氵 and 彳 differ in width
    ((slice(None), slice(0, 14)), (slice(None), slice(12, 32)), 0.42),
    ((slice(0, 15), slice(None)), (slice(15, 32), slice(None)), 0.45),
)
MOST, LEAST = 8, 0.84  # look-alikes kept of a character, and how alike they must be (-1 to 1)
Floats = npt.NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fonts", type=Path, nargs="+", default=FONTS)
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    export(table(*characters(), arguments.fonts), arguments.out)


def characters() -> tuple[list[str], int]:
    """The characters of simplified script that the word cutter knows, the most common in the news first.

    The second value is how many of them the words of the news hold: only those are taken for others.
    """
    uses: Counter[str] = Counter()
    for word, share in background().items():
        uses.update(dict.fromkeys(word, share))
    every = (chr(code) for code in range(0x4E00, 0xA000))
    known = [char for char in every if rjieba.has_word(char) and normalise(char) == char]
    return sorted(known, key=lambda char: -uses[char]), sum(char in uses for char in known)


def table(chars: list[str], common: int, fonts: list[Path]) -> dict[str, str]:
    """Character → more common look-alikes, the most alike first; `chars` begin with the most common ones."""
    alike = np.mean(
        [likeness(pictures(chars, font, blur)) for font in fonts for blur in tqdm(_BLURS, font.name)], axis=0
    )
    found = {}
    for at, char in enumerate(chars):
        row = alike[at, : min(at, common)]
        best = np.argsort(-row)[:MOST]
        found[char] = "".join(chars[other] for other in best if row[other] >= LEAST)
    return {char: others for char, others in found.items() if others}


def pictures(chars: list[str], font: Path, blur: float) -> Floats:
    """(characters, 32, 32): each one drawn, blurred and made small."""
    face = ImageFont.truetype(str(font), 58, index=_SIMPLIFIED)
    drawn = []
    for char in chars:
        sheet = Image.new("L", (_DRAWN, _DRAWN))
        ImageDraw.Draw(sheet).text((_DRAWN // 2, _DRAWN // 2), char, fill=255, font=face, anchor="mm")
        soft = sheet.filter(ImageFilter.GaussianBlur(blur * _DRAWN / _SEEN))
        drawn.append(np.asarray(soft.resize((_SEEN, _SEEN), Image.Resampling.BOX), dtype=np.float32))
    return np.array(drawn)


def likeness(seen: Floats) -> Floats:
    """(n, 32, 32) pictures → (n, n) cosines of their halves, for the better way to halve them."""
    ways = [
        share * _moved(seen, first) + (1 - share) * _moved(seen, second) for first, second, share in _HALVES
    ]  # 王 and 玉 have no halves: whichever way, they stay alike
    return np.maximum(*ways)


def _moved(seen: Floats, half: tuple[slice, slice]) -> Floats:
    """(n, n) cosines of one half of the pictures, the better one moved by up to a pixel."""
    fixed, best = _unit(seen[:, *half]), np.full((len(seen), len(seen)), -1, dtype=np.float32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            np.maximum(best, fixed @ _unit(np.roll(seen, (down, right), (1, 2))[:, *half]).T, out=best)
    return np.maximum(best, best.T)


def _unit(pictures: Floats) -> Floats:
    rows = pictures.reshape(len(pictures), -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    unit: Floats = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6)
    return unit


def export(found: dict[str, str], out: Path) -> None:
    """Code points in 16 bits: `characters` (n,), how many look-alikes each has (n,), and these one after another."""
    save_file(
        {
            "characters": np.array([ord(char) for char in found], dtype=np.uint16),
            "counts": np.array([len(others) for others in found.values()], dtype=np.uint8),
            "lookalikes": np.array([ord(char) for others in found.values() for char in others], dtype=np.uint16),
        },
        out,
    )


if __name__ == "__main__":
    main()

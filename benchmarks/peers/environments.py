"""One virtual environment for each framework, made with pip and pinned.

In: a folder and the name of a framework. Out: the path of its Python. Wenbao runs in the environment that it is
installed in. Made once; a change of the pins makes it anew. Knows nothing about what runs in them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path("~/.cache/wenbao-benchmarks").expanduser()
_ENCODER = ("tokenizers==0.23.3", "safetensors==0.8.0")  # what the encoder needs, beside numpy
_FAISS = "faiss-cpu==1.15.1"
PINS = {
    "llamaindex": ("llama-index-core==0.14.25", "llama-index-vector-stores-faiss==0.7.0", _FAISS, *_ENCODER),
    "haystack": ("haystack-ai==3.4.0", "faiss-haystack==3.0.0", _FAISS, *_ENCODER),
    "txtai": ("txtai==9.14.0", "torch==2.13.0", _FAISS, *_ENCODER),
    "langchain": ("langchain-classic==1.0.8", "langchain-community==0.4.2", "greenlet==3.5.6", _FAISS, *_ENCODER),
}


def python(name: str, folder: Path = FOLDER) -> Path:
    """The interpreter of a framework's environment, which is made where it is missing.

    Raises:
        subprocess.CalledProcessError: pip could not install; its own message is on stderr.
    """
    if name not in PINS:
        return Path(sys.executable)
    home, pins = folder / name, "\n".join(PINS[name])
    done = home / "pins.txt"  # written last: its presence means that the rest is complete
    if not (done.is_file() and done.read_text(encoding="utf-8") == pins):
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PINS[name]], check=True)
        done.write_text(pins, encoding="utf-8")
    return home / "bin" / "python"

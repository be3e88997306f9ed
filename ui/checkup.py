"""Can a question be answered here, with what, and what stands in the way?

In: how to read the settings. Out: a `Report` (ui/doctor.py). Nothing is fetched and nothing is changed; a broken config
or index is reported, not raised. At the end one question is really asked, of the reader, unless it is known already
that it cannot be answered. Knows nothing about how the report is shown.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings import generations
from embeddings import hub as cache
from embeddings.encoder import BUNDLED, identity
from embeddings.errors import ConfigError, ModelError, WenbaoError, first_line
from embeddings.hub import looks_like_path
from embeddings.store import Store
from qa.profiles import OFFLINE, kept
from qa.reader import MODEL as READER
from ui import local_models, machine
from ui.doctor import Report
from ui.models import ROLES, in_force, published
from ui.words import told

if TYPE_CHECKING:
    from qa.settings import AnswererSettings, Settings

QUESTION = "最近有什么消息？"
_PROCESS = 1.0  # GB that Python, torch and the index of a middling archive take
_SERVER_SECONDS = 3.0
_BUNDLED = {"encoder": BUNDLED, "reader": READER.parent}
_STAND_INS = {"reader": "bundled", "reranker": "", "answerer": "reader"}  # for what is not on this machine


def examine(settings_of: Callable[[], Settings], index: Path | None = None) -> Report:
    """Look at everything that a question needs; `index` wins over the index folder of the settings."""
    report = Report()
    _step(report, lambda: _look_at_packages(report))
    try:
        settings = settings_of()
    except ConfigError as error:
        report.add(f"设置读不了：{error.chinese}", "照它说的改 config.yaml", fatal=True)
        _step(report, lambda: _look_at_machine(report, None))
        return report
    settings = settings.model_copy(update={"index": index or settings.index})
    report.config = {"profile": settings.profile or OFFLINE[1], "kept": kept(settings)}
    for look in (_look_at_models, _look_at_machine, _look_at_index, _look_at_answerer, _look_around):
        _step(report, lambda look=look: look(report, settings))  # type: ignore[misc]
    if report.ready:
        _step(report, lambda: _ask(report, settings), fatal=True)
    return report


def _step(report: Report, look: Callable[[], None], fatal: bool = False) -> None:
    """One look; whatever it raises is a problem to report."""
    try:
        look()
    except WenbaoError as error:
        report.add(*_parts(error), fatal=fatal)
    except Exception as error:  # a doctor must not fall ill: whatever breaks here is what he is asked about
        report.add(
            f"没能查完：{type(error).__name__}（{first_line(error)}）", "重装依赖：pip install -e .", fatal=fatal
        )


def _parts(error: WenbaoError) -> tuple[str, str]:
    """What is wrong, and the remedy, which an error names last."""
    what, _, remedy = told(error).rpartition("；")
    return (what, remedy) if what else (remedy, "照这句话说的做")


def _look_at_packages(report: Report) -> None:
    report.packages, faults = machine.packages()
    if faults:
        report.add(f"没有装好：{'、'.join(faults)}", "pip install -e .")


def _look_at_models(report: Report, settings: Settings) -> None:
    """The models that are loaded into this process: whether they are here, and in order.

    What asking does without one: a folder that is missing or damaged is an error; where a model of the hub is not here,
    the bundled reader reads, the passages keep their order, and the reader answers; only the encoder must be there.
    """
    for section, model in in_force(settings).items():
        folder = _BUNDLED[section] if model == "bundled" else cache.cached(model)
        gb = cache.size(folder) / 1e9 if folder else published(model)
        report.models.append(
            {"use": section, "model": model, "folder": str(folder) if folder else None, "gb": gb and round(gb, 3)}
        )
        report.uses[section] = model if folder else _STAND_INS.get(section, model)
        a_folder = looks_like_path(model)
        if folder is None:
            remedy = "把文件夹放好，或改 config.yaml" if a_folder else "wenbao models pull"
            needed = section == "encoder" or (a_folder and section != "answerer")
            report.add(f"{ROLES[section]}模型不在本机：{section}.model 里的 {model}", remedy, fatal=needed)
        elif model != "bundled":
            try:
                cache.check(folder)
            except ModelError as error:
                remedy = "重新拷贝文件夹，或改 config.yaml" if Path(model).is_dir() else f"wenbao models pull {model}"
                report.add(f"{ROLES[section]}模型打不开：{told(error)}", remedy, fatal=section != "answerer")

    file = Path(settings.answerer.model).expanduser()
    if settings.answerer.kind == "llama" and file.is_file():
        gb = round(file.stat().st_size / 1e9, 3)
        report.models.append({"use": "answerer", "model": settings.answerer.model, "folder": str(file), "gb": gb})


def _look_at_machine(report: Report, settings: Settings | None) -> None:
    total, free = machine.memory()
    gpu = machine.gpu()
    report.machine = {
        "cores": machine.cores(),
        "gpu": gpu[0] if gpu else None,
        "gpu_gb": round(gpu[1] / 1e9, 1) if gpu and gpu[1] else None,
        "memory_gb": total and round(total / 1e9, 1),
        "memory_free_gb": free and round(free / 1e9, 1),
        "cache": str(cache.cache_folder()),
        "cache_free_gb": round(machine.free_disk(cache.cache_folder()) / 1e9, 1),
    }
    if settings is None:
        return
    report.machine["index_free_gb"] = round(machine.free_disk(settings.index) / 1e9, 1)
    need = _need(report.models, settings)
    report.machine["memory_needed_gb"] = need
    room = (gpu[1] if gpu and gpu[1] else total) or 0
    if need and room and need > room / 1e9:
        report.add(
            f"内存不够：约需 {need} GB，这里有 {room / 1e9:.1f} GB",
            "换小一点的模型，例如四位量化的 GGUF（kind: llama）",
        )
    missing = sum(each["gb"] or 0 for each in report.models if not each["folder"])
    if missing > report.machine["cache_free_gb"]:
        report.add(f"磁盘不够：还要下载 {missing:.1f} GB", "腾出地方，或用 HF_HOME 换一个文件夹")


def _need(models: list[dict[str, Any]], settings: Settings) -> float | None:
    """GB of memory: this process, and the weights in the number format that they are loaded in; None if not known."""
    if any(each["gb"] is None for each in models):
        return None
    weights = sum(float(each["gb"]) * _growth(each["use"], settings) for each in models)
    return round(_PROCESS + weights, 1)


def _growth(section: str, settings: Settings) -> float:
    """Memory of weights as a share of their files, which for language models hold 16 bits a number."""
    if section != "answerer":
        return 1.0
    if settings.answerer.kind == "llama":
        return 1.3  # as quantised as the file, and what it reads and writes
    if settings.answerer.bits < 16:
        return settings.answerer.bits / 16 * 1.15  # what stays unquantised
    from qa.writing.transformers_model import chosen_device, chosen_dtype

    dtype = chosen_dtype(settings.answerer.dtype, chosen_device(settings.answerer.device))
    return 1.2 * float(dtype.itemsize) / 2  # a fifth for what it reads and writes


def _look_at_index(report: Report, settings: Settings) -> None:
    if settings.store.kind != "local":
        report.index = {"store": settings.store.kind}  # asking the question will show
        return
    try:
        folder = generations.live(settings.index)
        manifest = generations.verify(folder)
        with Store(folder / "store.sqlite") as store:
            report.index = {"generation": folder.name, **store.counts(), "built": manifest["built"]}
    except WenbaoError as error:
        none = "no index here" in str(error)
        said = f"还没有索引：{settings.index}" if none else f"索引坏了：{_parts(error)[0]}"
        report.add(said, "wenbao build" if none else "wenbao build --full", fatal=True)
        return
    built, wanted = manifest["encoder"]["name"], identity(settings.encoder.model, settings.encoder.passage_prompt)
    report.index |= {"encoder": built, "fits": built == wanted if wanted else None}
    if wanted and built != wanted:
        report.add(f"索引是用另一个编码模型建的：{built}，设置里的是 {wanted}", "wenbao build", fatal=True)


def _look_at_answerer(report: Report, settings: Settings) -> None:
    """Who will answer. The reader stands in for a language model that fails, so only wrong settings are fatal."""
    answerer = settings.answerer
    report.uses.setdefault("reranker", "")
    report.uses.setdefault("answerer", "reader")
    if answerer.kind in ("transformers", "llama") and answerer.model.strip():
        _look_at_writer(report, answerer)
        return
    if answerer.kind == "reader":
        return
    from qa.writing.model import open_model

    try:
        open_model(answerer).close()  # asks no server; says what is wrong with the settings
    except ConfigError as error:
        report.add(told(error), "改 config.yaml 的 answerer", fatal=True)
        return
    if fault := _server_fault(answerer):
        report.add(fault, "启动模型服务器，或改 answerer；在那之前由 reader 引用原句作答")
    else:
        report.uses["answerer"] = answerer.model


def _look_at_writer(report: Report, answerer: AnswererSettings) -> None:
    """A language model of this process: all that loading it needs, but not the weights themselves."""
    try:
        if answerer.kind == "llama":
            from qa.writing.llama_model import check_llama

            check_llama(answerer)
            report.uses["answerer"] = answerer.model
        elif report.uses["answerer"] != "reader":  # it is here
            from qa.writing.transformers_model import check_causal

            check_causal(answerer)
    except ModelError as error:
        report.uses["answerer"] = "reader"
        report.add(*_parts(error))


def _look_around(report: Report, settings: Settings) -> None:
    """Language models that are here and not used."""
    cores = machine.cores()
    report.local = [
        {"model": each.model, "gb": round(each.gb, 2), "config": each.config, "first": each.first_words(cores)}
        for each in local_models.local_models()
        if each.model != settings.answerer.model
    ]


def _server_fault(answerer: AnswererSettings) -> str:
    """What is wrong with the model server; "" where it answers and knows the model."""
    import httpx

    address = f"{answerer.url.rstrip('/')}/models"
    key = os.environ.get(answerer.key_env, "") if answerer.key_env else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    here = httpx.URL(address).host in ("localhost", "127.0.0.1", "::1")
    try:
        with httpx.Client(timeout=_SERVER_SECONDS, trust_env=not here) as client:
            reply = client.get(address, headers=headers)
        names = [str(each["id"]) for each in reply.raise_for_status().json()["data"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return f"模型服务器 {answerer.url} 没有回应（{first_line(error)}）"
    return "" if answerer.model in names else f"模型服务器没有 {answerer.model}，有的是：{'、'.join(names[:5])}"


def _ask(report: Report, settings: Settings) -> None:
    """Ask one question of the reader, with what is used of the settings: nothing is fetched from the hub for it."""
    from qa import Answerer
    from qa.settings import AnswererSettings, ReaderSettings, RerankerSettings

    here = {each["use"] for each in report.models if each["folder"]}
    used: dict[str, Any] = {"answerer": AnswererSettings()}
    used |= {} if "reader" in here else {"reader": ReaderSettings()}
    used |= {} if "reranker" in here else {"reranker": RerankerSettings()}
    answerer = Answerer.open(settings.model_copy(update=used))
    started = time.perf_counter()
    answerer.answer(QUESTION)
    report.seconds = round(time.perf_counter() - started, 3)

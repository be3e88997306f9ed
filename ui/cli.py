"""The program `wenbao`: words typed in a terminal in, lines or one JSON document out, an exit code.

An error is one line on standard error that says what, where and the remedy, and exit code 1. Whatever is heavy is
imported by the command that needs it, so that `wenbao --help` is quick.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from embeddings.errors import BrokenIndexError, WenbaoError
from ui.plain import escaped_json, one_line
from ui.words import Told, help_for, told

if TYPE_CHECKING:
    from qa import Answerer
    from qa.settings import Settings


def settings_of(config: Path | None) -> Settings:
    """The settings of a config file; of ./config.yaml where none is named; the defaults where there is none."""
    from qa.settings import Settings

    config = config or (Path("config.yaml") if Path("config.yaml").exists() else None)
    return Settings.load(config) if config else Settings().anchored(Path.cwd())


def with_options(settings: Settings, host: str, auth: str, password: str) -> Settings:
    """The settings with what the command line or the environment says instead, "" where it says nothing.

    Raises:
        Told: `auth` is not "name:password".
    """
    from pydantic import SecretStr

    if auth and not all(auth.partition(":")):
        raise Told("--auth 要写成 名字:口令，例如 --auth reader:芝麻开门（或写在 WENBAO_AUTH 里）")
    chat: dict[str, Any] = {"host": host} if host else {}
    chat |= {"auth": SecretStr(auth)} if auth else {}
    admin = {"password": SecretStr(password)} if password else {}
    sections = {"chat": settings.chat.model_copy(update=chat), "admin": settings.admin.model_copy(update=admin)}
    return settings.model_copy(update=sections)


def open_answerer(settings: Settings, index: Path | None) -> Answerer:
    """The answerer over an index folder (the settings' where none is named)."""
    from qa import Answerer

    return Answerer.open(config=settings, index=index)


def _asked(words: Sequence[str], config: Path | None) -> tuple[Settings, str]:
    from ui.conversation import question_of

    settings = settings_of(config)
    return settings, question_of(" ".join(words), settings.answer.longest_question)


def run_build(settings: Settings, corpus: Path, index: Path, *, full: bool = False) -> Any:
    """Build with progress bars; returns the `Receipt`."""
    from ui.building import build_index
    from ui.terminal import Bars

    with Bars() as bars:
        return build_index(settings.model_copy(update={"corpus": corpus, "index": index}), full=full, progress=bars)


INTERRUPTED = 130
OF_MODELS = ("torch", "transformers", "sentence_transformers", "accelerate")  # what the extra `models` brings
_SETTLED = 1_600  # milliseconds without a change before a watched folder is read again
_EXTRA = re.compile(r"unexpected extra argument.*? \((.*)\)$")


def usage_fault(error: typer.TyperException) -> str:
    """'wenbao ask 没有 --nope 这个选项；用法见 wenbao ask --help': the remedy is the help of the command meant."""
    context, param = getattr(error, "ctx", None), getattr(error, "param", None)
    command, said = context.command_path if context else "wenbao", str(error.format_message())
    name = ""
    if param:  # an option as it is written, an argument as the help shows it
        name = param.opts[0] if param.param_type_name == "option" else str(param.metavar or param.name).strip("[]")
    match type(error).__name__:
        case "NoSuchOption":
            near = sorted(getattr(error, "possibilities", None) or ())
            meant = f"（是不是 {near[0]}？）" if near else ""
            what = f"没有 {getattr(error, 'option_name', said)} 这个选项{meant}"
        case "MissingParameter":
            what = f"缺少“{name}”"
        case "BadParameter" if name:
            what = f"的 {name} {_unfit(error) or f'写得不对（{said}）'}"
        case "BadOptionUsage":
            what = f"的 {getattr(error, 'option_name', '')} 后面要有一个值"
        case _:
            extra = _EXTRA.search(said)
            what = f"多出了“{extra[1]}”" if extra else f"写得不对（{said}）"
    return one_line(f"{command} {what}；用法见 {command} --help")


def _unfit(error: typer.TyperException) -> str:
    """Why a value does not do, from what pydantic said of it: '不能小于 1，写的是 0'; "" where it said nothing."""
    from pydantic import ValidationError

    from qa.settings import unfit

    return unfit(error.__cause__.errors()[0]) if isinstance(error.__cause__, ValidationError) else ""


def _option(*names: str, **more: Any) -> Any:
    return typer.Option(*names, help=help_for(names[0]), **more)


app = typer.Typer(
    help=help_for("wenbao"),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Config = Annotated[Path | None, _option("--config")]
Index = Annotated[Path | None, _option("--index")]
Json = Annotated[bool, _option("--json")]
Words = Annotated[list[str], typer.Argument(metavar="问题", show_default=False)]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        _say(f"wenbao {version('wenbao')}")
        raise typer.Exit


@app.callback()
def wenbao(
    version: Annotated[bool, _option("--version", "-V", is_eager=True, callback=_version)] = False,
) -> None: ...


@app.command(help=help_for("build"))
def build(
    folder: Annotated[Path | None, typer.Argument(metavar="[文件夹]", show_default=False)] = None,
    index: Index = None,
    config: Config = None,
    full: Annotated[bool, _option("--full")] = False,
    rollback: Annotated[bool, _option("--rollback")] = False,
    keep: Annotated[int | None, _option("--keep", min=1)] = None,
    watch: Annotated[bool, _option("--watch")] = False,
    dry_run: Annotated[bool, _option("--dry-run")] = False,
    as_json: Json = False,
) -> None:
    from ui.terminal import receipt_lines, split_lines

    settings = settings_of(config)
    if dry_run:
        from embeddings.inputs import scan

        for path, content in scan(folder or settings.corpus, settings.fields):
            _say(split_lines(path.name, content))
        return
    if rollback:
        from embeddings.stores import rollback as roll_back

        name = roll_back(index or settings.index, settings.store)
        _say({"generation": name} if as_json else f"已退回第 {name} 代")
        return
    settings = settings.model_copy(update={"keep": keep or settings.keep})
    corpus, target = folder or settings.corpus, index or settings.index

    def once(full: bool) -> None:
        receipt = run_build(settings, corpus, target, full=full)
        _say(receipt.as_dict() if as_json else receipt_lines(receipt, str(target)))

    once(full)
    if watch:
        from watchfiles import watch as changes

        for _ in changes(corpus, debounce=_SETTLED, raise_interrupt=True):
            try:
                once(False)
            except WenbaoError as error:  # the next change may mend it
                typer.echo(f"错误：{told(error)}", err=True)


@app.command(help=help_for("inspect"))
def inspect(file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)], config: Config = None) -> None:
    from embeddings.inputs import read_file
    from ui.terminal import split_lines

    _say(split_lines(file.name, read_file(file, fields=settings_of(config).fields)))


@app.command(help=help_for("ask"))
def ask(words: Words, index: Index = None, config: Config = None, as_json: Json = False) -> None:
    from ui.terminal import answer_lines

    settings, question = _asked(words, config)
    answer = open_answerer(settings, index).answer(question)
    _say(answer.as_dict() if as_json else answer_lines(answer, question, bold=sys.stdout.isatty()))


@app.command(help=help_for("search"))
def search(
    words: Words,
    k: Annotated[int, _option("-k", min=1, max=200)] = 10,
    index: Index = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    from ui.terminal import passage_dict, passage_lines

    settings, question = _asked(words, config)
    passages = open_answerer(settings, index).search(question, k=k)
    _say([passage_dict(passage) for passage in passages] if as_json else passage_lines(passages))


@app.command(help=help_for("chat"))
def chat(
    host: Annotated[str | None, _option("--host")] = None,
    port: Annotated[int | None, _option("--port", min=1, max=65535)] = None,
    auth: Annotated[str, _option("--auth", envvar="WENBAO_AUTH", metavar="名字:口令")] = "",
    index: Index = None,
    config: Config = None,
) -> None:
    from ui.serve import listen, server_of, stay_offline

    settings = with_options(settings_of(config), host or "", auth, os.environ.get("WENBAO_ADMIN_PASSWORD", ""))
    folder = index or settings.index
    with listen(settings.chat.host, port or settings.chat.port) as listener:  # before anything slow
        if settings.store.kind == "local" and not (folder.is_dir() and any(folder.iterdir())):
            from ui.terminal import receipt_lines

            _say(receipt_lines(run_build(settings, settings.corpus, folder), str(folder)))
        stay_offline()
        from ui.chat import build_page
        from ui.conversation import watched

        answerer = watched(open_answerer(settings, folder))

        server = server_of(build_page(answerer), lambda address: _say(f"问报已开：{address}"), answerer)
        server.run(sockets=[listener])


@app.command(help=help_for("evaluate"))
def evaluate(
    questions: Annotated[Path, typer.Argument(metavar="题目.jsonl", show_default=False)],
    index: Index = None,
    config: Config = None,
    as_json: Json = False,
    compare: Annotated[Path | None, _option("--compare")] = None,
    limit: Annotated[int | None, _option("--limit", min=1)] = None,
    unanswerable: Annotated[bool, _option("--unanswerable")] = False,
    curve: Annotated[Path | None, _option("--curve")] = None,
) -> None:
    from ui import scores

    answerer = open_answerer(settings_of(config), index)
    report = scores.run(answerer, questions, limit, unanswerable)
    comparison = scores.contrast(report, compare)
    if curve:
        scores.write_curve(report, curve)
    _say(scores.as_dict(report, comparison) if as_json else scores.lines(report, comparison))


@app.command(help=help_for("feedback"))
def feedback(
    action: Annotated[str, typer.Argument(metavar="export")] = "export", index: Index = None, config: Config = None
) -> None:
    from ui.feedback import FILE, Feedback

    if action != "export":
        raise Told(f"wenbao feedback 没有“{action}”；请写 wenbao feedback export")
    settings = settings_of(config)
    for row in Feedback((index or settings.index).parent / FILE).rows():
        _say(escaped_json(json.dumps(row, ensure_ascii=False)))


@app.command(help=help_for("models"))
def models(
    action: Annotated[str, typer.Argument(metavar="[pull]", show_default=False)] = "",
    name: Annotated[str, typer.Argument(metavar="[profile 或模型]", show_default=False)] = "",
    config: Config = None,
    as_json: Json = False,
) -> None:
    from ui import models

    if action not in ("", "pull"):
        raise Told(f"wenbao models 没有“{action}”；请写 wenbao models，或 wenbao models pull 名字")
    settings = settings_of(config)
    if action:
        fetched = models.fetch(name, settings, (lambda line: None) if as_json else _say)
        _say(fetched) if as_json else None
    else:
        _say(models.listing(settings) if as_json else models.lines(models.listing(settings)))


@app.command(help=help_for("doctor"))
def doctor(index: Index = None, config: Config = None, as_json: Json = False) -> None:
    from ui.doctor import examine, lines

    report = examine(lambda: settings_of(config), index)
    _say(report.as_dict() if as_json else lines(report))
    raise typer.Exit(0 if report.ready else 1)


def _say(content: Any) -> None:
    """Text as it is; anything else as one JSON document."""
    if not isinstance(content, str):
        content = escaped_json(json.dumps(content, ensure_ascii=False, indent=2))
    typer.echo(content)


def with_command(arguments: Sequence[str]) -> list[str]:
    """The arguments with `ask` put in front where the first word is no command: ["问题"] -> ["ask", "问题"].

    Raises:
        Told: the first word looks like a mistyped command.
    """
    if not arguments or arguments[0] in ("--help", "-h"):
        return ["--help"]
    if arguments[0] in ("--version", "-V", "version"):
        return ["--version"]
    first = arguments[0]
    commands = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    if first in commands:
        return list(arguments)
    if first.isascii() and (near := difflib.get_close_matches(first, commands, n=1, cutoff=0.75)):
        raise Told(f"没有“{first}”这个命令；是不是 wenbao {near[0]}？（提问请写 wenbao ask {first}）")
    return ["ask", *arguments]


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Errors become one line on standard error."""
    try:
        code = typer.main.get_command(app).main(args=with_command(arguments), prog_name="wenbao", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except WenbaoError as error:
        return _fail(told(error) + (_unsettled(arguments) if isinstance(error, BrokenIndexError) else ""))
    except typer.TyperException as error:
        return _fail(usage_fault(error))
    except ModuleNotFoundError as error:
        if error.name not in OF_MODELS:
            raise
        return _fail(f"config.yaml 里的模型要用 {error.name}，没有装；请运行 pip install 'wenbao[models]'")
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED


def _unsettled(arguments: Sequence[str]) -> str:
    """Where nobody said which paper is meant, that there is no config here: it may well be the wrong folder."""
    named = any(word.startswith(("--config", "--index")) for word in arguments)
    if named or Path("config.yaml").exists():
        return ""
    return "。这里没有 config.yaml，用的是默认设置；它在别处的话，请到那里去问，或用 --config 指明"


def _fail(message: str) -> int:
    typer.echo(f"错误：{message}", err=True)
    return 1


def main() -> None:
    """The program `wenbao`."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

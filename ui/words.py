"""What readers are told: short texts in Chinese and English by key, and errors as one line in either.

What the newspaper says is never translated.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from embeddings.errors import (
    BrokenIndexError,
    ConfigError,
    CorpusError,
    InputError,
    ModelError,
    QuestionError,
    WenbaoError,
)
from ui.plain import one_line

Words = Mapping[str, str]

_TABLE: dict[str, tuple[str, str]] = {
    # key: (Chinese, English); {…} is filled in by the caller
    "ask": ("提问", "Ask"),
    "browse": ("浏览", "Browse"),
    "question": ("问题", "Question"),
    "reply": ("回答", "Answer"),
    "what": ("想问什么？", "Ask in Chinese"),
    "send": ("发送", "Send"),
    "stop": ("停下", "Stop"),
    "new": ("新对话", "New"),
    "talk": ("对话", "Conversation"),
    "hello": (
        "### 想知道什么，直接问报纸\n每句回答都注明出处，点编号看原文。",
        "### Ask the newspaper\nEvery sentence of an answer is cited; a number opens its source.",
    ),
    "apology": (
        "这个问题没能答出来，程序出了差错（已记入日志）。请换个问法再试。",
        "This question could not be answered, something broke (it is in the log). Please try other words.",
    ),
    "pending": ("正在翻查报纸", "Looking through the papers"),
    "stopped": ("已停下，没有回答。", "Stopped, no answer."),
    "understood": ("理解为：", "Understood as: "),
    "reword": ("改一改再问", "edit and ask"),
    "sources": ("出处", "Sources"),
    "in_order": ("先后", "In order of date"),
    "nearest": ("最接近的报道", "Nearest report"),
    "unseen": ("报上未见", "Not in the paper"),
    "good": ("有用", "Helpful"),
    "bad": ("没用", "Not helpful"),
    "why": ("为什么？一句话就好（可以不写）", "Why? A word is enough (optional)"),
    "tell": ("告诉我们", "Tell us"),
    "retry": ("重答", "Retry"),
    "edit": ("改问题", "Edit"),
    "undo": ("撤回", "Undo"),
    "next": ("接着问", "Ask next"),
    "evidence": ("证据", "Evidence"),
    "back_step": ("上一条", "Previous"),
    "next_step": ("下一条", "Next"),
    "back": ("回到对话", "Back"),
    "home": ("馆藏", "Archive"),
    "report": ("报道", "Report"),
    "caption": ("图片说明", "Photo caption"),
    "by": ("记者", "By"),
    "photo": ("摄影", "Photo"),
    "correspondent": ("通讯员", "Correspondent"),
    "source": ("来源", "Source"),
    "unknown": ("未知", "unknown"),
    "whole_page": ("看整版原文", "Original page text"),
    "web": ("网上原文", "On the web"),
    "permalink": ("固定链接", "Permalink"),
    "copy_citation": ("复制引文", "Copy citation"),
    "copy": ("复制", "Copy"),
    "copied": ("已复制", "Copied"),
    "original": ("版面原文", "Original page"),
    "back_to_article": ("回到报道", "Back to the article"),
    "gone": ("馆藏里没有这篇报道（可能已撤下或改过）。", "The archive no longer holds this article."),
    "page_as_indexed": (
        "这一版的原文件不在手边；下面是索引里同一版的各篇。",
        "The original file of this page is not at hand; these are its articles as indexed.",
    ),
    "no_page": ("这一版的原文件不在手边。", "The original file of this page is not at hand."),
    "holds": ("馆藏", "The archive"),
    "in_all": ("馆藏", "The archive holds"),
    "and": ("、", ", "),
    "comma": ("，", ", "),
    "span": ("至", " to "),
    "empty": ("还是空的", "empty so far"),
    "pages": ("个版面", "pages"),
    "reports": ("篇报道", "reports"),
    "captions": ("条图片说明", "photo captions"),
    "reporters": ("位记者", "reporters"),
    "over_time": ("各期篇数", "Articles over time"),
    "most": ("最多 {count} 篇", "at most {count}"),
    "sections": ("版面", "Pages"),
    "authors": ("常见记者", "Busiest reporters"),
    "subjects": ("人物、单位、项目", "People, organisations, projects"),
    "mentioned": ("文中提到", "Mentioned"),
    "gaps": ("空缺", "Gaps"),
    "gap": ("{start}到{end}，{days} 天没有报纸", "{start} to {end}: {days} days without a paper"),
    "no_gaps": ("没有长过一周的空缺", "no gap longer than a week"),
    "undated": ("另有 {count} 篇不知日期", "{count} more without a date"),
    "search": ("找报道", "Search"),
    "search_hint": ("标题、正文、人名…回车", "words of headline or text, Enter"),
    "since": ("从", "From"),
    "until": ("到", "To"),
    "page": ("版面", "Page"),
    "reporter": ("记者", "Reporter"),
    "more": ("再看一些", "More"),
    "bad_date": ("日期请写成 2024-03-03", "Write dates as 2024-03-03"),
    "found": ("{count} 篇", "{count} articles"),
    "found_more": ("前 {count} 篇", "first {count} articles"),
    "found_of": ("前 {count} 篇，共 {total} 篇", "first {count} of {total} articles"),
    "undated_day": ("日期不明", "Without a date"),
    "none_found": (
        "没有符合这些条件的报道。去掉一个条件，或换个词再找。",
        "Nothing matches. Drop a filter or try other words.",
    ),
    "wrong_way": ("“从”比“到”还晚，请把两个日期对调。", "“From” is later than “To”; please exchange the two dates."),
    "lacking": ("没有一篇报道写着{words}。", "No article has {words}. "),
    "has_some": ("下面各篇只有其中的一些词。", "Those below have some of the words only."),
    "drop": ("去掉条件", "Remove filter"),
    "history": ("历史", "History"),
    "no_talks": ("这个浏览器里还没有存下的对话。", "No conversation is kept in this browser yet."),
    "turns": ("{count} 问", "{count} asked"),
    "delete": ("删除", "Delete"),
    "sure": ("确定删除？", "Sure?"),
    "delete_all": ("全部删除", "Delete all"),
    "talks_kept": ("对话只存在这个浏览器里。", "Conversations are kept in this browser alone."),
    "open_now": ("正在看", "open"),
    "admin": ("管理", "Admin"),
    "login": (
        "用户名写 admin，口令见配置里的 admin.password",
        "User name: admin; password: admin.password of the config",
    ),
    "admin_title": ("问报 · 管理", "Wenbao · Admin"),
    "admin_broke": (
        "没有做成，程序出了差错（已记入日志）。",
        "That failed: something broke (it is in the log).",
    ),
    "to_talk": ("回到对话", "Back to the chat"),
    "roll_back": ("退回上一代", "Roll back"),
    "really": ("确定退回", "Really roll back"),
    "rolled_back": (
        "已退回第 {name} 代。报库里的文件没有动：再重建，就会按它们建出新的一代",
        "Back at generation {name}. The files of the corpus are as they were: a rebuild makes a new generation of them",
    ),
    "upload": ("上传版面，每个最大", "Upload pages, each at most"),
    "take_in": ("收下并重建", "Take in and rebuild"),
    "dismiss": ("不收，清空", "Discard"),
    "full": ("全部重算（不沿用旧索引）", "Recompute all (without the old index)"),
    "building": ("正在重建，请等它完成", "A rebuild is under way; please wait for it to end"),
    "taken_in": ("新收文件在索引里的样子", "What was taken in, as indexed"),
    "live": ("现用", "Live"),
    "live_is": ("第 {name} 代，建于 {built}", "generation {name}, built {built}"),
    "has": ("收有", "Holds"),
    "has_are": ("{pages} 个版面，{articles} 篇，{chunks} 段", "{pages} pages, {articles} articles, {chunks} chunks"),
    "older": ("可退回", "Can go back to"),
    "none": ("没有", "none"),
    "corpus": ("报库", "Corpus"),
    "nothing_waits": ("没有等待收下的文件。", "No file waits to be taken in."),
    "read_out": ("读出 {count} 篇", "articles read: {count}"),
    "replaces": ("，替换报库里的同名文件", ", replaces the file of this name"),
    "columns": ("标题 记者 日期 版面 字数 开头", "Headline Reporters Date Page Length Opening"),
    "a_caption": ("（图片说明）", "(photo caption)"),
    "untitled": ("（无题）", "(untitled)"),
    "rows_left": ("还有 {count} 篇没有列出。", "{count} more are not listed."),
    "skipped": ("跳过 {count} 处：", "{count} skipped:"),
    "unchanged": (
        "没有变化：{receipt.articles} 篇、{receipt.chunks} 段，索引照旧",
        "Nothing has changed: {receipt.articles} articles, {receipt.chunks} chunks, the index stays",
    ),
    "built": (
        "建好了：{receipt.articles} 篇（{changes}），{receipt.chunks} 段（新算向量 {receipt.encoded}，"
        "沿用 {receipt.carried}），用时 {receipt.seconds:.1f} 秒",
        "Built: {receipt.articles} articles ({changes}), {receipt.chunks} chunks ({receipt.encoded} encoded, "
        "{receipt.carried} kept) in {receipt.seconds:.1f} s",
    ),
    "added": ("新增 {count}", "{count} added"),
    "changed": ("改动 {count}", "{count} changed"),
    "removed": ("撤下 {count}", "{count} removed"),
    "moved": ("挪动 {count}", "{count} moved"),
    "same_text": ("文字没有变化", "no text has changed"),
    "stage_": ("准备", "Preparing"),
    "stage_read": ("读版面", "Reading pages"),
    "stage_encode": ("算向量", "Encoding"),
    "stage_words": ("编词表", "Indexing words"),
    "stage_check": ("核对", "Checking"),
    "wrong_kind": ("不收这种文件；可收 {kinds}", "files of this kind are not taken; these are: {kinds}"),
    "passed_over": ("建索引时不读这样的文件名；请改名", "a build passes over such a name; rename the file"),
    "long_name": ("文件名太长；请改短", "the name is too long; shorten it"),
    "too_large": ("太大；最大 {mb} MB", "too large; at most {mb} MB"),
    "too_many": ("一次最多 {count} 个；请先收下前面的", "at most {count} may wait; take in the others first"),
    "busy": (
        "现在提问的人太多，请过一会儿再问",
        "Too many readers are asking just now; please try again in a moment",
    ),
    "login_first": ("请先登录：用户名和口令见 chat.auth", "log in: name and password are chat.auth"),
    "too_many_guesses": ("口令错了太多次，请 {seconds} 秒后再试", "too many wrong passwords, try again in {seconds} s"),
    "unknown_host": (
        "这里不认 {host!a} 这个名字；要用它，请写进 chat.hosts",
        "unknown host {host!a}; add it to chat.hosts",
    ),
    "other_site": ("别的网站不能代读者发请求", "requests from other sites are refused"),
    "names_a_file": ("这里不收文件", "no files are taken here"),
    "no_json": ("请求应是 JSON", "the request should be JSON"),
    "no_address": ("没有这个地址", "no such address"),
    "no_length": ("请求要写明长度（Content-Length）", "the request needs a Content-Length"),
    "large_request": ("请求太大，最多 {mb} MB", "too large, at most {mb} MB"),
    "export_md": ("存为 Markdown", "Save as Markdown"),
    "export_html": ("存为网页", "Save as HTML"),
}
ZH: Words = {key: texts[0] for key, texts in _TABLE.items()}
EN: Words = {key: texts[1] for key, texts in _TABLE.items()}
BY_LOCALE: dict[str, dict[str, str]] = {"en": dict(EN), **{name: dict(ZH) for name in ("zh", "zh-CN", "zh-TW")}}


def words_for(accept_language: str) -> Words:
    """English for a browser that asks for English first, else Chinese.

    >>> words_for("en-GB,zh;q=0.8")["send"], words_for("")["send"]
    ('Send', '发送')
    """
    return EN if accept_language.strip().lower().startswith("en") else ZH


KINDS: dict[type[WenbaoError], str] = {
    QuestionError: "这个问题问不了",
    ConfigError: "设置有问题",
    CorpusError: "报库有问题",
    InputError: "文件有问题",
    BrokenIndexError: "索引有问题",
    ModelError: "模型有问题",
}


class Told(WenbaoError):
    """An error of the ui room, written for readers in both languages."""

    def __init__(self, chinese: str, english: str = "") -> None:
        super().__init__(english or chinese, chinese=chinese)


def told(error: WenbaoError, say: Words = ZH) -> str:
    """One line for a reader.

    >>> told(BrokenIndexError("index: no index here", chinese="index 里没有索引"))
    'index 里没有索引'
    >>> told(ModelError("the server is silent"))
    '模型有问题：the server is silent'
    """
    if say is EN or isinstance(error, Told) or error.chinese != str(error):
        return one_line(str(error) if say is EN else error.chinese)
    kind = next((words for kind, words in KINDS.items() if isinstance(error, kind)), "")
    return one_line(f"{kind}：{error}" if kind else str(error))


HELP = {  # by command and by option, in Chinese and English
    "wenbao": (
        '问报：向报纸提问，得到可以核对的回答。直接写 wenbao "问题" 就是提问。',
        'Wenbao: ask a newspaper, get answers you can check. wenbao "question" asks.',
    ),
    "build": ("读报纸文件夹，建立或更新索引。", "Read a folder of newspaper pages; make or update the index."),
    "inspect": (
        "看一个文件读成哪些报道：标题、记者、日期、版次、字数，和没有读的部分。",
        "See what a file is read as: articles, fields, and what was left out.",
    ),
    "ask": ("提问：回答的每一句都注明出处。", "Ask: every sentence of the answer is cited."),
    "search": ("只找报道的段落，不作答。", "Find passages of reports, without an answer."),
    "chat": ("打开网页对话；还没有索引就先建。", "Serve the chat page; makes the index first where there is none."),
    "evaluate": (
        "用一份有答案的题目，量一量答得对不对、引得准不准、该不该拒答。",
        "Measure answers, citations and refusals on questions whose answers are known.",
    ),
    "feedback": (
        "读者的评价：wenbao feedback export 一行写出一条 JSON。",
        "What readers think: wenbao feedback export writes one JSON a line.",
    ),
    "models": (
        "语言模型：列出 profile 和已下载的模型；wenbao models pull 名字 下载并核对。",
        "Models: list profiles and what is here; wenbao models pull NAME fetches and checks.",
    ),
    "doctor": (
        "检查：装了什么，索引、模型、内存、磁盘够不够，能不能提问；不能就给出办法，退出码 1。",
        "Check packages, index, models, memory and disk; exit code 1 where something is missing.",
    ),
    "--config": (
        "配置文件；不写则用当前文件夹的 config.yaml，没有就用默认值",
        "the configuration; else config.yaml of this folder, else the defaults",
    ),
    "--index": ("索引文件夹；不写则用配置里的 index", "the folder of the index; else index of the configuration"),
    "--json": ("标准输出只写一个 JSON 文档", "write one JSON document"),
    "--version": ("版本号", "the version"),
    "--full": ("不沿用旧索引，全部重算", "recompute all, without the old index"),
    "--rollback": ("不建，只退回上一代索引", "build nothing, go back one generation"),
    "--keep": ("保留几代索引；不写则用配置里的 keep", "how many generations to keep; else keep of the configuration"),
    "--watch": (
        "建好后守着文件夹，一有变动就再建，直到 Ctrl-C",
        "then build again whenever the folder changes, until Ctrl-C",
    ),
    "--dry-run": ("不建，只看每个文件读成什么、字段怎么对应", "build nothing, show what each file is read as"),
    "-k": ("最多几段", "at most so many passages"),
    "--host": (
        "监听的地址；不写则用配置里的 chat.host",
        "the address to listen on; else chat.host of the configuration",
    ),
    "--port": ("端口；不写则用 chat.port", "the port; else chat.port"),
    "--auth": ("来人要先登录；不写则用 chat.auth", "readers have to log in; else chat.auth"),
    "--compare": ("与以前 --json 的结果比较", "compare with an earlier result of --json"),
    "--limit": ("只问前几题", "ask only the first so many"),
    "--unanswerable": ("每一题都该拒答", "every question should be refused"),
    "--curve": ("把误答与误拒的曲线画成 SVG", "draw false answers against false refusals, as SVG"),
}


def help_for(name: str) -> str:
    """The help in the language of the locale: Chinese for LANG=zh_CN.UTF-8, else English."""
    locale = next((value for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(key))), "")
    return HELP[name][not locale.lower().startswith("zh")]

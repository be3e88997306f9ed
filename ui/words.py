"""What readers are told: short texts in Chinese and English by key, and errors as one line in either.

What the newspaper says is never translated.
"""

from __future__ import annotations

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

"""Words that claim much, and may only be written where the cited words have their like: 首次, 亏损, 减少, 唯一, 批评.

In: the readings of a sentence and of what it cites. Out: the places of such words without a ground. What news tell of
by default (提高, 加强, 推动) is no such word: writers use those for almost anything; what is less, worse, late or first
they write only where they mean it. Knows nothing about negations, nor about what is said of whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.checks.claims import Reading

# What the sentence says, and what must then be cited: the same, or any of these.
_CLAIMS = tuple(
    (re.compile(said), re.compile(cited or said))
    for said, cited in (
        (r"首[次个家批条座届创款台例]|第一(?![步项是份期批站党课等类件部])|率先|第一[次个家批座]", r"首|第一|率先|先"),
        (r"唯一|仅此一|只有这?一|独家|仅有一|绝无仅有", ""),
        (r"最(?!近|后|终|新|早|好|大限度)|之最|居.{0,4}(?:首|前列)|首屈一指|前茅", r"最|首|第一|领先|前列|头等"),
        (r"全球(?:最|首|领先|第|知名)|世界(?:级|首)|国际(?:领先|先进)", ""),
        (r"否决|驳回|审议通过|表决通过|获批|批准|获得?通过|通过了?审议", r"否决|驳回|通过|批"),
        (r"史上|历史性|空前|前所未有", ""),
        (r"再次|再度|又一次|重新|重启", r"再|又|重|复|继续|第[二三四五六七八九十]"),
        (r"推迟|延期|延后|延误|滞后|搁置|缓慢|延长|拖慢", r"推[迟后]|延|滞后|搁置|缓|慢|拖"),
        (r"亏损|破产|倒闭|失败|倒退|闲置", r"亏|破产|倒闭|失败|倒退|闲"),
        (r"事故|伤亡|死亡|受伤|遇难", r"事故|[死伤]|遇难"),
        (r"降低|减少|减弱|下降|下滑|下跌|缩小|缩水|缩减|压缩|削减|裁减|回落|减产|变少", r"[减降缩跌滑低短少小裁落]"),
        (r"放松|放宽|松懈|松绑|宽松", r"松|宽"),
        (r"阻碍|妨碍|阻挠|拖累|抑制", r"阻|碍|挠|拖累|制|瓶颈"),
        (r"落后|薄弱|欠缺|不足|短缺|紧缺|匮乏|恶化|变差|低下", r"落后|薄弱|欠|不足|缺|不够|短板|恶|差|低"),
        (r"反对|抵制|拒绝|抗议", r"反对|抵制|拒|抗议|不[同愿]|否"),
        (r"放弃|退出|取消|撤销|解除|终止", r"放弃|退|取消|撤|解除|终止|停|不再"),
        (r"停工|停产|停运|停滞|停办|关停|关闭|破裂|解散|停止|暂停|中断", r"停|关[停闭]|退|破裂|散|断|休"),
        (r"结束|告终|收官", r"结束|终|完|止|收官|竣|毕|后|到期"),
        (r"远离|脱离|背离|偏离", r"离"),
        (r"生效|施行|颁布", r"生效|施行|颁|执行|起实施"),
        (
            r"批评|质疑|谴责|指责|抱怨|不满|失望|担忧|担心|忧虑",
            r"批评|质疑|谴责|指责|抨击|不满|反对|抗议|呼吁|怀疑|怨|失望|担|忧|恐|怕",
        ),
        (r"处分|处罚|罚款|违规|违法|腐败|投诉|问责|追责|免职|约谈", r"处[分罚]|罚|违|腐败|投诉|问责|追责|免|约谈|查处"),
        (r"允许|准许|不必|无需|无须|不用|毋需|暂不|暂缓|可有可无", r"允许|准许|不必|无需|无须|不用|毋需|暂|免"),
        (r"独自|独立(?=完成|承担|建设)|单独|单方面", r"独|单|自己|自主"),
        (r"免费|无偿", r"免|无偿|不收"),
        (r"大幅|显著|急剧|翻[了两一]?番|翻倍|猛增|暴[涨跌]|飙升", r"大|显|明|急|翻|猛|暴|飙|快|有了|成效|倍"),
    )
)  # fmt: skip
_EVERY = re.compile(r"所有|一切|无一例外|无一")
_EVERY_CITED = re.compile(r"所有|一切|全部|全体|全覆盖|都|均|每|各|一律|凡|无一")
_ONLY = re.compile(r"(?<!不)(?<!不仅)(?:只(?![要能有])|仅仅?(?!次于)|光靠|单靠|只[有能](?=用|靠|做|讲|看|谈)|唯有)")
_ONLY_CITED = re.compile(r"只(?!要)|仅|唯|专[门供为]|单[单是]|限[于定]|独|除此")


def groundless(said: Reading, cited: Reading) -> Iterator[tuple[int, int]]:
    """The places of the words that claim what nothing in the cited words is like."""
    for claim, ground in (*_CLAIMS, (_ONLY, _ONLY_CITED), (_EVERY, _EVERY_CITED)):
        for match in claim.finditer(said.text):
            held = match.group() in cited.text or ground.search(cited.text)
            if not held and not said.quoting(match.start()):
                yield match.span()

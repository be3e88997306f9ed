"""Words of one meaning in news: who writes 出席 of somebody who 到场, or 首要 of what is 头等, has changed nothing.

In: a word and a text. Out: whether the text has a word of the same row. Word vectors (qa/language/synonyms.py) know
which words keep the same company; these rows hold what they cannot tell, for lack of company or because siblings keep
it too. Knows nothing about the sentence that the word stands in, nor about names.
"""

from __future__ import annotations

from functools import cache

_ROWS = """出席 到场 参加 与会 到会 在场
签约 签订 签署 签下 签定
广泛 宽 宽泛 众多
首要 头等 第一 最重要
舍得 肯 愿意 乐于
下功夫 花力气 用力气 着力 用力 使劲
前列 前面 前头 前茅 领先
绷紧 不能松 不放松 别松 不松
遥远 远 千里
精细 细 细致 仔细 精准
紧凑 紧 抓紧
走访 访问 到访 登门 拜访 走进 来到 探访 参观 看
了解 察看 查看 看 掌握 调研 询问 细问
介绍 讲 说 谈 解读 讲解 阐述 阐释
现场 工地 实地
旨在 为的是 目的 目标 为了
位于 坐落 建在 设在 地处 落户 选址 落在 就在
致力于 主攻 专注 着力
投用 启用 投入使用 投运 使用
建成 完工 竣工 落成 建好 建起
开工 动工 开建 破土 新开建
完成 做完 结束 收官 办完
推动 推进 促进 带动 助推 助力 推
加快 加速 提速 更快 抓紧 尽快 早日 快
加强 强化 加大 更大 增强 深化 更强
扩大 拓宽 拓展 做大 扩 铺开
提高 提升 抬高 升级 更高 再提 提上去 改善 再提高
改善 好转 变好 优化 向好
减少 降低 下降 缩减 降 减
缩短 压缩 更短 再短 短一些
落实 履行 担起 扛起 压实 对照落实 贯彻
保障 保证 确保 护航 支撑
支持 帮助 扶持 资助 助力 出力
合作 协作 协同 联手 携手 拧成一股绳
交流 交换 来往 往来 走动 对接 沟通
整合 串起来 汇聚 融为一体 聚合
聚焦 围绕 围着 专注 盯住 紧盯 重点
紧盯 盯住 盯紧 瞄准
要求 提出 强调 叮嘱 提醒
肯定 认可 赞赏 称道 好评 表扬 认为
称赞 赞赏 称道 好评 肯定 表扬 赞许
举措 措施 办法 做法
职责 任务 责任 工作
机制 制度 体系
领域 方面 行业 板块
问题 难题 难处 隐患 症结 困难
困难 难处 难题 卡在
经验 做法 样板
部署 安排 布置 研究
审议 讨论 研究 商议
举行 召开 举办 开 办 开展 召集
启动 启航 开始 开启 动工
主题 题目 题为
职务 任 担任 身份 兼任
讲师 主讲 主讲人 讲解 授课
专家 学者 教授 研究员
居民 群众 市民 百姓 村民
员工 职工 工人 人员
资金 经费 款 钱
用途 花在 用于 用在
面积 占地 用地
规模 体量 面积
产能 产量 年产 日产 出产 生产
生产 制造 造 出产 产
研发 科研 研究
新增 增加 添 增
每年 一年 年产 全年
持续 连续 不断 一直 继续
继续 持续 还将 仍 没有停
共享 共用 齐共享
对外 开放 拿出来
打造 建设 建成 搭 搭建 形成
搭建 搭 搭好 搭起 建
维护 护好 保护 守住
坚守 守住 守牢 坚持
坚定 足 鼓足
鼓励 勉励 寄语 激励
邀请 请 特邀 请来
感谢 致谢 谢意
分布 涉及 涵盖 覆盖 包括 包含
涵盖 包括 在内 都在其中 覆盖 有
列入 列为 纳入 名列 入选 列进
获得 得 拿到 赢得 评为 获评 荣获 取得
获评 评为 落户 拿到 获得
连接 连得 对接 相连 通
堆放 堆 存放
运送 送 运
收获 成果 成效 收益
密切 多 紧密 频繁
逐步 逐项 一项一项 渐渐
充分 全面 全 足
迅速 很快 马上 立即 快
立即 马上 立刻 即刻 当即
目前 眼下 如今 现在 这几天
今后 往后 下一步 将来 末来 未来
此前 之前 以前
意味着 标志 表明 说明
数量 数目 总数 总量
其余 剩下 剩余 余下
主要 重点 大多 多数 为主
大多 多数 多半 大部分
部分 一部分 有的
全部 全 都 均 一律 所有 每个
依托 随 借助 依靠 靠 凭
依靠 靠 凭 凭借 借助
模式 路子 方式 办法
企业 公司 厂家
来访 到访 来到 走访 访
客人 来宾 代表团 一行"""
_SIDES = tuple(frozenset(row.split()) for row in _ROWS.splitlines())


@cache
def others(word: str) -> tuple[str, ...]:
    """The other words of its row."""
    return tuple(dict.fromkeys(other for row in _SIDES if word in row for other in row if other != word))


def said_otherwise(word: str, text: str) -> bool:
    """Whether a text has another word for the same.

    >>> said_otherwise("出席", "三位区领导到场"), said_otherwise("缺席", "三位区领导到场")
    (True, False)
    """
    return any(other in text for other in others(word))

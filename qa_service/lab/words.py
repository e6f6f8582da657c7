"""The words of eval and bench tables: Chinese and English beside each other; zh_TW is converted."""

from __future__ import annotations

from collections.abc import Callable

from qa_service.core.intervals import Interval, Share
from qa_service.i18n.taiwan import to_taiwan

_SAYS: dict[str, tuple[str, str]] = {
    "calls": ("样例通话", "Sample calls"),
    "call": ("通话", "Call"),
    "cer": ("字错率", "CER"),
    "characters": ("字数", "Chars"),
    "roles": ("角色判对的话语", "Utterances with the right role"),
    "status": ("状态", "Status"),
    "moments": ("命中", "Found"),
    "extra": ("多报", "Extra"),
    "unheard": ("未听", "Unheard"),
    "verdict": ("结论", "OK"),
    "all": ("合计", "All"),
    "labels": ("按标签", "By label"),
    "label": ("标签", "Label"),
    "recall": ("召回", "Recall"),
    "precision": ("准确", "Precision"),
    "f1": ("F1", "F1"),
    "missed": ("漏报", "missed"),
    "forbidden": ("不应出现", "forbidden"),
    "failed": ("分析失败", "failed"),
    "wrong_status": ("状态应为 {wanted}，得到 {given}", "status should be {wanted}, is {given}"),
    "calls_note": (
        (
            "样例通话是合成的：它们演示功能、防止退步，不说明真实线路上的准确度。"
            "区间为 95%：字错率对话语自助抽样，比例为 Wilson。「–」表示没有可数的。"
        ),
        (
            "Sample calls are synthesised: they demonstrate and guard, and prove nothing about a real line. "
            "Intervals are 95 %: bootstrap over utterances for CER, Wilson for shares. “–” means nothing to count."
        ),
    ),
    "pairs": ("录音与文本", "Recordings with text"),
    "condition": ("条件", "Condition"),
    "recordings": ("录音数", "recordings"),
    "substitutions": ("替换", "Substituted"),
    "deletions": ("删除", "Deleted"),
    "insertions": ("插入", "Inserted"),
    "not_heard": ("{n} 个录音没能识别", "{n} recordings could not be heard"),
    "too_few": (
        "只有 {n} 字，少于 {wanted}：太少，不能当作这条线路的字错率，所以没有可写进设置的。请再抽一些录音。",
        "Only {n} characters, fewer than {wanted}: too few for a line's rate, so nothing goes into the settings.",
    ),
    "put_into_settings": (
        "根据 {n} 字；写进设置文件（QA_SETTINGS）：",
        "From {n} characters; for the settings file (QA_SETTINGS):",
    ),
    "transcripts": ("带标签的文字稿", "Labelled transcripts"),
    "of_transcripts": ("{calls} 通，{utterances} 句", "{calls} calls, {utterances} utterances"),
    "slips": ("漏报与误报（通话 / 话语）", "Missed and false (call / utterance)"),
    "false": ("误报", "false"),
    "heard_with": ("所用", "With"),
    "written": ("已写入 {path}", "Written to {path}"),
    "bench": (
        "两声道通话与逐声道直接识别（plain）相比，交错 {pairs} 次",
        "Two-channel calls against a plain run per channel, {pairs} interleaved pairs",
    ),
    "way": ("方式", "Way"),
    "minutes": ("分钟", "Minutes"),
    "wall": ("秒", "Wall s"),
    "ratio": ("耗时比", "Wall ratio"),
    "cpu_ratio": ("CPU 比", "CPU ratio"),
    "difference": ("与基准之差（百分点）", "Beyond plain (points)"),
    "lost": ("整句丢失", "Utterances lost"),
    "not_asr": ("非识别", "Not ASR"),
    "peak": ("峰值MB", "Peak MB"),
    "targets": ("目标", "Targets"),
    "target": ("目标", "Target"),
    "limit": ("限值", "Limit"),
    "figure": ("实测", "Measured"),
    "judging": ("判定一通已存的通话", "Judging a stored call"),
    "part": ("部分", "Part"),
    "median_ms": ("中位数 ms", "Median ms"),
    "growth": ("随时长的增长（脚本识别器，非识别部分）", "Growth with length (scripted recogniser)"),
    "exponent": ("指数", "Exponent"),
    "stage": ("阶段", "Stage"),
    "cold": ("首次（缓存空）", "first time (caches empty)"),
    "warm": ("再次（缓存热）", "again (caches warm)"),
    "share": ("占比", "Share"),
    "sizing": ("这台机器与这个中心（{model}）", "This machine and this centre ({model})"),
    "arithmetic": ("怎么来的", "Arithmetic"),
    "heard_in": ("一通电话用时", "One call takes"),
    "cpu_time": ("其处理器时间", "Its processor time"),
    "kept": ("数据库里每分钟", "Kept in the database"),
    "to_hear": ("每天要听", "To hear a day"),
    "pace": ("时段内的速度", "Pace in the window"),
    "per_core": ("每核能听", "One core hears"),
    "per_gpu": ("每张卡能听", "One GPU hears"),
    "cores": ("核", "Cores"),
    "gpus": ("显卡", "GPUs"),
    "memory_needed": ("内存", "Memory"),
    "sound_a_day": ("录音，每天", "Recordings a day"),
    "database_a_day": ("数据库，每天", "Database a day"),
    "disk_a_year": ("磁盘，每年（不删除）", "Disk a year (nothing deleted)"),
    "drivers": (
        "时间用在：{time}。磁盘里录音占 {sound}。",
        "Time goes to: {time}. Of the disk, recordings take {sound}.",
    ),
    "by_rules": ("判定一通已存的通话，按规则条数", "Judging a stored call, by the number of rules"),
    "rules": ("规则", "Rules"),
    "to_fewest": ("与最少之比", "To the fewest"),
    "findings_per_call": ("每通命中", "Findings a call"),
    "largest_book": ("{rules} 条规则的方案（{mb} MB）", "A rulebook of {rules} rules ({mb} MB)"),
    "read_yaml": ("读 YAML、查写法", "Reading YAML, checking its form"),
    "compile": ("展开与编译", "Resolving and compiling"),
    "costly": ("最费时的单条规则，10 分钟的通话，ms", "The costliest single rules, a ten-minute call, ms"),
    "rule": ("规则", "Rule"),
    "in_turns": ("一句一句", "In turns"),
    "in_blocks": ("几大段", "In blocks"),
    "outcome": ("结果", "Outcome"),
    "refused_when_read": ("读时拒绝：{code}", "refused when read: {code}"),
    "given_up": ("听到一半放弃，由人来定", "given up, undecided"),
    "judged": ("判完", "judged"),
    "uploading": ("上传一个大文件：网页进程多占的内存", "A large upload: memory of the web process"),
    "grew": ("多占MB", "Grew MB"),
    "seconds": ("秒", "Seconds"),
    "copy": ("同盘复制秒", "Plain copy s"),
    "lists": ("库里有 {calls} 通电话时的列表与搜索", "Lists and searches with {calls} calls"),
    "busy": (
        "两个处理节点占满机器时（{share}，其间完成 {judged} 通）",
        "While two workers fill the machine ({share} busy, {judged} calls done)",
    ),
    "question": ("问题", "Question"),
    "worst": ("最慢ms", "Worst ms"),
    "overload": ("三倍于所能（每秒 {capacity} 通）", "Three times what can be taken in ({capacity}/s)"),
    "offered": ("送来", "Offered"),
    "accepted": ("收下", "Accepted"),
    "refused": ("请稍后", "Turned away"),
    "failed_requests": ("出错", "Failed"),
    "lost_calls": ("丢失", "Lost"),
    "accepted_ms": ("收下p99 ms", "Accepted p99 ms"),
    "refused_ms": ("请稍后p99 ms", "Turned away p99 ms"),
    "loop": (
        "事件循环迟到超过 0.1 秒的次数（共看 {beats} 次）",
        "Event loop late by more than 0.1 s (of {beats} looks)",
    ),
    "blocked": ("次", "Times"),
    "rescoring": (
        "重判 {calls} 通已存的通话（每通 {characters} 字），一个核",
        "{calls} stored calls of {characters} characters judged again, on one core",
    ),
    "per_second": ("每秒 通", "Calls a second"),
    "to_judge": ("快 几倍", "Times faster"),
    "judge_way": ("整通判定（judge）", "Judged as a whole (judge)"),
    "quick_way": ("快速重判", "Quickly"),
    "changed_rarely": ("改一条规则，几乎没人说", "One rule changed, hardly ever said"),
    "changed_often": ("改一条规则，常有人说", "One rule changed, often said"),
    "long_phrases": (
        "* 词语长，只有本来就该有人说的才有人说。",
        "* Long phrases: only those are said that are meant to be.",
    ),
    "judge_pack": ("整通判定，service-zh", "As a whole, service-zh"),
    "changed_pack": ("service-zh 旁边改一条规则", "One rule changed beside service-zh"),
    "one_after_another": ("一通接一通，快速重判", "One after the other, quickly"),
    "calls_alone": ("通话数", "Calls"),
    "resident": ("内存MB", "Memory MB"),
    "quick_parts": ("快速重判的时间花在哪里，每通", "Where a quick judgement spends its time, per call"),
    "quick_unzip": ("解压要扫描的", "Unzipping what is scanned"),
    "quick_columns": ("读列", "Reading columns"),
    "quick_scan": ("扫描一遍", "The scan"),
    "quick_lines": ("打开可能有命中的话语", "Opening lines that may hold something"),
    "quick_listen": ("听这些话语（词语、语义）", "Listening to them (phrases, senses)"),
    "quick_rest": ("评分与其余", "Scores and the rest"),
    "quick_whole": ("全部", "All of it"),
    "machine_pace": (
        "这台机器当时的快慢：一千万次加法 {seconds} 秒。",
        "How fast the machine was: ten million additions in {seconds} s.",
    ),
}
_LOCALES = {"zh_CN": 0, "zh_TW": 0, "en": 1}

Say = Callable[..., str]


def words(lang: str) -> Say:
    """Says a key of this table in a language.

    >>> words("en")("not_heard", n=2)
    '2 recordings could not be heard'
    """

    def say(key: str, **values: object) -> str:
        said = _SAYS[key][_LOCALES[lang]].format(**values)
        return to_taiwan(said) if lang == "zh_TW" else said

    return say


def percent(value: float | None, digits: int = 1) -> str:
    """A share as per cent; a dash for the unknown.

    >>> percent(0.0312), percent(None)
    ('3.1%', '–')
    """
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def between(interval: Interval | None, digits: int = 1) -> str:
    """An interval of shares in brackets; nothing for the unknown.

    >>> between(Interval(0.01, 0.05))
    '[1.0–5.0]'
    """
    return "" if interval is None else f"[{100 * interval.low:.{digits}f}–{100 * interval.high:.{digits}f}]"


def share(of: Share) -> str:
    """Hits of n, the share and its interval.

    >>> share(Share(8, 10)), share(Share(0, 0))
    ('8/10 80% [49–94]', '–')
    """
    return f"{of.hits}/{of.n} {percent(of.value, 0)} {between(of.interval, 0)}" if of.n else "–"

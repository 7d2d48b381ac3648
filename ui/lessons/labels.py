"""The Learn screen's own words, in the languages of the lessons."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The few words around a lesson, in one language."""

    python: str
    next: str
    again: str
    where: str
    empty: str
    gone: str
    moment: str


WORDS = {
    "en": Words(
        python="The same in Python",
        next="Next:",
        again="Start over on new threads",
        where="Lessons run the sample graphs, on stores of their own. Your stores stay as they are.",
        empty="Nothing is saved on this thread yet. Its first button makes the first checkpoints.",
        gone="Nothing is left of this thread: it was in the memory of a process that has ended.",
        moment="One moment…",
    ),
    "zh": Words(
        python="用 Python 做同样的事",
        next="下一课：",
        again="换新线程重来",
        where="课程运行示例图，使用自己的存储。你的存储不会改变。右边的调试器界面是英文。",
        empty="这个线程上还没有保存任何东西。按下它的第一个按钮，就会产生检查点。",
        gone="这个线程什么也没有留下：它在一个已经结束的进程的内存里。",
        moment="请稍候……",
    ),
}
"""The words by language, as in `View.language`."""

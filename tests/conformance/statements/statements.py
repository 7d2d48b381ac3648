"""What a screen says of each checkpoint, as data and in its sentence, compared with the truth of the thread.

Everything is compared with what LangGraph says, with what the nodes told while they ran, and with what was done (see
deeds.py): here what is next and how the thread was left, in the other files what became of each task, and how each
checkpoint came to be.
"""

from collections import Counter
from collections.abc import Iterator

from tests.conformance.oracle.truth import is_done, is_silent, unlike
from tests.conformance.programs.deeds import History, Snapshot
from tests.conformance.statements.origins import origin
from tests.conformance.statements.tasks import tasks
from ui.timetravel.history.supersteps import TaskState
from ui.timetravel.history.tree.tree import build
from ui.timetravel.model.checkpoints import Made, ThreadState
from ui.timetravel.presentation.narration.headline import Account, account, headline, say
from ui.timetravel.stores import Store


def untruths(store: Store, history: History) -> list[str]:
    """Every statement about the thread that is not so, one line each."""
    found = list(_thread(store, history)) if history.live else []
    for namespace in history.namespaces:
        tree = build(store.skeleton(history.thread, namespace))
        for snapshot in history.of(namespace):
            known = account(store, tree, history.thread, namespace, snapshot.id)
            said = say(known)
            parts = (
                unlike("headline", headline(store, history.thread, namespace, snapshot.id), said),
                unlike("parent", known.header.parent_id, snapshot.parent),
                _next(history, snapshot, known, said),
                tasks(history, snapshot, known, said),
                origin(history, snapshot, known, said),
            )
            place = f"{namespace!r} step {snapshot.step} …{snapshot.id[-8:]}"
            found += [f"{place} {line} | {said}" for part in parts for line in part]
    return found


def _thread(store: Store, history: History) -> Iterator[str]:
    assert history.live
    summary = next(one for one in store.threads(search=history.thread).threads if one.thread_id == history.thread)
    yield from unlike("latest", summary.latest_id, history.live.id)
    head = next(history.of(""))
    unfinished = [task for task in head.tasks if not is_done(history, task)]
    states = {ThreadState.FAILED for task in unfinished if task.error}
    states |= {ThreadState.INTERRUPTED for task in unfinished if task.asked}
    states = states or {ThreadState.UNFINISHED if head.next else ThreadState.FINISHED}
    if summary.state not in states | ({ThreadState.UNKNOWN} if is_silent(history) else set()):
        yield f"thread: ours {summary.state}, in truth {head.tasks}"


def _next(history: History, snapshot: Snapshot, known: Account, said: str) -> Iterator[str]:
    """What LangGraph says of a superstep as a record; and at the head what still has to run, and is open."""
    header = known.header
    if header.due != ("__start__",):
        more = Counter(snapshot.next) - Counter(header.due) if header.undecided else Counter[str]()
        yield from unlike("due", sorted([*header.due, *more.elements()]), sorted(snapshot.next))
    if "the run is finished" in said and (snapshot.next or header.made is Made.DROPPED):
        yield f"finished, in truth {snapshot.next}"
    live = history.live
    if live is None or snapshot.namespace or snapshot.id != live.id:
        if "will not run again" in said and known.step.is_newest is False:
            yield "it does run again"
        return
    if header.next != ("__start__",):
        asks = [one.name for one in snapshot.tasks if one.done and not is_done(history, one)]
        truth = Counter([*live.next, *asks])
        more = truth - Counter(header.next) if header.undecided else Counter[str]()
        yield from unlike("next", Counter(header.next) + more, truth)
    asked = {question.id for one in known.step.of(TaskState.ASKS) for question in one.questions}
    yield from unlike("open questions", asked, {one.id for one in live.open})
    yield from unlike("waits", "waits for an answer" in said, bool(live.open))

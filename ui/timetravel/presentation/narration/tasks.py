"""What the tasks from a checkpoint did, in words: which failed, asked, were answered, are done, were left behind.

Pure.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress

from ui.timetravel.errors import EditError
from ui.timetravel.ground.text.formatting import join_counted, join_limited, shorten
from ui.timetravel.history.supersteps import Superstep, TaskOutcome, TaskState
from ui.timetravel.model.checkpoints import Header, Made, Task, is_internal
from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.presentation.narration.checkpoints import TAKES_INPUT, ended, what_is_next
from ui.timetravel.serde.editable_json import to_text
from ui.timetravel.serde.json_view import display

NO_NODE = "a task whose node the store does not name"
_MOST_TOLD = 500
"""The most parts of an error or an answer in a sentence, if it is too large to be written as a whole."""
_MOST = 4
"""The most tasks that are named one by one; otherwise only their number is stated."""


def what_follows(header: Header, step: Superstep) -> str:
    """What is next, or was next and did not happen, without a full stop."""
    lost = _silent(step, TaskState.LEFT_BEHIND)
    if step.untaken:
        yet = " yet" if header.due else ""
        what = f"what {_they(step.tasks)} wrote{yet}"
        return f"{_names(step.tasks)} {_are(step.tasks)} done, and no step was made of {what}"
    if not lost or not step.left_for or len(lost) < len(header.due):
        return what_is_next(header, is_open=bool(step.of(TaskState.FAILED, TaskState.ASKS)))
    verb = "was" if len({one.node for one in lost}) == 1 else "were"
    return f"next {verb} {_names(lost)}, which left nothing here: {_instead(step.left_for)}"


def what_tasks_did(header: Header, step: Superstep) -> list[str]:
    """Whole sentences on the tasks of a superstep, as far as there is more to say than which nodes are next."""
    said = [*_failures(step), *map(_begun, _questions(step))]
    if not step.ended:
        said += [*_by_hand(step), *map(_begun, _done(header, step)), *_lost(header, step)]
    if step.contested:
        said += [_contest(channel, nodes) for channel, nodes in step.contested.items()]
    if step.answer_waiting and (step.of(TaskState.ASKS) or header.next):
        said.append("An answer is stored already, which no task has taken yet: the next run takes it.")
    return said


def what_state_lacks(step: Superstep, tasks: Sequence[Task]) -> str:
    """A sentence if some tasks of an unfinished superstep have made writes that are not in the state yet; else empty.

    On a thread's newest checkpoint LangGraph's `get_state` applies these writes (langgraph 1.2.22, pregel/main.py,
    `_prepare_state_snapshot`), but the state that is saved there lacks them.
    """
    if step.ended or step.left_for or step.contested or not step.is_newest:
        return ""
    wrote = {task.task_id for task in tasks if any(not is_internal(write.channel) for write in task.writes)}
    ready = step.of(TaskState.DONE, TaskState.ANSWERED, TaskState.BY_HAND)
    found = [one for one in ready if one.task_id in wrote]
    if not found:
        return ""
    return (
        f"What {_names(found)} wrote is saved beside this checkpoint, and is taken in when the step ends: see Writes."
    )


def _failures(step: Superstep) -> list[str]:
    failed = [one for one in step.tasks if one.error is not None and not one.was_cancelled]
    why = f" when {_names(failed)} failed" if failed else ""
    said = list(dict.fromkeys(map(_failure, failed)))
    if len(said) > _MOST:
        said = [*said[:_MOST], f"So it was with {len(failed) - _MOST} more tasks."]
    cancelled = step.of(TaskState.CANCELLED)
    if cancelled:
        said.append(f"{_names(cancelled)} {_was(cancelled)} cancelled{why}: neither done nor failed.")
    later = [one for one in step.tasks if one.was_cancelled and one.state is not TaskState.CANCELLED]
    if later:
        said.append(f"{_names(later)} {_was(later)} cancelled{why}; a later try went well.")
    return said


def _failure(one: TaskOutcome) -> str:
    asked = f" asked{_quoted(one)}, was answered{_answered(one)}, and then" if one.questions else ""
    later = ""
    if one.handled:
        later = " Its error handler took over."
    elif one.state in (TaskState.DONE, TaskState.ANSWERED):
        # LangGraph.js aborts the tasks beside a node that failed, and still saves their results.
        aborted = _text(one.error).startswith("AbortError")
        later = " Its result was saved all the same." if aborted else " A later try went well."
    elif one.state is TaskState.BY_HAND:
        later = " What it was to write was then given by hand."
    return f"Then {_name(one)}{asked} failed: {ended(shorten(_text(one.error)))}{later}"


def _questions(step: Superstep) -> list[str]:
    said = []
    for one in _distinct(step.tasks):
        if one.questions and (one.error is None or one.state is not TaskState.FAILED):
            said.append(_question(one, step))
    return said


def _question(one: TaskOutcome, step: Superstep) -> str:
    asked = f"{_name(one)} asked{_quoted(one)}"
    match one.state:
        case TaskState.ASKS:
            return f"{_name(one)} asks and waits for an answer{_colon(_quoted(one))}"
        case TaskState.ANSWERED:
            return f"{asked}, and was answered{_answered(one)}."
        case TaskState.BY_HAND:
            return f"{asked}, and was not answered: what it was to write was given by hand."
    if step.left_for:
        return f"{asked}; it was never answered here: {_instead(step.left_for)}."
    return f"{asked}; it was not answered here, and the thread went on elsewhere."


def _done(header: Header, step: Superstep) -> list[str]:
    """Sentences on the tasks that are done while others of their superstep are not."""
    done = step.of(TaskState.DONE, TaskState.ANSWERED)
    if not done or step.untaken or len(done) == len(header.due):
        return []
    said = []
    for node in dict.fromkeys(one.node for one in done):
        due, ready = header.due.count(node), sum(one.node == node for one in done)
        said.append(f"{ready} of {due} {node}" if due > 1 else node or NO_NODE)
    again = " and will not run again, unless in a fork" if step.is_newest else ""
    return [f"{join_limited(said, _MOST * 2)} {_are(done)} done{again}."]


def _by_hand(step: Superstep) -> list[str]:
    given = _silent(step, TaskState.BY_HAND)
    return [f"What {_names(given)} {_are(given)} to write was given by hand."] if given else []


def _silent(step: Superstep, state: TaskState) -> list[TaskOutcome]:
    """The tasks in this state that neither asked nor failed; other sentences cover those that did."""
    return [one for one in step.of(state) if not one.questions and one.error is None]


def _lost(header: Header, step: Superstep) -> list[str]:
    lost = _silent(step, TaskState.LEFT_BEHIND)
    if not lost or not step.left_for or len(lost) >= len(header.due):
        return []
    return [f"{_names(lost)} left nothing here: {_instead(step.left_for)}."]


def _contest(channel: str, nodes: Sequence[str]) -> str:
    who = f"{join_limited(nodes)} both" if len(nodes) == 2 else join_counted(nodes)
    return f"{who} wrote {channel} in one step: where it has no reducer, LangGraph takes only one value."


def _instead(header: Header) -> str:
    match header.made:
        case Made.INPUT | Made.SEVERAL:
            what = "a new input came instead"
        case Made.DROPPED:
            what = "it was dropped by hand, with an update as END"
        case Made.EDIT:
            what = "the thread went on from a change by hand"
        case Made.FORK:
            what = "the thread went on from a fork of this step"
        case _:
            what = "the thread went on otherwise"
    return f"{what} (step {header.step})"


def _distinct(tasks: Iterable[TaskOutcome]) -> list[TaskOutcome]:
    """The tasks without those that repeat another one's questions, as a caller repeats those of its function."""
    known: set[str] = set()
    found = []
    for one in tasks:
        ids = {question.id for question in one.questions if question.id}
        if not ids or not ids <= known:
            found.append(one)
        known |= ids
    return found


def _begun(said: str) -> str:
    """The sentence with a capital letter where it begins with our own words; a node's name stays as it is."""
    return said[0].upper() + said[1:] if said.startswith(NO_NODE) else said


def _name(one: TaskOutcome) -> str:
    return one.node or NO_NODE


def _names(tasks: Iterable[TaskOutcome]) -> str:
    return join_counted("the input" if one.node == TAKES_INPUT else _name(one) for one in tasks)


def _are(tasks: Sequence[TaskOutcome]) -> str:
    return "is" if len(tasks) == 1 else "are"


def _was(tasks: Sequence[TaskOutcome]) -> str:
    return "was" if len(tasks) == 1 else "were"


def _they(tasks: Sequence[TaskOutcome]) -> str:
    return "it" if len(tasks) == 1 else "they"


def _quoted(one: TaskOutcome) -> str:
    texts = [shorten(question.value) for question in one.questions if isinstance(question.value, str)]
    return "".join(f" “{text}”" for text in dict.fromkeys(texts))


def _colon(quoted: str) -> str:
    return f":{quoted}" if quoted else "."


def how_answered(one: TaskOutcome) -> str:
    """Whether the question of a task that no longer waits was answered, and how, as far as the store shows it."""
    if one.state is not TaskState.ANSWERED:
        return "It was not answered here."
    if not one.answers:
        return "It was answered. The store does not keep with what."
    of = "Stored with it" if len(one.answers) == 1 else "Its task was given these answers, as far as they are stored"
    return f"It was answered. {of}: {_stored(one)}."


def _answered(one: TaskOutcome) -> str:
    return f" (stored with it: {_stored(one)})" if one.answers else " (with what is not stored with it)"


def _stored(one: TaskOutcome) -> str:
    return join_limited(f"“{shorten(_text(answer), 60)}”" for answer in one.answers)


def _text(value: Plain) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Opaque):
        return str(display(value))  # in words, not in the notation of what can be edited
    with suppress(EditError):
        return to_text(value)
    return json.dumps(display(value, _MOST_TOLD), ensure_ascii=False)

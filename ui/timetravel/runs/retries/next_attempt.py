"""Decides what to run after a try that failed, so that nothing is done twice. Pure."""

from dataclasses import dataclass, replace

from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.jobs import Input, Job, Resume
from ui.timetravel.model.runs import RunState, RunStatus

GONE = "It is not tried again: the thread is gone, with the memory of the worker that died."
UNSURE = (
    "It is not tried again: it is not known whether the copy or the change that comes before the run was saved. "
    "Look at the thread's latest checkpoint, and go on from there."
)


@dataclass(frozen=True, slots=True)
class GiveUp:
    """There is no next try; `why` is a sentence."""

    why: str


def next_job(job: Job, ended: RunState, before: CheckpointId | None, now: CheckpointId | None) -> Job | GiveUp:
    """The job of the next try, after `job` failed or its worker died, as `ended` says.

    The next try continues from what was saved, and repeats what was not: a copy, an edit and an input are never applied
    twice. An answer counts until its node has finished (LangGraph 1.2.22 keeps it with the checkpoint that asked).
    `before` and `now` are the newest checkpoints of the thread that it writes to, before this try and now, None where
    there is none. `now` is used only if the worker died, since it may have saved more than it reported.
    """
    died = ended.status is RunStatus.DIED
    known = ended.checkpoints[-1] if ended.checkpoints else before
    if died and now is None and known is not None:
        anew = isinstance(job.action, Input) and before is None and not _prepares(job)
        return job if anew else GiveUp(GONE)
    untold = died and now != known
    if ended.prepared is None:
        return _unprepared(job, ended, untold)
    if len(ended.checkpoints) > ended.prepared or untold:
        return _resumed(job)
    if not _prepares(job):
        return job
    return GiveUp(UNSURE) if job.namespace else _prepared(job)


def _prepares(job: Job) -> bool:
    """Whether the job writes something before its action."""
    return job.copy_to is not None or job.edits is not None


def _unprepared(job: Job, ended: RunState, untold: bool) -> Job | GiveUp:
    """The job again if nothing was written before it failed; GiveUp if a copy or an edit may have been written in
    part.
    """
    if not _prepares(job):
        return _resumed(job) if untold else job
    wrote = bool(ended.checkpoints) or untold or (ended.status is RunStatus.DIED and bool(job.namespace))
    return GiveUp(UNSURE) if wrote else job


def _prepared(job: Job) -> Job:
    """The action alone: the copy and the edit are in the thread's newest checkpoint already."""
    return replace(job, thread_id=job.target_thread, checkpoint_id=None, copy_to=None, edits=None, bring=None)


def _resumed(job: Job) -> Job:
    return replace(_prepared(job), namespace="", action=Resume())

"""What can be read from a checkpoint id alone, without reading its row."""

from datetime import UTC, datetime, timedelta

from ui.timetravel.model.checkpoints import CheckpointId

# RFC 9562: version-6 times count 100-nanosecond ticks from the Gregorian calendar's first day.
_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)
_STEPS = 1 << 14
EPOCH = datetime.fromtimestamp(0, UTC)
"""The time of a checkpoint whose time is not known."""
_FIRST_YEAR, _LAST_YEAR = 2, 9998


def time_of(checkpoint_id: CheckpointId) -> datetime | None:
    """When the checkpoint was made, in UTC, to the microsecond; None when the id is no version-6 UUID.

    LangGraph makes its ids with `uuid6` (langgraph-checkpoint 4.3.2, checkpoint/base/id.py).
    """
    bits = _bits(checkpoint_id)
    if bits is None:
        return None
    ticks = (bits >> 80) << 12 | (bits >> 64) & 0xFFF
    try:
        return _GREGORIAN + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def moment_in(text: object) -> datetime | None:
    """The moment given by a text in ISO 8601, in UTC where it names no zone; None for any other text.

    Also None where the clocks of some zones could not show it: Python knows the years 1 to 9999.
    """
    try:
        told = datetime.fromisoformat(text) if isinstance(text, str) else None
        if told is None:
            return None
        moment = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def step_of(checkpoint_id: CheckpointId) -> int | None:
    """The superstep number, guessed from the id alone; None when the id is not a version-6 UUID.

    The clock sequence holds the step modulo 16,384 (the same file), so the first input's -1 is its highest value. This
    guess is for rows that have not been read; the metadata is the authority.
    """
    bits = _bits(checkpoint_id)
    if bits is None:
        return None
    step = (bits >> 48) & (_STEPS - 1)
    return step - _STEPS if step >= _STEPS - 2 else step


def _bits(checkpoint_id: CheckpointId) -> int | None:
    if len(checkpoint_id) != 36 or checkpoint_id[14] != "6":
        return None
    try:
        bits = int(checkpoint_id.replace("-", ""), 16)
    except ValueError:
        return None
    return bits if bits.bit_length() <= 128 else None

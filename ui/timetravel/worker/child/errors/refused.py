"""The exception for a job that is refused, with a sentence that says why."""


class Refused(Exception):
    """The job can't be done as requested. The message is for a person."""

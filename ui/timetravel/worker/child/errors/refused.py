"""The one exception for what is not done, with a sentence that says why."""


class Refused(Exception):
    """The job can't be done as asked. The message is for a person."""

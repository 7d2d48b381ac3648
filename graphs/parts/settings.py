"""What the sample graphs take from the environment: how long a step takes, and which chat model answers.

TIMETRAVEL_SAMPLE_PAUSE is a number of seconds, 0.8 unless set: so long does each step take, for people to watch.
TIMETRAVEL_MODEL names a chat model in the way of LangChain's loader, "openai:gpt-4o-mini" for instance; unless set, a
scripted model answers, offline. A real model takes its key and address from where its package looks for them
(OPENAI_API_KEY and OPENAI_BASE_URL, for OpenAI's).

Both are read at each step, not at import, so a graph loads whatever they say and a mistake shows at the step.
"""

import math
import os
import time

from langchain_core.language_models import BaseChatModel
from parts.scripted_model import ScriptedChatModel

PAUSE = "TIMETRAVEL_SAMPLE_PAUSE"
MODEL = "TIMETRAVEL_MODEL"
DEFAULT_PAUSE = 0.8


def pause_seconds() -> float:
    """How long a step takes, in seconds, 0 or more. Raises ValueError when TIMETRAVEL_SAMPLE_PAUSE says otherwise."""
    text = os.environ.get(PAUSE, "").strip()
    if not text:
        return DEFAULT_PAUSE
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"{PAUSE} is {text!r}, but must be a number of seconds, 0 or more. Correct it, or unset it.")
    return seconds


def pause() -> None:
    """Let a moment pass, so that a person can watch the step run."""
    time.sleep(pause_seconds())


def chat_model(scripted: type[ScriptedChatModel] = ScriptedChatModel) -> BaseChatModel:
    """The chat model that TIMETRAVEL_MODEL names, or the scripted one, with the script of the class given.

    Raises ImportError when LangChain or the provider's package is missing, with what to install. A model that does
    not exist, or a key that is missing, raises whatever its package raises, here or at the first answer.
    """
    name = os.environ.get(MODEL, "").strip()
    if not name:
        return scripted(seconds=pause_seconds())
    try:
        from langchain.chat_models import init_chat_model
    except ModuleNotFoundError as missing:
        raise ImportError(
            f'{MODEL} asks for the model "{name}", and that needs LangChain. Install it with '
            f"pip install 'langgraph-timetravel[llm]', or unset {MODEL} to use the scripted model."
        ) from missing
    model: BaseChatModel = init_chat_model(name)
    return model

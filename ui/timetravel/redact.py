"""Taking secrets out of a text before it is shown to be copied somewhere."""

import os
import re

HIDDEN = "•••"
_SHORTEST = 4
_SECRET = r"(?:api_?key|aes_?key|access_?key|token|secret|password|passwd)"
_NAMES = re.compile(_SECRET, re.IGNORECASE)
_USER = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s'\"@]*@", re.IGNORECASE)
_PARAMETER = re.compile(
    rf"([\w-]*(?:{_SECRET}|authorization|x-api-key)[\w-]*['\"]?\s*[=:]\s*)"
    r"('[^']*'|\"[^\"]*\"|(?:Basic |Bearer )?[^\s'\",;&)}\]]+)",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """The text without what nobody else may read, as far as names tell.

    That is users and passwords in addresses, what parameters are set to that are called like secrets, and the values
    of environment variables that are called so.
    """
    for name, value in os.environ.items():
        if _NAMES.search(name) and len(value) >= _SHORTEST:
            text = text.replace(value, HIDDEN)
    return _PARAMETER.sub(rf"\g<1>{HIDDEN}", _USER.sub(rf"\g<1>{HIDDEN}@", text))

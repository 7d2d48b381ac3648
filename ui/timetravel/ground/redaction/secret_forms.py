"""The forms in which a secret may be found in a text: as it is, and encoded for addresses, JSON and code. Pure."""

import base64
import html
import json
import shlex
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

_SHORTEST_CODED = 8
"""The fewest characters of base64 that are searched for: fewer may be a part of something else."""


@lru_cache(maxsize=512)
def forms_of(secret: str) -> frozenset[str]:
    """Every form of a secret that is searched for.

    Unchanged, percent-encoded, as HTML, as Python and JSON write it (also twice: JSON inside JSON, an error's text
    inside another error), quoted for a shell and for PostgreSQL's "key=value", in hexadecimal, and in base64 at any
    position of the encoded text ("Basic" authentication encodes it after a user's name and a colon).
    """
    once = {secret, *_percent_encoded(secret), *_escaped(secret), html.escape(secret)}
    twice = {again for one in once for again in _escaped(one)}
    data = secret.encode("utf-8", "surrogatepass")
    coded = {data.hex(), data.hex().upper(), *_base64(data)}
    return frozenset(one for one in once | twice | coded if one)


def _percent_encoded(secret: str) -> Iterator[str]:
    for one in (quote(secret, safe="", errors="replace"), quote(secret, errors="replace")):
        yield one
        yield _lower_percents(one)
    yield quote_plus(secret, errors="replace")


def _lower_percents(text: str) -> str:
    parts = text.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def _escaped(secret: str) -> Iterator[str]:
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield ascii(secret)[1:-1]
    yield repr(f"{secret}'\"")[1:-1].removesuffix("\\'\"")  # as in a longer text that contains both kinds of quotes
    yield repr(secret.encode("utf-8", "surrogatepass"))[2:-1]
    yield secret.replace("\\", "\\\\").replace("'", "\\'")
    if "'" in secret:
        yield shlex.quote(secret)[1:-1]


def _base64(data: bytes) -> Iterator[str]:
    for before in range(3):
        coded = base64.b64encode(bytes(before) + data).decode("ascii")
        # Without the letters that also encode a part of what is before or after it.
        own = coded[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        for one in (coded if before == 0 else own, own):
            if len(one) >= _SHORTEST_CODED:
                yield one
                yield one.replace("+", "-").replace("/", "_")

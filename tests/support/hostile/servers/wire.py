"""What a hostile LangGraph server may put on the wire."""

import base64
import gzip
import json
import zlib
from collections.abc import Iterator

from tests.support.hostile.servers.scripted import (
    RESET,
    THREAD,
    Answer,
    Behaviour,
    Request,
    head,
    ok,
    stream_head,
    truth,
)

KEY = "lsv2_pt_not_for_others"
MIB = b"x" * (1 << 20)
JSON = b"content-type: application/json"


def sends(*pieces: bytes | float) -> Behaviour:
    """The same for every question."""
    return lambda _: iter(pieces)


def on_and_on(first: bytes, then: bytes, wait: float = 0.0) -> Behaviour:
    """Something, and then something else for ever."""

    def behave(_: Request) -> Answer:
        yield first
        while True:
            yield then
            if wait:
                yield wait

    return behave


def chunked(*more: bytes) -> bytes:
    return head(200, JSON, b"transfer-encoding: chunked", *more)


def bombs() -> Iterator[tuple[str, Behaviour]]:
    """Answers that are small on the wire, or claim to be."""
    packed = gzip.compress(bytes(50 << 20), 9)
    yield "a gzip bomb", sends(head(200, JSON, b"content-encoding: gzip"), packed)
    yield "a gzip bomb in a gzip bomb", sends(head(200, JSON, b"content-encoding: gzip, gzip"), gzip.compress(packed))
    yield "a deflate bomb", sends(head(200, JSON, b"content-encoding: deflate"), zlib.compress(bytes(50 << 20)))
    for coding in (b"br", b"zstd", b"compress", b"identity, gzip", b"GZIP", b"\xff\xfe"):
        yield f"content-encoding {coding!r}", sends(head(200, JSON, b"content-encoding: " + coding), b"[]" * 9)
    yield (
        "a gzip bomb as chunks",
        sends(chunked(b"content-encoding: gzip"), b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)),
    )


def without_end() -> Iterator[tuple[str, Behaviour]]:
    """Answers that do not end, fast or slowly."""
    yield "10 GB announced and sent", on_and_on(head(200, JSON, b"content-length: 10000000000"), MIB)
    yield "a body without end", on_and_on(head(200, JSON), MIB)
    yield "chunks without end", on_and_on(chunked(), b"100000\r\n" + MIB + b"\r\n")
    yield "chunks of two bytes without end", on_and_on(chunked(), b"2\r\n[[\r\n" * 8_000)
    yield "values without end", on_and_on(head(200, JSON) + b"[", b"[],{}," * 10_000)
    yield "a chunk's extension without end", on_and_on(chunked() + b"5;a=", MIB)
    yield "trailers without end", on_and_on(chunked() + b"0\r\n", b"a: b\r\n" * 1_000)
    yield "headers without end", on_and_on(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n" * 1_000)
    yield "one header without end", on_and_on(b"HTTP/1.1 200 OK\r\na: ", MIB)
    yield "a status line without end", on_and_on(b"HTTP/1.1 200 ", MIB)
    yield "100 Continue without end", on_and_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)
    yield "a byte of the body now and then", on_and_on(head(200, JSON, b"content-length: 1000000"), b" ", 0.05)
    yield "a byte of a header now and then", on_and_on(b"HTTP/1.1 200 OK\r\na: ", b"x", 0.05)
    yield "a header now and then", on_and_on(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", 0.05)
    yield "a chunk now and then", on_and_on(chunked(), b"1\r\n \r\n", 0.05)
    yield "silence", sends(60.0)
    yield "silence after the headers", sends(head(200, JSON, b"content-length: 5"), 60.0)
    yield "silence after an error's headers", sends(head(500, JSON, b"content-length: 5"), 60.0)


def broken() -> Iterator[tuple[str, Behaviour]]:
    """What is no HTTP, or breaks off."""
    yield "a reset at once", sends(RESET)
    yield "a reset after the headers", sends(head(200, JSON, b"content-length: 50"), RESET)
    yield "a reset in the body", sends(head(200, JSON, b"content-length: 50"), b"[1, 2", 0.05, RESET)
    yield "nothing", sends()
    yield "half of the body", sends(head(200, JSON, b"content-length: 50"), b"[1, 2")
    yield "two lengths", sends(head(200, JSON, b"content-length: 2", b"content-length: 3"), b"[]]")
    yield "a length below zero", sends(head(200, JSON, b"content-length: -5"), b"[]")
    yield "a length that is no number", sends(head(200, JSON, b"content-length: 0x2"), b"[]")
    yield "a length and chunks", sends(head(200, JSON, b"content-length: 5", b"transfer-encoding: chunked"), b"zz")
    for size in (b"zz", b"-1", b"fffffffffffffffffff", b"", b"\x00"):
        yield f"a chunk of the size {size!r}", sends(chunked(), size + b"\r\nabc\r\n")
    yield "no version", sends(b"200 OK\r\n\r\n[]")
    yield "another protocol", sends(b"SSH-2.0-OpenSSH_9.9\r\n")
    yield "noise", sends(bytes(range(256)) * 40)
    yield "the start of TLS", sends(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500))
    yield (
        "another protocol from now on",
        sends(b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nabc"),
    )
    yield "10,000 cookies", sends(ok(b"[]", *(b"set-cookie: c%d=%s; path=/" % (n, b"v" * 4) for n in range(3_000))))
    yield "a header of a megabyte", sends(ok(b"[]", b"x: " + MIB))


def statuses() -> Iterator[tuple[str, Behaviour]]:
    """Errors, with bodies that tell our own key, or try to do something to a terminal or a page."""
    told: dict[str, bytes] = {
        "the key": json.dumps({"detail": f"Thread: x-api-key: {KEY} \x1b[31m‮ is wrong"}).encode(),
        "the key alone": json.dumps({"detail": KEY}).encode(),
        "the key as Basic": json.dumps({"detail": base64.b64encode(f"me:{KEY}".encode()).decode()}).encode(),
        "a text of 3 MB": json.dumps({"detail": "<script>alert(1)</script>" * 120_000}).encode(),
        "a deep detail": b'{"detail": ' + b"[" * 900 + b"]" * 900 + b"}",
        "too deep a detail": b'{"detail": ' + b"[" * 100_000,
        "HTML": f"<html>Log in, {KEY}</html>".encode(),
        "nothing": b"",
    }
    for status in (400, 401, 403, 404, 405, 407, 408, 409, 413, 418, 422, 429, 500, 501, 502, 503, 504, 511, 599):
        for what, body in told.items():
            more = (b"retry-after: 1000000000", b"www-authenticate: Negotiate", b"x-request-id: " + KEY.encode())
            length = b"content-length: %d" % len(body)
            yield f"status {status} with {what}", sends(head(status, JSON, length, *more), body)
    for status in (199, 204, 205, 206, 226, 300, 304, 305, 306, 600, 999):
        yield f"status {status}", sends(head(status, JSON, b"content-length: 0"))


def redirects(elsewhere: str) -> Iterator[tuple[str, Behaviour]]:
    """Ways to another place. `elsewhere` is the URL of a server that must not be asked."""
    host = elsewhere.partition("://")[2]
    places = [
        *(elsewhere, f"{elsewhere}/threads/search", f"//{host}/", f"\\\\{host}\\", f"http:{host}", f"http:///{host}"),
        *(f"http://127.0.0.1@{host}/", f"http://{host}#@127.0.0.1", f"http://me:{KEY}@{host}/", f"https://{host}/"),
        *("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_", "data:application/json,[]"),
        *("http://169.254.169.254/latest/meta-data/", "http://[::1]:1/", "http://localhost/", "javascript:alert(1)"),
        *("/", "/threads/search", "?a", "", "http://", "http://[", "http://host:port/", "\xff\xfe", "a" * 5_000),
    ]
    for status in (301, 302, 303, 307, 308):
        for place in places:
            line = b"location: " + place.encode("latin-1")
            yield f"status {status} to {place[:60]!r}", sends(head(status, line, b"content-length: 0"))
    for place in places:
        line = b"location: " + place.encode("latin-1")
        yield (
            f"an answer with the location {place[:60]!r}",
            lambda request, line=line: iter([ok(json.dumps(truth(request)).encode(), line)]),
        )
        yield f"content-location {place[:60]!r}", sends(ok(b"[]", b"content-" + line, b"refresh: 0; url=" + line[10:]))


def texts() -> Iterator[tuple[str, Behaviour]]:
    """Bodies that are no JSON of the API, as another web server or a broken one would send them."""
    told: dict[str, bytes] = {
        "a page to log in": b"<!doctype html><form action=/login>" * 100,
        "NaN": b'[{"thread_id": NaN}]',
        "Infinity": b"[Infinity]",
        "a huge float": b"[1e999]",
        "a number of 5,000 digits": b"[" + b"9" * 5_000 + b"]",
        "half of a character": rb'[{"thread_id": "\ud800"}]',
        "no UTF-8": b'["\xff\xfe"]',
        "UTF-16": "[]".encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf[]",
        "NUL": b"\0" * 100,
        "lists 100,000 deep": b"[" * 100_000,
        "lists 1,000 deep": b"[" * 1_000 + b"]" * 1_000,
        "dicts 1,000 deep": b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
        "the same key twice": f'[{{"thread_id": "{THREAD}", "thread_id": 5}}]'.encode(),
        "a list of 40,000 rows": json.dumps([{"thread_id": THREAD}] * 20_000).encode(),
        "a long text": json.dumps("y" * 800_000).encode(),
        "a cut text": b'[{"thread_id": "abc',
        "two values": b"[] []",
        "a comment": b"[] // so",
        "null": b"null",
        "a number": b"5",
        "true": b"true",
        "a text": b'"[]"',
        "an object": b"{}",
        "a list of lists": b"[[[]]]",
        "empty": b"",
    }
    for what, body in told.items():
        yield what, sends(ok(body))
        yield f"{what}, as text/html", sends(head(200, b"content-type: text/html; charset=utf-7"), body)
    yield "no content type", sends(head(200, b"content-length: 2"), b"[]")
    yield "events where there are none", sends(stream_head(), b"event: a\ndata: []\n\n")

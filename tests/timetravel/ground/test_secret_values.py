"""Which parts of variables are secret, in the forms that tools and services want them in; and what stays readable."""

import json

import pytest

from ui.timetravel.ground.redaction.redact import masked, masked_schema
from ui.timetravel.ground.redaction.secret_values import of_environment, of_graphs
from ui.timetravel.worker.child.shared.clipping import clipped, readable
from ui.timetravel.worker.child.shared.kept_settings import is_secret, to_keep, value_in_words
from ui.timetravel.worker.messages.output_mask import OutputMask

SECRET = "opensesame77"
BODY = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "AbCdEfGh1234567890ZyXwVuTsRqPoNm"]
PEM = "\n".join(["-----BEGIN PRIVATE KEY-----", *BODY, "-----END PRIVATE KEY-----", ""])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PROXY", f"ann:{SECRET}@proxy:8080"),
        ("HTTPS_PROXY", f"http://ann:{SECRET}@proxy:8080"),
        ("DATABASE_DSN", f"host=db password={SECRET} user=ann"),
        ("SQLSERVER", f"jdbc:sqlserver://host;user=sa;password={SECRET}"),
        ("ODBC", f"Server=x;User Id=sa;Pwd={SECRET};Encrypt=yes"),
        ("AZURE_STORAGE", f"DefaultEndpointsProtocol=https;AccountKey={SECRET};EndpointSuffix=core"),
        ("SERVICE_BUS", f"Endpoint=sb://x.example/;SharedAccessKeyName=Root;SharedAccessKey={SECRET}"),
        ("OTEL_EXPORTER_OTLP_HEADERS", f"x-tenant=me,authorization=Bearer {SECRET}"),
        ("CUSTOM_HEADERS", json.dumps({"Authorization": f"Bearer {SECRET}"})),
        ("LANGSMITH_RUNS_ENDPOINTS", json.dumps({"https://api.smith.example": SECRET})),
        ("LANGSMITH_RUNS_ENDPOINTS", json.dumps([{"api_url": "https://api.smith.example", "api_key": SECRET}])),
        ("BLOB", f"https://x.example/c?sv=2020&sig={SECRET}"),
        ("GOOGLE_API_KEY_2", SECRET),
        ("API_KEY_STAGING", SECRET),
        ("SMTP_PASS1", SECRET),
        ("AZURE_DEVOPS_PAT", SECRET),
        ("SLACK_WEBHOOK_URL", f"https://hooks.example/T0/B0/{SECRET}AbCd1234"),
        ("API_KEYS", f"{SECRET}\nanother-one"),
    ],
)
def test_a_secret_is_found_where_a_variable_holds_more_than_it(name: str, value: str) -> None:
    found = of_environment({name: value})
    assert any(one in (SECRET, f"{SECRET}AbCd1234") for one in found)
    assert "Bearer" not in found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGNER", PEM),
        ("PRIVATE_KEY", PEM.replace("\n", "\\n")),
        ("SIGNER", PEM.replace("\n", "\r\n")),
        ("GCP", json.dumps({"type": "service_account", "private_key": PEM, "auth_uri": "https://accounts.example/o"})),
    ],
)
def test_a_key_of_several_lines_is_masked_line_by_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    shown = masked("".join(f"  | {line}\n" for line in PEM.splitlines()) + repr(PEM) + json.dumps(PEM))
    assert not any(line in shown for line in BODY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("LS_COLORS", "rs=0:di=01;34:ln=01;36"),
            ("GIT_URL", "git@github.com:org/repo.git"),
            ("PATH", "/bin:/usr/bin"),
        ),
        *(
            ("IMAGE", "python:3.11-slim@sha256:0123456789abcdef"),
            ("OPTS", "--sort-key=created"),
            ("KUBE", "tcp://10.0.0.1:443"),
        ),
        *(("PROMPT", "key: value here"), ("MONKEY_KEYS_PER_ROW", "three rows"), ("HOST", "user@host:22")),
    ],
)
def test_what_only_looks_alike_stays_readable(name: str, value: str) -> None:
    assert of_environment({name: value}) == set()


def test_of_the_graphs_environment_parts_of_addresses_and_single_words_are_looked_at_too() -> None:
    hook = "https://hooks.example/T0/cnry1234567890abcdef"
    assert of_graphs({"HOOK": hook, "NOTES": "turquoise cnry22lines33", "URL": "https://host.example/v1/models"}) == {
        *("cnry1234567890abcdef", "cnry22lines33"),
    }


@pytest.mark.parametrize("at", range(0, 24, 3))
def test_a_secret_that_was_cut_where_something_is_left_out_is_not_shown_in_part(
    at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "cnry0123456789abcdefXYZ"
    monkeypatch.setenv("CANARY_TOKEN", secret)
    cut = [
        clipped("x" * (500 - at) + secret + "y" * 5_000, 1_000),
        clipped("x" * 5_000 + secret + "y" * (500 - at), 1_000),
    ]
    cut.append(readable({"a": b"x" * (1_000 - at) + secret.encode() + b"y" * 5_000}))
    for text in cut:
        shown = masked(text)
        assert not any(secret[n : n + 5] in shown for n in range(len(secret) - 4))
        assert "left out …" in shown


def test_what_is_printed_after_a_gap_does_not_show_the_end_of_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY_TOKEN", "cnry0123456789abcdefXYZ")
    mask, output = OutputMask(), {"event": "output", "kind": "stdout", "node": "n", "task": "t"}
    told = [
        *mask.take({**output, "text": "before cnry01"}),
        *mask.take({**output, "text": "789abcdefXYZ!", "left_out": 9}),
    ]
    assert [each["text"] for each in told] == ["before ", "cnry01", "•••!"]
    assert told[-1]["left_out"] == 9


def test_a_default_that_is_secret_is_not_told_by_a_schema_and_its_property_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", SECRET)
    field = {"type": "string", "default": SECRET, "examples": [f"as {SECRET}"], "description": f"{SECRET} or so"}
    told = masked_schema({"properties": {"default": field, "n": {"default": 3}}, "$defs": {"examples": field}})
    open_field = {"type": "string", "description": "••• or so"}
    assert told == {"properties": {"default": open_field, "n": {"default": 3}}, "$defs": {"examples": open_field}}


def test_settings_are_secret_by_their_names_or_by_how_they_begin_however_deep() -> None:
    assert is_secret("model", "sk-proj-0123456789abcdef")
    assert not is_secret("model", "gpt-4o-mini")
    given = {
        "model": "gpt",
        "llm": {"token": SECRET, "n": 1},
        "tools": [{"api_key": SECRET}],
        "x": "sk-proj-0123456789abcdef",
    }
    kept = to_keep({"configurable": given, "context": {"tools": [{"name": "a"}]}})
    assert kept["configurable"] == {"model": "gpt", "llm": {"n": 1}}
    assert kept["context"] == {"tools": [{"name": "a"}]}
    assert kept["left_out"] == ["token", "tools", "x"]
    assert SECRET not in "".join(value_in_words(name, value) for name, value in given.items())

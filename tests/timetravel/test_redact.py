import pytest

from ui.timetravel.redact import without_secrets


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:hunter22@db.example:5432/x",
        "connection to postgres://hunter22@db/x failed",
        "https://user:hunter22@host/path?q=1",
        "host=db password=hunter22 dbname=x",
        "{'password': 'hunter22', 'user': 'ann'}",
        '{"api_key": "hunter22"}',
        "x-api-key: hunter22",
        "Authorization: Bearer hunter22",
        "LANGSMITH_API_KEY=hunter22",
        "?sslpassword=hunter22&x=1",
        "access_token=hunter22, more",
    ],
)
def test_what_is_secret_is_taken_out_wherever_a_name_or_an_address_says_that_it_is(text: str) -> None:
    assert "hunter22" not in without_secrets(text)
    assert "•••" in without_secrets(text)


def test_the_values_of_secret_environment_variables_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGGRAPH_AES_KEY", "sixteen letters!")
    monkeypatch.setenv("PGPASSWORD", "hunter22")
    assert without_secrets("tried 'sixteen letters!' and hunter22") == "tried '•••' and •••"


@pytest.mark.parametrize(
    "text",
    [
        'File "/home/ann/app.py", line 7, in main\n    rows = sorted(found, key=lambda row: row[0])',
        "KeyError: 'thread'",
        "see https://example.com/a/b@c and mail ann@example.com",
        "",
    ],
)
def test_the_rest_stays_as_it_is(text: str) -> None:
    assert without_secrets(text) == text

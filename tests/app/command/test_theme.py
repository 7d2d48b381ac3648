"""Both themes can be read: WCAG 2.1, 1.4.3, asks for a contrast of 4.5 to 1 between text and what is behind it."""

import tomllib

import pytest

from ui.command.streamlit_flags import config_file

THEMES = tomllib.loads(config_file().read_text(encoding="utf-8"))["theme"]
HUES = ("red", "orange", "yellow", "green", "blue", "violet", "gray")
FADED = 0.6
"""How much of the text colour Streamlit leaves in captions and hints (1.67, `fadedText60`)."""


def channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def luminance(colour: list[float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front: list[float], back: list[float]) -> float:
    dark, light = sorted((luminance(front), luminance(back)))
    return (light + 0.05) / (dark + 0.05)


def mixed(front: str, back: str, share: float) -> list[float]:
    return [f * share + b * (1 - share) for f, b in zip(channels(front), channels(back), strict=True)]


def backgrounds(theme: dict) -> set[str]:
    return {section[key] for section in (theme, theme["sidebar"]) for key in section if key.endswith("ackgroundColor")}


@pytest.mark.parametrize("name", ["light", "dark"])
class TestEachTheme:
    def test_has_text_that_is_readable_on_every_background_also_where_it_is_faded(self, name: str) -> None:
        theme = THEMES[name]
        for back in backgrounds(theme):
            assert contrast(mixed(theme["textColor"], back, FADED), channels(back)) >= 4.5, back

    def test_has_coloured_words_that_are_readable_on_every_background(self, name: str) -> None:
        theme = THEMES[name]
        for key in [*(f"{hue}TextColor" for hue in HUES), "linkColor", "codeTextColor"]:
            for back in backgrounds(theme):
                assert contrast(channels(theme[key]), channels(back)) >= 4.5, (key, back)

    def test_has_coloured_words_that_are_readable_on_their_own_tint(self, name: str) -> None:
        theme = THEMES[name]
        for hue in HUES:
            tint = mixed(theme[f"{hue}Color"], theme["backgroundColor"], 0.1 if name == "light" else 0.2)
            assert contrast(channels(theme[f"{hue}TextColor"]), tint) >= 4.5, hue

    def test_has_a_primary_colour_that_carries_white_and_is_readable_itself(self, name: str) -> None:
        theme = THEMES[name]
        primary = channels(theme["primaryColor"])
        assert contrast(channels("#ffffff"), primary) >= 4.5
        for back in (theme["backgroundColor"], theme["sidebar"]["backgroundColor"]):
            assert contrast(primary, channels(back)) >= 4.5, back


def test_both_themes_set_the_same_things() -> None:
    light, dark = THEMES["light"], THEMES["dark"]
    assert light.keys() == dark.keys()
    assert light["sidebar"].keys() == dark["sidebar"].keys()

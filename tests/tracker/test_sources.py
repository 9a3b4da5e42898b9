"""Sources' config: laid over key by key, and impossible to make abusive by accident."""

from pathlib import Path

import pytest

from tracker.domain.errors import ConfigError
from tracker.settings import shipped_config
from tracker.sources import load_sources


def user_layer(folder: Path, text: str) -> tuple[Path, ...]:
    (folder / "marketplaces").mkdir()
    (folder / "marketplaces" / "ebay.toml").write_text(text)
    return shipped_config(), folder


def test_a_user_changes_one_key_and_keeps_the_rest(tmp_path: Path) -> None:
    ours = load_sources((shipped_config(),))["ebay"]
    theirs = load_sources(user_layer(tmp_path, 'searches = ["tesla p40"]\n'))["ebay"]
    assert theirs.searches == ("tesla p40",)
    assert theirs.seconds_between_requests == ours.seconds_between_requests


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("seconds_between_requests = 0.1\n", "at least 2"),
        ("max_pages = 5000\n", "max_pages"),
        ("enabeld = true\n", "enabeld"),
        ('base_url = "javascript:alert(1)"\n', "base_url"),
        ("searches = [\n", "TOML"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named) as caught:
        load_sources(user_layer(tmp_path, text))
    assert "ebay.toml" in str(caught.value)


def test_this_machine_may_be_asked_quickly(tmp_path: Path) -> None:
    layers = user_layer(tmp_path, 'base_url = "http://127.0.0.1:8000/ebay"\nseconds_between_requests = 0\n')
    assert load_sources(layers)["ebay"].seconds_between_requests == 0

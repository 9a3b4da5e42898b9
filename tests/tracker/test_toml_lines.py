"""A problem in a user's file names its line, whichever way TOML lets the key be written."""

from pathlib import Path

import pytest

from tracker.domain.errors import ConfigError
from tracker.settings import load_settings, shipped_config
from tracker.toml_lines import line_of

TEXT = """\
country = "FR"   # country = "DE"
rent.region = "eu-west-1"

[mail]
port = 25
[ "cloud" . 'g5.xlarge' ]  # a heading with spaces
gpus = 1
rates = [
  "country",
]
budget = { amount = "9", currency = "EUR" }
[[search]]
words = "p40"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("country", 1),
        ("rent.region", 2),
        ("rent.hours", None),
        ("mail", 4),
        ("mail.port", 5),
        ("mail.port.deep", 5),
        ("cloud.g5.xlarge.gpus", 7),
        ("cloud.g5.xlarge.missing", 6),
        ("cloud.g5.xlarge.rates.0", 8),
        ("cloud.g5.xlarge.budget.amount", 11),
        ("search.words", 13),
        ("cloud", 6),
        ("clou", None),
        ("rent", 2),
        ("port", None),
        ("(file)", None),
    ],
)
def test_a_key_s_line(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\ncurency = "EUR"\n', "settings.toml:2: curency: there is no such key (mend: did you mean 'currency'?)"),
        ("[mail]\nport = 99999\n", "settings.toml:2: mail.port: "),
        ('[mail]\nhots = "x"\n', "settings.toml:2: mail.hots: there is no such key (mend: did you mean 'host'?)"),
        ('[rent]\n\nhours_per_week = "all"\n', "settings.toml:3: rent.hours_per_week: "),
        ("[cost.shipping_estimate]\ngpu = -1\n", "settings.toml:2: cost.shipping_estimate.gpu: "),
        ("[cost.shipping_estimate]\nfridge = 9\n", "settings.toml:2: cost.shipping_estimate.fridge: "),
        ("[rent]\nelectricity_per_kwh = -0.2\n", "settings.toml:2: rent.electricity_per_kwh: "),
        ('targets = ["k80-box", 7]\n', "settings.toml:1: targets.1: "),
        ("rent = 5\n", "settings.toml:1: rent: "),
        ("time_zone = 'Mars/Base'\n", "settings.toml:1: time_zone: "),
        ("country = 'ZZ'\n", "settings.toml:1: country: "),
    ],
)
def test_a_typo_in_the_settings_names_its_line_and_the_mend(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings((shipped_config(), tmp_path))
    assert told in str(caught.value)

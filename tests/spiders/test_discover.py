"""A marketplace is a file in a folder; a broken one costs its own source and no other."""

import json
import subprocess
import sys

import pytest

from spiders.discover import broken, load, marketplaces

_PROGRAM = """
import json, sys
import spiders.marketplaces
spiders.marketplaces.__path__.append(sys.argv[1])
from spiders.discover import broken, marketplaces
print(json.dumps([sorted(marketplaces()), broken()]))
"""


def test_none_of_ours_is_broken():
    assert broken() == {}
    assert list(marketplaces()) == sorted(marketplaces())


def test_a_broken_file_costs_no_other_source(tmp_path):
    (tmp_path / "halfdone.py").write_text("import no_such_module\n")
    (tmp_path / "nameless.py").write_text('"""No class in it."""\n')
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    found, wrong = json.loads(done.stdout)
    assert found == sorted(marketplaces())
    assert set(wrong) == {"halfdone", "nameless"}
    assert "no_such_module" in wrong["halfdone"]


def test_a_crawl_loads_only_its_own():
    program = "import sys; from spiders.discover import load; load('vinted'); print('spiders.marketplaces.ebay' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


def test_there_is_no_other():
    with pytest.raises(ModuleNotFoundError):
        load("nowhere")

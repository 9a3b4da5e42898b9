"""Every page of ours and every captured one, cut at 200 places and broken in every other way (`make soak`)."""

from pathlib import Path

import pytest

from spiders.discover import marketplaces
from tests.spiders.fuzzing import wrongs
from tests.spiders.test_walk_pages import FILES

SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "pages"
CUTS = 200


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_our_pages(path):
    assert wrongs(path.parent.name, path, seed=3, cuts=CUTS) == []


CAPTURED = [path for name in sorted(marketplaces()) for path in sorted((SHARED / name).glob("*/*.*"))]


@pytest.mark.shared
@pytest.mark.parametrize("path", CAPTURED, ids=[str(path.relative_to(SHARED)) for path in CAPTURED])
def test_captured_pages(path):
    assert wrongs(path.parent.parent.name, path, seed=4, cuts=CUTS) == []

"""The JSON API held against its own OpenAPI by schemathesis: answers as described, nothing else, and no failure of ours."""

import pytest
from hypothesis import HealthCheck, settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from reports.web.app import create_app  # noqa: E402 - after the look whether schemathesis is there
from tests.reports.web.site import Reads, Writes  # noqa: E402 - as above

_APP = create_app(Reads(), writes=Writes(), clock=iter(range(10_000_000)).__next__)
schema = schemathesis.openapi.from_asgi("/openapi.json", _APP, headers={"host": "127.0.0.1"})


@schema.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_as_described(case) -> None:
    case.call_and_validate(headers={"host": "127.0.0.1"})

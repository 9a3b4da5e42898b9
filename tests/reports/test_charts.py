"""The charts: real pictures for every kind of history, the same bytes each time, gaps left open, hostile names harmless."""

import io
import re
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import etree
from PIL import Image

from reports.chart_style import Look, day_axis, spread
from reports.formats import Formats
from reports.machine_charts import breakdown_chart, machine_index_chart, pareto_chart
from reports.price_charts import deals_chart, price_history_chart, sparkline
from reports.rental_charts import cost_over_time_chart
from tests.reports.sample import deals, history
from tests.reports.sample_machines import TODAY, eur, index, machines, p40_build, wave
from tracker.domain.history import DayFigures, PartHistory
from tracker.domain.report import MachineReport

P40 = history("gpu:tesla-p40", "Tesla P40", wave(182, -0.05), step_at=52)
SVG = Look(fmt="svg")


def size(png: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(png)).size


def texts(svg: bytes) -> str:
    return " ".join("".join(node.itertext()) for node in etree.fromstring(svg).iter("{*}text"))


def every_chart(look: Look) -> dict[str, bytes]:
    built = [(machine.title, machine.solution.builds[0]) for machine in machines() if machine.solution.builds]
    return {
        "history": price_history_chart(P40, look),
        "index": machine_index_chart(machines(), look),
        "breakdown": breakdown_chart(p40_build(), look),
        "pareto": pareto_chart(built, look),
        "speed": pareto_chart(built, look, measure="speed"),
        "cost": cost_over_time_chart(machines()[1].rent, look),
        "deals": deals_chart(deals(), {P40.part: P40}, look),
        "spark": sparkline([eur(1), None, eur(3)], look),
    }


def test_png_at_twice_the_pixels() -> None:
    for png in every_chart(Look(width=340, height=200)).values():
        assert size(png) == (680, 400)


def test_svg_is_sound_and_the_same_each_time() -> None:
    once, again = every_chart(SVG), every_chart(SVG)
    assert once == again
    for svg in once.values():
        assert etree.fromstring(svg).tag.endswith("svg")


def test_the_figures_stand_in_the_picture() -> None:
    said = {name: texts(svg) for name, svg in every_chart(SVG).items()}
    assert "€182" in said["history"]
    assert "15 Oct: €196 → €171" in said["history"]
    assert "K80 box €173" in said["index"]
    assert "week g5.12xlarge €664" in said["index"]
    assert "log scale" in said["index"]
    assert "€170.00" in said["breakdown"]
    assert "55%" in said["breakdown"]
    assert "even after 0.5 months" in said["cost"]
    assert "P40 box" in said["pareto"]
    assert "usual price" in said["deals"]
    assert "€127  −26%" in said["deals"]


def test_the_reader_s_currency_and_days() -> None:
    said = texts(price_history_chart(P40, replace(SVG, formats=Formats("de", "Europe/Berlin"))))
    assert "182\u00a0€" in said
    assert "15. Okt" in said


def test_demo_charts_say_so() -> None:
    demo = replace(SVG, demo=True)
    for name, svg in every_chart(demo).items():
        assert "DEMO DATA" in texts(svg), name
    for name, svg in every_chart(SVG).items():
        assert "DEMO" not in texts(svg), name


def line_of(svg: bytes) -> str:
    """The path of the median: the only line in full blue without fill."""
    paths = [
        node.get("d")
        for node in etree.fromstring(svg).iter("{*}path")
        if "stroke: #0072b2" in (node.get("style") or "")
    ]
    return max(paths, key=len)


def test_gaps_are_left_open() -> None:
    """Five days not crawled and two without an offer: two breaks, three strokes."""
    assert len(re.findall(r"M ", line_of(price_history_chart(P40, SVG)))) == 3
    whole = replace(P40, days=tuple(day for day in P40.days[:40]), trend=None)
    assert len(re.findall(r"M ", line_of(price_history_chart(whole, SVG)))) == 1


@pytest.mark.parametrize("days", [0, 1, 2, 8, 46, 400, 4000])
def test_any_length_of_history(days: int) -> None:
    figures = tuple(
        DayFigures("gpu:x", TODAY - timedelta(days=days - n), 1, eur(9), eur(9), eur(9), eur(9), eur(9), eur(9))
        for n in range(days)
    )
    said = texts(price_history_chart(PartHistory("gpu:x", "X", "EUR", figures), SVG))
    assert ("no price observed yet" in said) == (days == 0)


def test_days_without_any_price() -> None:
    figures = (DayFigures("gpu:x", TODAY, 0, observed=False), DayFigures("gpu:x", TODAY, 0))
    assert "no price observed yet" in texts(price_history_chart(PartHistory("gpu:x", "X", "EUR", figures), SVG))


def test_nothing_to_show_is_said() -> None:
    assert "no machine could be built yet" in texts(machine_index_chart([], SVG))
    assert "nothing to compare yet" in texts(pareto_chart([], SVG))
    assert size(sparkline([], Look(width=50, height=20))) == (100, 40)
    assert size(sparkline([None, None], Look(width=50, height=20))) == (100, 40)


def test_a_single_observed_day_is_a_dot() -> None:
    machine = replace(machines()[0], index=index([172.8]))
    assert "K80 box €173" in texts(machine_index_chart([machine], SVG))


@pytest.mark.parametrize(
    "title", ["$169 or $170", "<b>&amp;", "T" + "\u0301" * 40, "价格 \u202e \x00 \ud800", "x" * 500]
)
def test_hostile_titles(title: str) -> None:
    machine: MachineReport = replace(machines()[0], title=title, target=title)
    assert etree.fromstring(machine_index_chart([machine], SVG)) is not None
    assert size(machine_index_chart([machine], Look(width=300, height=200))) == (600, 400)


def test_labels_that_would_touch_are_moved_apart() -> None:
    assert spread([10, 10, 10], 5) == [10, 15, 20]
    assert spread([30, 0], 5) == [30, 0]
    assert spread([28, 29, 30], 5, top=30) == [20, 25, 30]


def test_threads_do_not_mix_their_settings() -> None:
    wanted = price_history_chart(P40, SVG)
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(price_history_chart(P40, SVG))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [wanted] * 4


def test_ticks_fit_the_width() -> None:
    from matplotlib.figure import Figure

    area = Figure().add_subplot()
    for span in (0, 3, 30, 90, 365, 3650):
        day_axis(area, TODAY - timedelta(days=span), TODAY, Look(width=340))
        assert len(area.get_xticks()) <= 6, span
        assert all(date.fromordinal(int(tick)) <= TODAY for tick in area.get_xticks())

"""figures.md as acceptance cases, each test named after its row; then the rules behind them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from tracker.catalog import load_catalog
from tracker.cloud import NoPriceError, load_cloud
from tracker.domain.money import Money, Rates
from tracker.domain.part import GpuFacts
from tracker.fx import load_rates
from tracker.rental.compare import Machine, rent_or_buy
from tracker.rental.resale import Resale
from tracker.rental.sums import (
    Inputs,
    break_even_hours,
    break_even_months,
    cash_flow,
    cloud_cost,
    cost_per_hour_of_use,
    flips,
    is_buying_better,
    own_cost,
    ratio,
)
from tracker.settings import Settings, load_settings, shipped_config

LAYERS = (shipped_config(),)
CLOUD = load_cloud(LAYERS)
PARITY = Rates(date(2024, 1, 2), {"USD": Decimal(1), "GBP": Decimal("0.85")})  # the seed's sums take 1 $ for 1 €


def settings(**rent: object) -> Settings:
    base = load_settings(LAYERS)
    ours = {"instance": "g5.xlarge", "region": "us-east-1", "electricity_per_kwh": Decimal("0.20")}
    return base.model_copy(update={"rent": base.rent.model_copy(update=ours | rent)})


def money(amount: Decimal) -> str:
    return str(Money.of(amount, "USD").amount)


def near(value: Decimal | None, expected: float, percent: float = 1) -> bool:
    assert value is not None
    return abs(float(value) - expected) <= abs(expected) * percent / 100


BOX_1 = Inputs(cost=Decimal(3000), watts=Decimal(1000), tariff=Decimal("0.20"), cloud_rate=Decimal(3))
BOX_4 = replace(BOX_1, cost=Decimal(4500), watts=Decimal(2000), gpus_needed=Decimal(4))


def test_a1_one_k80_against_a_week_of_g5_xlarge() -> None:
    """Combo 40, PSU 9, K80 96: 145 against 168 h × $1.006 = $169.01; buying is cheaper than one week."""
    machine = Machine(Money.of(40 + 9 + 96, "EUR"), 350, {"gpu:tesla-k80": 1}, 24)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    assert result.build_total == Money.of(145, "EUR")
    assert (result.instance.name, result.week) == ("g5.xlarge", Money.of("169.01", "EUR"))
    assert result.weeks_for_build < 1
    same_hours = result.comparisons[0]
    assert same_hours.own == Money.of("156.76", "EUR")  # with the week's electricity: 58.8 kWh
    assert near(same_hours.ratio, 169.01 / 156.76, 0.01)


def test_a2_three_p40_against_three_quarters_of_a_g5_12xlarge() -> None:
    """110 + 46 + 410 = 566 (the source prints 560); 168 h × $5.672 = $952.90, three of four GPUs $714.67."""
    machine = Machine(Money.of(110 + 46 + 410, "EUR"), 900, {"gpu:tesla-p40": 3}, 72)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    assert result.instance.name == "g5.12xlarge"
    assert money(result.instance.rate * 168) == "952.90"
    assert result.week == Money.of("714.67", "EUR")
    assert near((1 - Decimal(566) / result.week.amount) * 100, 20.8)
    assert near((1 - Decimal(560) / Decimal(715)) * 100, 21.7)
    assert result.weeks_for_build < 1


def test_a2_the_same_from_typed_numbers() -> None:
    typed = Inputs(
        cost=Decimal(566),
        watts=Decimal(0),
        tariff=Decimal(0),
        cloud_rate=Decimal("5.672"),
        cloud_gpus=Decimal(4),
        gpus_needed=Decimal(3),
        weeks=Decimal(1),
    )
    assert money(cloud_cost(typed).total) == "714.67"
    assert money(cloud_cost(replace(typed, gpus_needed=Decimal(4))).total) == "952.90"


def test_a3_a_k80_is_two_devices_of_12_gb_and_a_p40_one_of_24() -> None:
    parts = load_catalog(LAYERS).parts
    k80, p40 = parts["gpu:tesla-k80"].facts, parts["gpu:tesla-p40"].facts
    assert isinstance(k80, GpuFacts)
    assert isinstance(p40, GpuFacts)
    assert (k80.devices, k80.vram_gb_per_device) == (2, 12)
    assert (p40.devices, p40.vram_gb_per_device) == (1, 24)


def test_a4_the_same_work_takes_half_as_long_again_on_one_p40() -> None:
    """A week of g5.xlarge is 1.5 weeks of one P40, whose electricity is charged to the build."""
    machine = Machine(Money.of(300, "EUR"), 350, {"gpu:tesla-p40": 1}, 24)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    work = {item.name: item for item in result.comparisons}["same_work"]
    assert near(work.hours, 168 * 1.5, 0.1)
    assert work.cloud_hours == 168
    power = Decimal("0.35") * Decimal("0.20") * work.hours
    assert work.own == Money.of(300 + power, "EUR")
    assert work.cloud == Money.of("169.01", "EUR")


@pytest.mark.parametrize(("part", "relative"), [("gpu:a100-40gb", "2.0"), ("gpu:rtx-4060-ti-16gb", "1.43")])
def test_a4_the_sources_other_speeds_are_kept_as_its_rules_of_thumb(part: str, relative: str) -> None:
    speed = CLOUD.speed(part, "general")
    assert speed is not None
    assert speed.relative == Decimal(relative)
    assert speed.confidence == "rule of thumb"


def test_b1_one_gpu_for_a_year() -> None:
    own, cloud = own_cost(BOX_1), cloud_cost(BOX_1)
    assert (money(own.depreciation), money(own.electricity), money(own.total)) == ("1000.00", "1752.00", "2752.00")
    assert (money(cloud.total), cloud.hours) == ("26280.00", 8760)
    assert near(ratio(BOX_1), 9.5)


def test_b2_four_gpus_for_a_year() -> None:
    own = own_cost(BOX_4)
    assert (money(own.depreciation), money(own.electricity), money(own.total)) == ("1500.00", "3504.00", "5004.00")
    assert money(cloud_cost(BOX_4).total) == "105120.00"
    assert near(ratio(BOX_4), 21.0)


@pytest.mark.parametrize("term", ["reserved_1yr", "reserved_3yr"])
def test_b3_a_multi_year_contract_is_four_to_six_times_as_dear(term: str) -> None:
    """The discount is that of a reserved g5, on the source's $3."""
    listed, reserved = CLOUD.price("g5.xlarge", "us-east-1"), CLOUD.price("g5.xlarge", "us-east-1", term)
    assert listed is not None
    assert reserved is not None
    times = ratio(replace(BOX_1, cloud_rate=3 * reserved.rate / listed.rate))
    assert times is not None
    assert 4 <= round(times) <= 6


def test_b4_break_even_of_one_gpu() -> None:
    assert near(break_even_hours(BOX_1), 1071, 0.1)
    assert near(break_even_months(BOX_1), 1.47)


def test_b5_break_even_of_four_gpus() -> None:
    assert near(break_even_hours(BOX_4), 388, 0.1)
    assert near(break_even_months(BOX_4), 0.53)


def test_b6_a_cloud_month_and_the_disk_that_stays() -> None:
    month = replace(BOX_1, weeks=Decimal(365) / 7 / 12, storage_gb=Decimal(1000), storage_rate=Decimal("0.10"))
    assert (money(cloud_cost(month).compute), money(cloud_cost(month).storage)) == ("2190.00", "100.00")


def test_b7_relative_speed_is_an_input() -> None:
    """A 1080 Ti does 0.9 of a V100's work: a year of it is worth 0.9 of a year of V100."""
    assert money(cloud_cost(replace(BOX_1, speed_ratio=Decimal("0.9"))).total) == "23652.00"
    assert cloud_cost(replace(BOX_1, speed_ratio=Decimal("0.9"))).hours == 7884


def test_b7_a_1080_ti_is_three_to_four_rented_k80s() -> None:
    """A rented K80 is half a card: one of its two devices."""
    ti, k80 = (CLOUD.speed(part, "train-resnet50-fp32") for part in ("gpu:gtx-1080-ti", "gpu:tesla-k80"))
    assert ti is not None
    assert k80 is not None
    assert ti.relative is not None
    assert k80.relative is not None
    assert 3 <= ti.relative / (k80.relative / 2) <= 4
    assert "weak" in k80.confidence


SPOT = Inputs(
    cost=Decimal(1500),
    watts=Decimal(400),
    tariff=Decimal("0.20"),
    cloud_rate=Decimal("0.45"),
    speed_ratio=Decimal(2),
)


def test_c1_a_cloud_half_as_fast_costs_twice_its_rate() -> None:
    assert SPOT.cloud_per_hour == Decimal("0.90")


@pytest.mark.parametrize(
    ("weeks", "expected"), [(Decimal(1) / 7, "21.60"), (Decimal(365) / 7 / 12, "657.00"), (Decimal(365) / 7, "7884.00")]
)
def test_c2_always_on(weeks: Decimal, expected: str) -> None:
    """A day, a month, a year of $0.90."""
    assert money(cloud_cost(replace(SPOT, weeks=weeks)).total) == expected


def test_c3_a_quarter_of_the_time() -> None:
    assert money(cloud_cost(replace(SPOT, hours_per_week=Decimal(42))).total) == "1971.00"


def test_e1_all_but_electricity_is_paid_at_once() -> None:
    flow = cash_flow(BOX_1, 12)
    assert flow[0] == (0, 3000, 0)
    assert [money(amount) for amount in flow[12][1:]] == ["4752.00", "26280.00"]
    overtaken = next(month for month, own, cloud in flow if cloud > own)
    assert overtaken == 2  # B4: 1.5 months


def test_e2_little_use_makes_renting_the_answer_and_says_so() -> None:
    rare = replace(BOX_1, hours_per_week=Decimal(2))
    assert not is_buying_better(rare)
    own, cloud = cost_per_hour_of_use(BOX_1, Decimal(2))
    assert own > cloud == 3
    machine = Machine(Money.of(2500, "EUR"), 400, {"gpu:tesla-p40": 1}, 24)
    result = rent_or_buy(machine, settings=settings(hours_per_week=Decimal(4)), cloud=CLOUD, rates=PARITY)
    assert result.answer == "rent"
    assert "4 hours a week" in result.why


def test_e2_peak_gpus_are_an_input() -> None:
    assert cloud_cost(replace(BOX_1, gpus_needed=Decimal(8))).compute == 8 * cloud_cost(BOX_1).compute


def test_e3_resale_is_the_history_s_where_there_is_one_and_an_assumption_said_so_where_not() -> None:
    machine = Machine(Money.of(1000, "EUR"), 400, {"gpu:tesla-p40": 1}, 24)
    assumed = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    tracked = rent_or_buy(
        machine, settings=settings(), cloud=CLOUD, rates=PARITY, resale=Resale(Decimal(90), Decimal(1))
    )
    assert any("60" in note and "assumed" in note for note in assumed.assumptions)
    assert any("90" in note and "history" in note for note in tracked.assumptions)
    assert assumed.year_own is not None
    assert tracked.year_own is not None
    assert assumed.year_own - tracked.year_own == Money.of(300, "EUR")


def test_a_cloud_cheaper_than_electricity_is_never_broken_even() -> None:
    dear = replace(BOX_1, tariff=Decimal(4))
    assert break_even_hours(dear) is None
    assert break_even_months(dear) is None
    assert not is_buying_better(dear)


def test_more_than_its_price_is_never_lost() -> None:
    assert own_cost(replace(BOX_1, weeks=Decimal(520))).depreciation == 3000


numbers = st.decimals(min_value="0.01", max_value=10000, places=2)


@generated(
    cost=numbers,
    watts=numbers,
    tariff=st.decimals(min_value="0.01", max_value=2, places=2),
    rate=st.decimals(min_value="0.01", max_value=50, places=2),
    hours=st.decimals(min_value=1, max_value=168, places=1),
)
def test_at_the_value_where_the_answer_flips_both_cost_the_same(
    cost: Decimal, watts: Decimal, tariff: Decimal, rate: Decimal, hours: Decimal
) -> None:
    typed = Inputs(cost=cost, watts=watts, tariff=tariff, cloud_rate=rate, hours_per_week=hours)
    for name, _, at, _ in flips(typed):
        if at is not None:
            turned = replace(typed, **{name: at})
            own, cloud = own_cost(turned).total, cloud_cost(turned).total
            assert abs(own - cloud) <= max(own, cloud, Decimal(1)) * Decimal("1e-12")


def test_break_even_is_where_the_cash_flows_meet() -> None:
    months = break_even_months(SPOT)
    assert months is not None
    flow = cash_flow(SPOT, int(months) + 2)
    before, after = flow[int(months)], flow[int(months) + 1]
    assert before[1] >= before[2]
    assert after[1] <= after[2]


def test_same_vram_takes_the_smallest_instance_that_holds_it() -> None:
    machine = Machine(Money.of(500, "EUR"), 600, {"gpu:tesla-p40": 2}, 48)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    memory = {item.name: item for item in result.comparisons}["same_vram"]
    assert memory.cloud == Money.of("952.90", "EUR")
    assert "g5.12xlarge" in memory.note
    assert "476.45 EUR for the 0.5 of it" in memory.note


def test_a_card_of_unknown_speed_leaves_the_same_work_unknown() -> None:
    machine = Machine(Money.of(500, "EUR"), 600, {"gpu:tesla-m10": 1}, 32)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    work = {item.name: item for item in result.comparisons}["same_work"]
    assert (work.own, work.cloud, work.ratio) == (None, None, None)
    assert "unknown" in work.unknown
    assert any("gpu:tesla-m10" in note and "unknown" in note for note in result.assumptions)


def test_more_vram_than_any_instance_is_unknown_not_free() -> None:
    machine = Machine(Money.of(500, "EUR"), 600, {"gpu:tesla-p40": 10}, 240)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    memory = {item.name: item for item in result.comparisons}["same_vram"]
    assert memory.cloud is None
    assert memory.unknown


def test_where_the_instance_is_not_offered_the_nearest_region_is_taken_and_named() -> None:
    """Paris has no g5: London is nearest."""
    assert CLOUD.price("g5.xlarge", "eu-west-3") is None
    assert CLOUD.nearest("g5.xlarge", "eu-west-3").region == "eu-west-2"
    assert CLOUD.nearest("g5.xlarge", country="SE").region == "eu-north-1"
    machine = Machine(Money.of(500, "EUR"), 600, {"gpu:tesla-p40": 1}, 24)
    result = rent_or_buy(machine, settings=settings(region="eu-west-3"), cloud=CLOUD, rates=PARITY)
    assert any("eu-west-3" in note and "eu-west-2" in note for note in result.assumptions)


def test_without_a_region_the_one_nearest_the_country_is_taken() -> None:
    machine = Machine(Money.of(500, "EUR"), 600, {"gpu:tesla-p40": 1}, 24)
    home = settings(region="").model_copy(update={"country": "DE"})
    assert rent_or_buy(machine, settings=home, cloud=CLOUD, rates=PARITY).instance.region == "eu-central-1"


def test_an_instance_that_nobody_knows_is_named_with_those_that_are() -> None:
    with pytest.raises(NoPriceError) as caught:
        CLOUD.nearest("g9.huge")
    assert "g5.xlarge" in caught.value.mend


def test_other_currencies_go_through_the_day_s_rate() -> None:
    rates = load_rates(LAYERS)
    machine = Machine(Money.of(145, "EUR"), 350, {"gpu:tesla-k80": 1}, 24)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=rates)
    assert result.week == Money.of(Decimal("1.006") * 168 / rates.per_eur["USD"], "EUR")
    assert any(str(rates.day) in note for note in result.assumptions)


def test_the_country_s_tariff_serves_unless_the_user_has_one() -> None:
    machine = Machine(Money.of(145, "EUR"), 350, {"gpu:tesla-k80": 1}, 24)
    home = settings(electricity_per_kwh=None).model_copy(update={"country": "DE"})
    assert rent_or_buy(machine, settings=home, cloud=CLOUD, rates=PARITY).tariff == Decimal("0.3835")
    assert CLOUD.tariffs["FI"].per_kwh == Decimal("0.2872")  # the EU average: Finland has no line of its own
    abroad = settings(electricity_per_kwh=None).model_copy(update={"country": "JP"})
    result = rent_or_buy(machine, settings=abroad, cloud=CLOUD, rates=PARITY)
    assert any("no tariff is known for JP" in note for note in result.assumptions)


def test_all_g5_sizes_and_the_families_for_context_are_priced() -> None:
    names = {item.name for item in CLOUD.prices}
    assert {
        f"g5.{size}"
        for size in ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge")
    } <= names
    assert {name.partition(".")[0] for name in names} >= {"p2", "p3", "g4dn", "g6"}
    terms = {item.term for item in CLOUD.prices if item.name == "g5.xlarge"}
    assert terms == {"on_demand", "spot", "reserved_1yr", "reserved_3yr"}
    assert all(item.as_of <= date(2026, 11, 21) and item.rate > 0 for item in CLOUD.prices)


def test_break_even_comes_later_the_less_it_is_used() -> None:
    machine = Machine(Money.of(500, "EUR"), 400, {"gpu:tesla-p40": 1}, 24)
    result = rent_or_buy(machine, settings=settings(), cloud=CLOUD, rates=PARITY)
    months = [used.break_even_months for used in result.utilisation]
    known = [month for month in months if month is not None]
    assert len(known) == len(months)
    assert known == sorted(known, reverse=True)
    costs = [used.own_per_hour.minor for used in result.utilisation]
    assert costs == sorted(costs, reverse=True)

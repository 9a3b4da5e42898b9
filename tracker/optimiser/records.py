"""A Solution in the JSON form of `rigscout builds --json` (design.md §4)."""

from typing import Any

from tracker.domain.build import Allowance, Build, CostTerm, LaterStep, Solution


def record_of(solution: Solution) -> dict[str, Any]:
    """One target's answer; `why_not` and `notes` only where there are any."""
    record: dict[str, Any] = {
        "target": solution.target,
        "status": solution.status.value,
        "seconds": round(solution.seconds, 3),
        "builds": [build_record(build) for build in solution.builds],
    }
    if solution.why_not:
        record["why_not"] = list(solution.why_not)
    if solution.notes:
        record["notes"] = list(solution.notes)
    return record | {"offers_seen": solution.offers_seen, "offers_kept": solution.offers_kept}


def build_record(build: Build) -> dict[str, Any]:
    """One build: the contract's keys first, then what the machine is."""
    return {
        "total": build.total.as_record(),
        "offers": [_offer_record(line) for line in build.offers],
        "allowances": [_allowance_record(line) for line in build.allowances],
        "rules": [
            {"rule": rule.rule, "verdict": rule.verdict.value, "source": rule.source, "detail": rule.detail, "warning": rule.is_warning}
            for rule in build.rules
        ],
        "cards": dict(build.cards),
        "devices": build.devices,
        "vram_gb": build.vram_gb,
        "ram_gb": build.ram_gb,
        "cores": build.cores,
        "peak_watts": build.peak_watts,
        "psu_watts": build.psu_watts,
        "speed": build.speed,
    } | ({"later": _later_record(build.later)} if build.later else {})  # fmt: skip


def _later_record(step: LaterStep) -> dict[str, Any]:
    return {
        "gpus": step.gpus,
        "memory_gb": step.memory_gb,
        "added": step.added.as_record(),
        "total": step.total.as_record(),
        "offers": [_offer_record(line) for line in step.offers],
        "allowances": [_allowance_record(line) for line in step.allowances],
    }


def _allowance_record(line: Allowance) -> dict[str, Any]:
    return {"name": line.name, **line.amount.as_record(), "qty": line.qty, "note": line.note}


def _offer_record(line: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"offer": line.offer.id, "qty": line.qty}
    if line.spare:
        record["spare"] = [{"part": part.part, "qty": part.qty} for part in line.spare]
        if line.spare_value is not None:
            record["spare_value"] = line.spare_value.as_record()
    if line.offer.cost is not None:
        record["terms"] = [_term_record(term) for term in line.offer.cost.terms]
    return record


def _term_record(term: CostTerm) -> dict[str, Any]:
    """One term of a landed cost; its amount is null where it may fall due and nobody can say how much."""
    amount = None if term.unknown else term.amount.as_record()
    return {"name": term.name, "amount": amount, "estimated": term.estimated, "note": term.note}

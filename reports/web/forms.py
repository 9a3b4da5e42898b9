"""What a page may change: marks on listings and a person's word on unsure matches; each form carries its browser's secret."""

import hmac
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse

from reports.closed_lists import N_
from tracker.domain.ports import WebReads, WebWrites

COOKIE = "rigscout_form"
MARKS = ("bought", "ignore", "wrong")
_LARGEST = 4096  # bytes: our forms hold a word and a secret


def forms(reads: WebReads, writes: WebWrites) -> APIRouter:
    """The routes that change something; each answers by sending the browser back to a page."""
    router = APIRouter(include_in_schema=False)

    @router.post("/listings/{marketplace}/{external_id}/mark")
    async def mark(request: Request, marketplace: str, external_id: str) -> RedirectResponse:
        """Mark a listing."""
        given = await _form(request)
        if given.get("mark") not in MARKS:
            raise HTTPException(400, f"a mark is one of {', '.join(MARKS)}")
        life = reads.listing(marketplace, external_id)
        if life is None or not writes.mark(life.listing.id, given["mark"]):
            raise HTTPException(404, N_("there is no such listing"))
        return RedirectResponse(request.url.path.removesuffix("/mark"), 303)

    @router.post("/review/{listing_id}")
    async def decide(request: Request, listing_id: Annotated[int, InPath(ge=1)]) -> RedirectResponse:
        """A person's word on a match."""
        given = await _form(request)
        if given.get("answer") not in ("right", "wrong"):
            raise HTTPException(400, N_("an answer is right or wrong"))
        if not writes.decide(listing_id, is_right=given["answer"] == "right"):
            raise HTTPException(404, N_("there is no such listing"))
        return RedirectResponse("/review", 303)

    return router


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form of ours. Raises 403 where the secret is not this browser's, 413 where it is no form of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise HTTPException(413, N_("that is no form of ours"))
    fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace"), max_num_fields=10).items()}
    expected = request.cookies.get(COOKIE, "")
    if not expected or not hmac.compare_digest(fields.get("token", "").encode(), expected.encode()):
        raise HTTPException(403, N_("this form is not from a page of ours; load the page again"))
    return fields

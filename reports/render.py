"""Templates to text: one Jinja environment per reader, in which every text is cleaned and every HTML value escaped."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import resources
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from reports import filters
from reports.formats import Formats
from reports.names import (
    comparison_name,
    condition_name,
    flag_name,
    marketplace_name,
    part_name,
    parts_name,
    source_state,
    term_name,
)

_FORMATS = ("say", "money", "whole", "signed", "number", "times", "percent", "day", "short_day", "long_day", "moment")

# Words of closed lists: see reports/closed_lists.py.
_CLOSED = {
    "words": filters.words,
    "term_name": term_name,
    "comparison": comparison_name,
    "condition": condition_name,
    "flag": flag_name,
}


def _finalize(value: Any) -> Any:
    """Clean whatever text a template prints, so that no template can forget it; markup of our own stays."""
    return filters.clean(value) if isinstance(value, str) and not isinstance(value, Markup | filters.Lines) else value


@cache
def environment(formats: Formats) -> Environment:
    """The environment for one reader's locale and time zone; undefined names raise."""
    jinja = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=select_autoescape(("html", "html.j2"), default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    for name in _FORMATS:
        jinja.filters[name] = getattr(formats, name)
    # Plain functions and no extension: what they return is cleaned and escaped like any other text.
    jinja.globals |= {"_": formats.gettext, "ngettext": formats.ngettext, "language": formats.language}
    plain = (
        filters.cut,
        filters.safe_url,
        filters.upper_first,
        filters.our_lines,
        filters.wrap,
        marketplace_name,
    )
    for function in plain:
        jinja.filters[function.__name__] = function
    for name, words in _CLOSED.items():
        jinja.filters[name] = _translated(words, formats)
    for named in (part_name, parts_name, source_state):
        jinja.filters[named.__name__] = partial(named, formats=formats)
    return jinja


def _translated(function: Callable[[str], str], formats: Formats) -> Callable[[str], str]:
    return lambda name: formats.gettext(function(name))


def render(template: str, formats: Formats, view: Mapping[str, Any]) -> str:
    """The named template filled with `view`."""
    return environment(formats).get_template(template).render(view)


def stylesheet(name: str) -> Markup:
    """A CSS file of ours for a `<style>` element; no listing's text comes near it."""
    return Markup(resources.files("reports").joinpath("templates", name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def inline_styles(html: str) -> str:
    """`html` with its rules written into style attributes, as mail clients want it; @media rules stay in `<style>`.

    Nothing is loaded from anywhere.
    """
    inliner = css_inline.CSSInliner(
        keep_style_tags=False,
        keep_at_rules=True,
        minify_css=True,
        load_remote_stylesheets=False,
        apply_width_attributes=False,
    )
    return inliner.inline(html)

"""What every public page is measured by: the routes, the budgets, and the questions put to a loaded page."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page, Request

AXE = Axe()
# WCAG 2.2's 2.5.8 is off in axe unless asked for.
AXE_OPTIONS = {"rules": {"target-size": {"enabled": True}}}
# Not pages of the public site: the staff's side, the API, probes, files behind a sign-in.
NOT_PUBLIC = ("admin/", "api/", "reports/", "files/", "letters/", "i18n/", "healthz", "readyz", "favicon.ico")
# Compressed bytes of everything that a first visit loads. Filing pages are the ones that a phone on a bad line needs.
BUDGET, FILING_BUDGET, MOST_REQUESTS = 200_000, 150_000, 12
FILING = ("complaints/", "fees/report/", "start/", "drafts/")

# One answer for the whole page, so that a page is asked once.
FRAME = """() => ({
  lang: document.documentElement.lang,
  title: document.title.trim(),
  h1: document.querySelectorAll('h1').length,
  main: document.querySelectorAll('main').length,
  viewport: (document.querySelector('meta[name=viewport]') || {}).content || '',
  inline: document.querySelectorAll('script:not([src]):not([type="application/json"]), style, [style]').length,
  handlers: [...document.querySelectorAll('*')]
    .filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
  unlabelled: document.querySelectorAll('img:not([alt])').length,
})"""
PRINTED = """() => {
  const seen = e => e && e.getClientRects().length > 0;
  const parts = [...document.querySelectorAll('nav, button, footer.foot')].filter(seen).map(e => e.tagName);
  const [r, g, b] = getComputedStyle(document.body).color.match(/\\d+/g).map(Number);
  return {parts, dark: r + g + b < 60, background: getComputedStyle(document.body).backgroundColor};
}"""
UNMARKED_FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return marked || document.activeElement === document.body ? '' : document.activeElement.outerHTML.slice(0, 120);
}"""


def public_routes() -> list[str]:
    """Every route that isn't the staff's or a machine's: found in the URLconf, so that no page can be forgotten."""
    return sorted(route for route in _routes(get_resolver()) if not route.startswith(NOT_PUBLIC))


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


@dataclass
class Load:
    """What one first visit fetched.

    Attributes:
        sizes: compressed bytes by address; what is text counts as a proxy would send it.
    """

    host: str
    sizes: dict[str, int] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        """A finished request, of our host or of another."""
        if request.url.startswith(("data:", "blob:")):
            return
        if urlsplit(request.url).netloc != self.host:
            self.foreign.append(request.url)
            return
        answer = request.response()
        if answer is not None and answer.status < 300:
            self.sizes[request.url] = len(gzip.compress(answer.body(), 6))

    @property
    def total(self) -> int:
        """All compressed bytes."""
        return sum(self.sizes.values())


def axe_faults(page: Page, name: str) -> list[str]:
    """All that axe finds, not only what is serious."""
    found = AXE.run(page, options=AXE_OPTIONS).response["violations"]
    return [f"{name}: {fault['id']} {[node['html'][:160] for node in fault['nodes']][:3]}" for fault in found]


def frame_faults(page: Page, language: str) -> list[str]:
    """Language, title, one heading, one main, a viewport that can be zoomed, nothing inline."""
    frame: dict[str, Any] = page.evaluate(FRAME)
    wanted = {
        "language": frame["lang"] == language,
        "title": " – " in frame["title"],
        f"{frame['h1']} h1": frame["h1"] == 1,
        f"{frame['main']} main": frame["main"] == 1,
        "viewport": "width=device-width" in frame["viewport"] and "maximum-scale" not in frame["viewport"],
        f"{frame['inline']} inline scripts or styles": frame["inline"] == 0,
        f"{frame['handlers']} inline handlers": frame["handlers"] == 0,
        "image without text": frame["unlabelled"] == 0,
    }
    return [f"{language}: {what}" for what, holds in wanted.items() if not holds]


def overflow_faults(page: Page) -> list[str]:
    """Nothing sticks out of 320 pixels, nor of 640, which is a desk's 1280 at 200 %; nor with text at 200 %."""
    found = []
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": 900})
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{wider} px too wide at {width}"] if wider > 0 else []
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def print_faults(page: Page) -> list[str]:
    """On paper: black on white, without navigation and buttons."""
    page.emulate_media(media="print")
    paper: dict[str, Any] = page.evaluate(PRINTED)
    page.emulate_media(media="screen")
    found = [f"printed: {paper['parts']}"] if paper["parts"] else []
    found += [] if paper["dark"] else ["printed text isn't black"]
    return found + ([] if paper["background"] in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"} else ["printed on grey"])


def focus_faults(page: Page, steps: int = 12) -> list[str]:
    """The first stops of the keyboard can be seen."""
    found = []
    for _step in range(steps):
        page.keyboard.press("Tab")
        found.append(page.evaluate(UNMARKED_FOCUS))
    return [f"focus can't be seen: {html}" for html in found if html]

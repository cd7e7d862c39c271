"""How well texts stand out from what is behind them: https://www.w3.org/TR/WCAG22/#contrast-minimum."""

from typing import Final

from .engines.chromium import Page

# Each text that is shown, with its colour and the nearest background around it that lets nothing through.
_TEXTS: Final = """
(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const behind = (it) => {
    for (let at = it; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!/^rgba\\(.*, 0\\)$/.test(backgroundColor)) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  while (walker.nextNode()) {
    const it = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text && it.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      found.push([getComputedStyle(it).color, behind(it), text]);
  }
  for (const it of document.querySelectorAll("input, textarea, select")) {
    if (!it.checkVisibility()) continue;
    found.push([getComputedStyle(it).color, behind(it), it.id]);
    if (it.placeholder) found.push([getComputedStyle(it, "::placeholder").color, behind(it), it.placeholder]);
  }
  return found;
})()
"""


def lowest_contrasts(page: Page) -> list[tuple[float, str]]:
    """The contrast of each text that a page shows, the lowest first, with the text."""
    return sorted((contrast(front, back), text) for front, back, text in page.evaluate(_TEXTS))


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    light, dark = sorted(map(_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    assert colour.startswith("rgb("), colour
    parts = [int(part) / 255 for part in colour[4:-1].split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

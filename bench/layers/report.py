"""Figures as JSON, as a Markdown table and as a chart; and whether they became worse."""

import json
from html import escape
from pathlib import Path
from typing import Any, Final

from .cases import OURS

# How much slower, beside what it is compared to, generated code may have become.
TOLERANCE: Final = 1.5
BAR: Final = 14
GAP: Final = 26
WIDTH: Final = 360
LABEL: Final = 210
SMALL: Final = 0.3

Figures = dict[str, dict[str, dict[str, float]]]


def tables(found: Figures) -> str:
    """A Markdown table for each group of cases that have the same layers."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for case, layers in found.items():
        groups.setdefault(tuple(layers), []).append(case)
    return "\n\n".join(_table(found, list(layers), names) for layers, names in groups.items())


def _table(found: Figures, layers: list[str], names: list[str]) -> str:
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for layer in layers:
        cells = [_cell(found[name][layer]) for name in names]
        lines.append(f"| {layer} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figures: dict[str, float]) -> str:
    median, least, most = (_number(figures[name]) for name in ("median", "min", "max"))
    return f"{median} ({least}-{most})"


def _number(ratio: float) -> str:
    """With two digits at least that count."""
    return f"{ratio:.2f}" if ratio >= SMALL else f"{ratio:.3f}"


def chart(found: Figures) -> str:
    """An SVG: for each case, how many times as long as generated code the layers take."""
    parts: list[str] = []
    top = 30
    for case, layers in found.items():
        ours = next(each["median"] for layer, each in layers.items() if layer.startswith(OURS))
        ratios = {layer: each["median"] / ours for layer, each in layers.items()}
        most = max(ratios.values())
        parts.append(f'<text x="8" y="{top}" class="case">{escape(case)}</text>')
        for layer, ratio in ratios.items():
            top += BAR + 4
            length = max(1, round(ratio / most * WIDTH))
            kind = "ours" if layer.startswith(OURS) else "other"
            parts.append(
                f'<text x="{LABEL - 6}" y="{top}" class="layer">{escape(layer)}</text>'
                f'<rect x="{LABEL}" y="{top - BAR + 3}" width="{length}" height="{BAR}"'
                f' class="{kind}"/>'
                f'<text x="{LABEL + length + 5}" y="{top}">{ratio:.1f}</text>'
            )
        top += GAP
    style = (
        "text{font:11px sans-serif;fill:#333}.case{font-weight:bold}.layer{text-anchor:end}"
        ".ours{fill:#2a7f62}.other{fill:#b8c4cc}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABEL + WIDTH + 50}" height="{top}">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def worse(found: Figures, committed: Path) -> list[str]:
    """What became much slower than the committed ratios say, a line each."""
    before: dict[str, Any] = json.loads(committed.read_text())
    return [
        f"{case}, {layer}: {each['median']}, was {before[case][layer]['median']}"
        for case, layers in found.items()
        for layer, each in layers.items()
        if layer.startswith(OURS)
        and layer in before.get(case, {})
        and each["median"] > before[case][layer]["median"] * TOLERANCE
    ]

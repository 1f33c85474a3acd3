"""Pictures as SVG, which say their colours twice: for a light page and for a dark one."""

import math
from html import escape

STYLE = """<style>
text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-size:13px;font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}
.page{fill:#ffffff}.grid{stroke:#d8dee4}.line{fill:none;stroke-width:1.8}.ours{fill:#0969da;stroke:#0969da}.theirs{fill:#8c959f;stroke:#8c959f}
.line.ours,.line.theirs{fill:none}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.grid{stroke:#30363d}
.ours{fill:#4493f8;stroke:#4493f8}.theirs{fill:#6e7681;stroke:#6e7681}.line.ours,.line.theirs{fill:none}}
</style>"""


def picture(width, height, parts):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    page = f'<rect class="page" width="{width}" height="{height}"/>'
    return "\n".join([head, STYLE, page, *parts, "</svg>", ""])


def text(x, y, words, kind=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}</text>'


def bars(groups):
    """Titled groups of `(name, value, label)`, the longest bar as long as there is room."""
    parts, y = [], 24
    for title, rows in groups:
        parts.append(text(10, y, title, "title"))
        most = max(value for _, value, _ in rows)
        for name, value, label in rows:
            y += 22
            kind = "ours" if name.startswith("alam") else "theirs"
            parts.append(text(200, y, name, "end"))
            parts.append(f'<rect class="{kind}" x="208" y="{y - 11}" width="{430 * value / most:.1f}" height="14"/>')
            parts.append(text(216 + 430 * value / most, y, label))
        y += 40
    return picture(800, y - 20, parts)


class Chart:
    """Points over logarithmic axes, in one of four fields of a picture."""

    WIDTH, HEIGHT = 300, 200

    def __init__(self, number, title, points):
        self.left, self.top = 80 + 410 * (number % 2), 40 + 280 * (number // 2)
        self.parts = [text(self.left, self.top - 14, title, "title")]
        self.x, self.y = (self.decades([p[i] for p in points]) for i in (0, 1))
        for decade in range(self.x[0], self.x[1] + 1):
            x = self.place((10**decade, 1))[0]
            self.rule(x, self.top, x, self.top + self.HEIGHT)
            self.parts.append(text(x, self.top + self.HEIGHT + 18, short(10**decade), "middle"))
        for decade in range(self.y[0], self.y[1] + 1):
            y = self.place((1, 10**decade))[1]
            self.rule(self.left, y, self.left + self.WIDTH, y)
            self.parts.append(text(self.left - 6, y + 4, short(10**decade), "end"))
        line = " ".join("{:.1f},{:.1f}".format(*self.place(p)) for p in points)
        self.parts.append(f'<polyline class="line ours" points="{line}"/>')
        for x, y in map(self.place, points):
            self.parts.append(f'<circle class="ours" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')

    @staticmethod
    def decades(values):
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return low, max(high, low + 1)

    def rule(self, *ends):
        self.parts.append('<line class="grid" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>'.format(*ends))

    def place(self, point):
        share = lambda value, ends: (math.log10(value) - ends[0]) / (ends[1] - ends[0])
        x = self.left + self.WIDTH * share(point[0], self.x)
        return x, self.top + self.HEIGHT * (1 - share(point[1], self.y))


def charts(fields):
    """Up to four titled charts."""
    parts = [part for number, (title, points) in enumerate(fields) for part in Chart(number, title, points).parts]
    return picture(820, 20 + 280 * ((len(fields) + 1) // 2), parts)


def short(value):
    """1000 as `1k`, 0.001 as it is."""
    if value >= 1:
        thousands = (len(f"{value:.0f}") - 1) // 3
        return f"{value / 1000**thousands:.0f}{('', 'k', 'M', 'G')[thousands]}"
    return f"{value:g}"

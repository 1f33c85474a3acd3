"""Writes what the sitting found into `benches/README.md`, between its marks, and the pictures beside it."""

import json
import re

import facts
import models
import plot

PAGE = facts.ROOT / "benches" / "README.md"
MISSING = "not measured"


def result(name):
    path = facts.RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def figure(found, digits=2, unit=""):
    """A median with its interval."""
    numbers = [f"{found[key]:.{digits}f}" for key in ("median", "low", "high")]
    return "{}{} ({} to {})".format(numbers[0], unit, *numbers[1:])


def rivals(name, kind, part):
    """The ratio to the fastest of the others in that arithmetic."""
    found = result(f"encoder-{name}-{part}")
    if not found:
        return None
    seconds = found["seconds"]
    own = seconds[f"alam {kind}"]
    others = {n: facts.ratios(own, s) for n, s in seconds.items() if n.endswith(kind) and not n.startswith("alam")}
    best = min(others, key=lambda n: others[n]["median"])
    return f"{figure(others[best], unit='x')}, {best}"


def both(kind, part="native"):
    cells = [(name, rivals(name, kind, part)) for name in ("L6-H384", "L4-H256")]
    return "<br>".join(f"{name.replace('-', ' ')}: {cell or MISSING}" for name, cell in cells)


def shares(kind, sets="native"):
    found = result(f"rates-{sets}")
    if not found:
        return MISSING
    rows = [r for r in found["rows"] if r["kind"] == kind and "share" in r]
    return "<br>".join(f"{r['shape']}: {r['share']:.1f} % of {r['peak']:.0f} G/s" for r in reversed(rows))


def of(name, cell):
    found = result(name)
    return cell(found) if found else MISSING


def steps(found):
    seconds = found["seconds"]
    ratio = lambda kind: facts.ratios(seconds[f"alam {kind}"], seconds[f"PyTorch {kind}"])
    return "<br>".join(f"{kind}: {figure(ratio(kind), unit='x')}" for kind in ("f32", "bf16"))


def command(found, rival="transformers pipeline, arrival"):
    return figure(facts.ratios(found["seconds"]["alam tag"], found["seconds"][rival]), 1, "x")


def wheel(what):
    return lambda found: figure(found[what]["ratio"], 2, "x")


def wheel_starts(found):
    return "; ".join(figure(found[what], 1, " ms") for what in ("import_ms", "first_name_ms"))


def wheels():
    found = result("wheel")
    if not found:
        return MISSING
    sizes = {"tag_all": f"`tag_all`, {found['articles']:,} articles", "tag_table": f"`tag_table`, {found['rows']:,} rows"}
    rows = []
    for what, name in sizes.items():
        middles = [facts.middle(found[what][who][unit])["median"] for unit in ("seconds", "processor") for who in ("wheel", "command")]
        ratios = [figure(found[what][ratio], unit="x") for ratio in ("ratio", "processor_ratio")]
        rows.append((name, *(f"{seconds:.2f}" for seconds in middles[:2]), ratios[0], *(f"{seconds:.2f}" for seconds in middles[2:]), ratios[1]))
    head = ["", "s, wheel", "s, `alam tag`", "ratio", "processor s, wheel", "processor s, `alam tag`", "ratio"]
    starts = f"Import: {figure(found['import_ms'], 1, ' ms')}. From the start of Python to the first name: "
    starts += f"{figure(found['first_name_ms'], 1, ' ms')}, of which Python itself is {found['interpreter_ms']['median']:.1f} ms."
    return table(head, rows) + "\n\n" + starts


def summary():
    start = lambda found: figure({k: 1e3 * v for k, v in found["start_seconds"].items()}, 1, " ms")
    model = lambda found: f"{100 * found['stages']['model']:.1f} %"
    memory = lambda found: f"{found['memory']:.3f}"
    same = lambda found: f"{100 * found['same']:.2f} %"
    rows = [
        ("int8 encoder against the fastest int8 runtime", "1.3x; 1.8x", both("int8"), "encoder.py"),
        ("f32 encoder against the fastest f32 runtime", "1.15x; 1.4x", both("f32"), "encoder.py"),
        ("the same with AVX2 alone, int8", "1.3x; 1.8x", both("int8", "avx2"), "encoder.py ... avx2"),
        ("the same with AVX2 alone, f32", "1.15x; 1.4x", both("f32", "avx2"), "encoder.py ... avx2"),
        ("int8 rate over the int8 peak", "50 %; 68 %", shares("int8"), "rates.py"),
        ("the same with AVX2 alone", "50 %; 68 %", shares("int8", "avx2"), "rates.py avx2"),
        ("f32 rate over the f32 peak", "", shares("f32"), "rates.py"),
        ("`alam tag` against transformers' pipeline, batches of 32", "6x; 12x", of("command", command), "command.py"),
        ("the wheel's `tag_all` against `alam tag`", "0.95x; 1.0x", of("wheel", wheel("tag_all")), "wheel.py"),
        ("its `tag_table` against `alam tag`", "0.95x; 1.0x", of("wheel", wheel("tag_table")), "wheel.py"),
        ("its import; start to the first name", "50; 150 ms", of("wheel", wheel_starts), "wheel.py"),
        ("training step against PyTorch", "0.8x; 1.2x", of("step", steps), "step.py"),
        ("start to the first name", "150 ms; 60 ms", of("bench", start), "`alam bench`"),
        ("the model's share of tagging", "80 %", of("bench", model), "`alam bench`"),
        ("memory at 100,000 articles over that at 1,000", "1.05; 1.00", of("curves", memory), "curves.py"),
        ("words whose tag is the same in int8 and f32", "99.5 %; 99.9 %", of("command", same), "command.py"),
        ("CUDA, bf16, sorted, against PyTorch bf16 (SDPA)", "0.7x; 1.2x", "not run: no GPU at hand", ""),
    ]
    return table(["", "least; hoped for", "found", "by"], rows)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def encoder(part):
    """One table a model, the fastest first."""
    blocks = []
    for name in models.SHAPES:
        found = result(f"encoder-{name}-{part}")
        if not found:
            blocks.append(f"{name}: {MISSING}.")
            continue
        seconds, rows = found["seconds"], []
        for runtime in sorted(seconds, key=lambda n: facts.middle(seconds[n])["median"]):
            own = "alam int8" if "int8" in runtime else "alam f32"
            time = facts.middle(seconds[runtime])["median"]
            ratio = "" if runtime == own else figure(facts.ratios(seconds[own], seconds[runtime]), unit="x")
            same = found["same"][runtime]
            speeds = [f"{found['tokens'] / time:,.0f}", f"{found['operations'] / time / 1e9:.0f}"]
            rows.append((runtime, *speeds, ratio, f"{100 * same['equal']:.2f} %", f"{same['farthest']:.1g}"))
        head = ["", "tokens/s", "GFLOP/s", "alam is faster by", "tags as PyTorch f32", "logits off by at most"]
        size = f"{found['sequences']} sequences, {found['tokens']} tokens, {found['rounds']} rounds"
        lines = [f"**{name.replace('-', ' ')}** ({models.SHAPES[name]}; {size}):", "", table(head, rows)]
        lines += ["", *(f"{other}: {why}." for other, why in found["missing"].items())]
        blocks.append("\n".join(lines).strip())
    return "\n\n".join(blocks)


def commands():
    found = result("command")
    if not found:
        return MISSING
    seconds, rows = found["seconds"], []
    for name, values in seconds.items():
        speeds = [f"{1 / facts.middle(values)['median'] * found[what]:,.0f}" for what in ("articles", "words")]
        rows.append((name, *speeds, "" if name == "alam tag" else command(found, name)))
    return table(["", "articles/s", "words/s", "`alam tag` is faster by"], rows)


def training():
    found = result("step")
    if not found:
        return MISSING
    rows = []
    for name, values in found["seconds"].items():
        time = facts.middle(values)["median"]
        rows.append((name, figure({k: 1e3 * v for k, v in facts.middle(values).items()}, 0), f"{4096 / time:,.0f}"))
    return table(["", "ms a step", "tokens/s"], rows)


def curves():
    found = result("curves")
    if not found:
        return MISSING
    slopes = found["slopes"]
    longest, most, memory = found["length"][-1], found["count"][-1], found["memory"]
    return "\n".join(
        [
            f"- number of articles: slope {slopes['articles']:.3f} (10,000 to 100,000 articles of 60 words; "
            f"{most['seconds']:.1f} s for the most); memory {most['megabytes']:.0f} MB, {memory:.3f} of that at 1,000",
            f"- length of an article: slope {slopes['length']:.3f} (100 to 100,000 words; "
            f"{1e3 * longest['seconds']:.0f} ms for the longest)",
            "- threads (the model in the program, 500 articles): "
            + ", ".join(f"{p['threads']}: {p['seconds']:.2f} s" for p in found["threads"]),
            "",
            "![Time and memory against articles, length and threads](curves.svg)",
        ]
    )


def machine():
    found = next(filter(None, (result(f"encoder-{name}-native") for name in models.SHAPES)), None)
    if not found:
        return MISSING
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return f"{facts.described(found['machine'])}; {versions}."


def pictures():
    groups = []
    for name in models.SHAPES:
        if found := result(f"encoder-{name}-native"):
            speeds = [(n, found["tokens"] / facts.middle(s)["median"]) for n, s in found["seconds"].items()]
            speeds.sort(key=lambda row: -row[1])
            groups.append((f"{name.replace('-', ' ')}: tokens a second", [(n, v, f"{v:,.0f}") for n, v in speeds]))
    if groups:
        (PAGE.parent / "encoder.svg").write_text(plot.bars(groups))
    if found := result("curves"):
        field = lambda rows, x, y: [(row[x], row[y]) for row in rows]
        fields = [
            ("seconds against articles", field(found["count"], "articles", "seconds")),
            ("MB against articles", field(found["count"], "articles", "megabytes")),
            ("seconds an article against its words", field(found["length"], "words", "seconds")),
            ("seconds against threads", field(found["threads"], "threads", "seconds")),
        ]
        (PAGE.parent / "curves.svg").write_text(plot.charts(fields))


def main():
    parts = {"machine": machine(), "summary": summary(), "native": encoder("native"), "avx2": encoder("avx2")}
    parts |= {"command": commands(), "wheel": wheels(), "training": training(), "curves": curves()}
    page = PAGE.read_text(encoding="utf-8")
    for name, part in parts.items():
        marks = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        page, count = re.subn(marks, lambda m: m[1] + part + "\n" + m[2], page, flags=re.S)
        assert count == 1, f"{PAGE}: wanted one mark `{name}`, found {count}"
    PAGE.write_text(page, encoding="utf-8")
    pictures()


if __name__ == "__main__":
    main()

// Correcting: a bar at what is selected, and a dialog for a name.
let marked = null, edited = null;

async function choicesOf(span) {
  try {
    const answer = await ask("/v1/bounds", { text: state.text, start: span.start, end: span.end, offset_unit: "utf16" });
    return answer.choices.map((c) => ({ start: c.start, end: c.end, text: c.text, canonical: c.canonical }));
  } catch {
    return [{ ...span, text: state.text.slice(span.start, span.end) }];
  }
}

async function showBar() {
  const found = selected(), span = found && snapped(state.text, found.start, found.end);
  if (!span || $("editor").open) return hideBar();
  if (marked && marked.from === span.start && marked.to === span.end) return;
  const mine = (marked = { from: span.start, to: span.end, choices: [span] });
  mine.choices = await choicesOf(span);
  if (marked !== mine) return;
  const best = mine.choices[0];
  const shown = Object.assign(document.createElement("bdi"), { lang: "ar", textContent: state.text.slice(best.start, best.end) });
  const button = (label, text, className, act) => {
    const b = Object.assign(document.createElement("button"), { type: "button", textContent: text, className });
    b.dataset.label = label;
    // The selection must outlive the press.
    b.addEventListener("pointerdown", (e) => e.preventDefault());
    b.addEventListener("click", act);
    return b;
  };
  const kinds = state.types.map((label) => button(label, typeName(label), `t${colour(label)}`, () => {
    decide([{ start: best.start, end: best.end, label }]);
    told(word("added")(shown.textContent, typeName(label)));
    getSelection().removeAllRanges();
    hideBar();
    changed();
  }));
  $("bar").replaceChildren(shown, ...kinds, button("", word("more"), "", () => { hideBar(); edit(best, mine.choices); }));
  $("bar").hidden = false;
  const box = found.box, width = $("bar").offsetWidth;
  $("bar").style.left = `${Math.max(8, Math.min(innerWidth - width - 8, box.left + box.width / 2 - width / 2)) + scrollX}px`;
  $("bar").style.top = `${box.bottom + scrollY + 8}px`;
}

function hideBar() {
  marked = null;
  $("bar").hidden = true;
}

// Opens the dialog for a stretch; of one that has a name, that is what is corrected.
async function edit(span, choices) {
  const there = names().find((n) => n.start === span.start && n.end === span.end);
  const whole = { start: there?.token_start ?? span.start, end: span.end };
  edited = { start: span.start, end: span.end, was: there, label: there?.label ?? state.types[0], choices: choices ?? [], whole };
  $("same").checked = false;
  drawEditor();
  if (!$("editor").open) $("editor").showModal();
  $("kinds").querySelector(":checked")?.focus();
  if (!choices) {
    const mine = edited;
    mine.choices = await choicesOf(whole);
    if (edited === mine) drawEditor();
  }
}

function drawEditor() {
  const { start, end, label } = edited, letters = state.text.slice(start, end), focused = document.activeElement.name;
  $("editor-name").firstElementChild.textContent = letters;
  const mark = Object.assign(document.createElement("mark"), { className: `t${colour(label)}`, textContent: letters });
  const before = state.text.slice(Math.max(0, start - 30), start), after = state.text.slice(end, end + 30);
  const join = (at) => (joins(state.text, at) ? JOINER : "");
  mark.textContent = join(start) + letters + join(end);
  $("context").replaceChildren(`…${before}${join(start)}`, mark, `${join(end)}${after}…`);
  const radio = (name, checked, content, act) => {
    const l = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name, checked });
    input.addEventListener("change", act);
    l.append(input, content);
    return l;
  };
  const others = edited.choices.length > 1 ? edited.choices : [];
  $("choices").hidden = !others.length;
  $("choices").replaceChildren($("choices").firstElementChild, ...others.map((c) => {
    const name = Object.assign(document.createElement("bdi"), { lang: "ar", textContent: c.canonical ? `${c.text} (${c.canonical})` : c.text });
    return radio("choice", c.start === start && c.end === end, name, () => { Object.assign(edited, { start: c.start, end: c.end }); drawEditor(); });
  }));
  $("kinds").replaceChildren($("kinds").firstElementChild, ...[...new Set([...state.types, label])].map((kind) => {
    const name = Object.assign(document.createElement("span"), { className: `kind t${colour(kind)}` });
    name.append(Object.assign(document.createElement("b"), { textContent: typeName(kind) }));
    return radio("kind", kind === label, name, () => { edited.label = kind; drawEditor(); });
  }));
  if (focused) $("editor").querySelector(`[name="${focused}"]:checked`)?.focus();
  const same = sameLetters(edited);
  $("same").parentElement.hidden = !same.length;
  $("others").textContent = `(${same.length})`;
}

function moveBound(edge, by) {
  const to = step(state.text, edited[edge], by);
  const next = { ...edited, [edge]: to };
  if (next.start < next.end && state.text.slice(next.start, next.end).trim()) {
    edited = next;
    drawEditor();
  }
}

function finish(label) {
  const { start, end, was } = edited, spans = [{ start, end, label }];
  if (was && label && (was.start < start || was.end > end)) spans.unshift({ start: was.start, end: was.end, label: null });
  if ($("same").checked) spans.push(...sameLetters({ start, end }).map((s) => ({ ...s, label })));
  const letters = state.text.slice(start, end);
  decide(spans);
  told(label ? word("added")(letters, typeName(label)) : word("removed")(letters));
  edited = null;
  $("editor").close();
  changed();
  walk($("view").querySelector(`mark[data-start="${start}"]`) ?? $("view").querySelector("mark"));
}

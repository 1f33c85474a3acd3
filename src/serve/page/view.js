// The text with its names: drawn, filtered, lit, walked by keys, and what of it is selected.
const JOINER = "\u200d";
const DUAL = /[\u0620\u0626\u0628\u062a-\u062e\u0633-\u063f\u0640-\u0647\u0649\u064a\u066e\u066f\u0678-\u0687\u069a-\u06bf\u06c1\u06c2\u06cc\u06ce\u06d0\u06d1\u06fa-\u06fc]/;
const JOINED = /[\u0620\u0622-\u064a\u066e\u066f\u0671-\u0673\u0675-\u06d3\u06fa-\u06fc]/;
const DRESS = /[\u064b-\u065f\u0670\u06d6-\u06dc\u0610-\u061a]/;

// Whether the letters around a position are joined: a browser may shape the two sides of an element's edge apart.
function joins(text, at) {
  let before = at - 1, after = at;
  while (before >= 0 && DRESS.test(text[before])) before--;
  while (after < text.length && DRESS.test(text[after])) after++;
  return before >= 0 && after < text.length && DUAL.test(text[before]) && JOINED.test(text[after]);
}

const colour = (label) => {
  const known = ["PER", "LOC", "ORG", "MISC"].indexOf(label);
  return known >= 0 ? known : 4 + (Math.max(0, state.types.indexOf(label)) % 4);
};

function piece(start, end) {
  const node = document.createTextNode(state.text.slice(start, end));
  node.start = start;
  return node;
}

function joiner(at) {
  const node = document.createTextNode(JOINER);
  node.start = at;
  node.joiner = true;
  return node;
}

function draw() {
  const all = keyed(names());
  state.shown = all.filter((n) => !state.hidden.has(n.label) && (n.score === undefined || n.score >= state.least));
  const view = $("view"), at = view.scrollTop, focused = view.contains(document.activeElement) ? document.activeElement.dataset.start : undefined;
  const nodes = [];
  let last = 0;
  state.shown.forEach((n, i) => {
    nodes.push(piece(last, n.start));
    const mark = document.createElement("mark");
    const score = n.score === undefined ? "" : ` ${n.score.toFixed(2)}`;
    mark.className = `t${colour(n.label)}${n.own ? " own" : ""}`;
    Object.assign(mark.dataset, { i, key: n.key, start: n.start });
    mark.title = `${typeName(n.label)}${score}`;
    mark.setAttribute("role", "button");
    mark.setAttribute("aria-label", `${n.text}, ${typeName(n.label)}${score}`);
    mark.tabIndex = i === 0 ? 0 : -1;
    const [first, end] = [joins(state.text, n.start), joins(state.text, n.end)];
    if (first) { nodes.push(joiner(n.start)); mark.append(joiner(n.start)); }
    mark.append(piece(n.start, n.end));
    if (end) mark.append(joiner(n.end));
    nodes.push(mark);
    if (end) nodes.push(joiner(n.end));
    last = n.end;
  });
  nodes.push(piece(last, state.text.length));
  view.replaceChildren(...(state.text ? nodes : []));
  view.scrollTop = at;
  if (focused !== undefined) walk(view.querySelector(`mark[data-start="${focused}"]`) ?? view.querySelector("mark"));
  drawTypes(all);
  drawRows();
  $("undo").disabled = !state.past.length;
  $("redo").disabled = !state.future.length;
}

function drawTypes(all) {
  const count = new Map(state.types.map((label) => [label, 0]));
  all.forEach((n) => count.set(n.label, (count.get(n.label) ?? 0) + 1));
  const boxes = [...count].map(([label, n]) => {
    const box = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "checkbox", checked: !state.hidden.has(label) });
    input.addEventListener("change", () => { input.checked ? state.hidden.delete(label) : state.hidden.add(label); draw(); });
    input.dataset.label = label;
    const name = Object.assign(document.createElement("b"), { className: `t${colour(label)}`, textContent: typeName(label) });
    box.append(input, " ", name, ` ${n}`);
    return box;
  });
  const focused = document.activeElement?.dataset?.label;
  $("types").replaceChildren(...boxes);
  if (focused) $("types").querySelector(`[data-label="${CSS.escape(focused)}"]`)?.focus();
}

function drawRows() {
  const groups = new Map();
  state.shown.forEach((n) => groups.set(n.key, [...(groups.get(n.key) ?? []), n]));
  const rows = [...groups].sort((a, b) => b[1].length - a[1].length).slice(0, 500).map(([key, list]) => {
    const longest = list.reduce((a, b) => ((b.canonical ?? b.text).length > (a.canonical ?? a.text).length ? b : a));
    const row = document.createElement("tr");
    row.dataset.key = key;
    const scores = list.map((n) => n.score).filter((s) => s !== undefined);
    const kind = Object.assign(document.createElement("b"), { className: `t${colour(longest.label)}`, textContent: typeName(longest.label) });
    const name = Object.assign(document.createElement("bdi"), { textContent: longest.canonical ?? longest.text, lang: "ar" });
    const cells = [name, kind, list.length, scores.length ? Math.max(...scores).toFixed(2) : "–"].map((content) => {
      const cell = document.createElement("td");
      cell.append(content);
      return cell;
    });
    row.append(...cells);
    return row;
  });
  $("rows").replaceChildren(...rows);
}

// Mentions of one name light up together.
function light(key) {
  document.querySelectorAll("[data-key]").forEach((e) => e.classList.toggle("lit", key !== undefined && e.dataset.key === key));
}

function walk(mark) {
  if (!mark) return;
  $("view").querySelectorAll('mark[tabindex="0"]').forEach((m) => { m.tabIndex = -1; });
  mark.tabIndex = 0;
  mark.focus({ preventScroll: false });
}

// The position in the text of a point of the drawn one.
function position(node, offset) {
  if (node.nodeType === Node.TEXT_NODE) return node.joiner ? node.start : node.start === undefined ? null : node.start + Math.min(offset, node.length);
  if (!$("view").contains(node)) return null;
  const child = node.childNodes[offset];
  if (child) return position(child, 0);
  const last = node.childNodes[offset - 1];
  return last ? position(last, last.nodeType === Node.TEXT_NODE ? last.length : last.childNodes.length) : 0;
}

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const within = $("view").contains(range.commonAncestorContainer) || $("view") === range.commonAncestorContainer;
  if (!within) return null;
  const start = position(range.startContainer, range.startOffset), end = position(range.endContainer, range.endOffset);
  return start === null || end === null ? null : { start, end, box: range.getBoundingClientRect() };
}

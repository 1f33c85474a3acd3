// The names of the text: what the service found, and what was decided by hand, which goes first.
//
// A decision is a stretch with a type, or without one where no name is. Of two that overlap the later one is right.
const state = { text: "", id: "", found: [], decisions: [], past: [], future: [], hidden: new Set(), least: 0, types: ["PER", "LOC", "ORG", "MISC"], shown: [] };

function names() {
  const own = state.decisions.filter((d) => d.label).map((d) => ({ ...d, text: state.text.slice(d.start, d.end), own: true }));
  const found = state.found.filter((n) => !state.decisions.some((d) => overlaps(d, n)));
  return [...found, ...own].sort((a, b) => a.start - b.start);
}

// Mentions of one name have one key: as the service says, else by their letters.
function keyed(list) {
  const key = (n) => n.group === undefined ? `t${n.label} ${n.text}` : `g${n.group}`;
  const byLetters = new Map(list.filter((n) => n.group !== undefined).map((n) => [`${n.label} ${n.text}`, key(n)]));
  return list.map((n) => ({ ...n, key: n.group === undefined ? byLetters.get(`${n.label} ${n.text}`) ?? key(n) : key(n) }));
}

function decide(spans) {
  state.past.push(state.decisions);
  state.future = [];
  for (const span of spans) {
    const others = state.decisions.map((d) => (d.label && overlaps(d, span) ? { ...d, label: null } : d));
    const same = (d) => d.start === span.start && d.end === span.end;
    state.decisions = [...others.filter((d) => !same(d)), span];
  }
}

function undo() {
  if (!state.past.length) return false;
  state.future.push(state.decisions);
  state.decisions = state.past.pop();
  return true;
}

function redo() {
  if (!state.future.length) return false;
  state.past.push(state.decisions);
  state.decisions = state.future.pop();
  return true;
}

// A new text: what was known stays where its letters are.
function retext(text) {
  const move = moved(state.text, text);
  state.found = move(state.found);
  state.decisions = move(state.decisions);
  state.past = state.past.map(move);
  state.future = state.future.map(move);
  state.text = text;
}

// All places with the same letters as words of their own.
function sameLetters(span) {
  const letters = state.text.slice(span.start, span.end), found = [];
  const inWord = (c) => c !== undefined && /[\p{L}\p{N}\p{M}]/u.test(c);
  for (let at = state.text.indexOf(letters); at >= 0; at = state.text.indexOf(letters, at + letters.length)) {
    const end = at + letters.length;
    const before = inWord(state.text[at - 1]) && !names().some((n) => n.start === at);
    if (at !== span.start && !before && !inWord(state.text[end])) found.push({ start: at, end });
  }
  return found;
}

const record = (id = state.id) => {
  const list = names();
  const point = codePoints(state.text, list.flatMap((n) => [n.start, n.end]));
  const entities = list.map((n) => ({ start: point.get(n.start), end: point.get(n.end), label: n.label, text: n.text }));
  return { id, text: state.text, entities };
};

// The names that are shown, in some format.
function written(kind) {
  const list = state.shown;
  const point = codePoints(state.text, list.flatMap((n) => [n.start, n.end]));
  const rows = list.map((n) => ({ start: point.get(n.start), end: point.get(n.end), label: n.label, text: n.text, score: n.score }));
  if (kind === "json") return JSON.stringify({ id: state.id, text: state.text, entities: rows }) + "\n";
  // A line feed within a name would be another line of the file.
  if (kind === "brat") return rows.map((r, i) => `T${i + 1}\t${r.label} ${r.start} ${r.end}\t${r.text.replace(/\s/g, " ")}\n`).join("");
  const cell = (c) => (/[",\r\n]/.test(c) ? `"${String(c).replaceAll('"', '""')}"` : c);
  return ["id,start,end,label,text,score", ...rows.map((r) => [state.id, r.start, r.end, r.label, r.text, r.score ?? ""].map(cell).join(","))].join("\r\n") + "\r\n";
}

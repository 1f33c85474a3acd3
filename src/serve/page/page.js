// The page: asks the service, and puts the parts together.
const WAIT = 250;
const SAMPLE = "وصل الأمين العام للأمم المتحدة أنطونيو غوتيريش إلى القاهرة أمس، والتقى وزير الخارجية المصري بدر عبد العاطي. وقال الكرملين إن لبوتين موقفا واضحا، وإن بوتين سيزور بيروت ودمشق في أيلول.";
let timer = 0, asking = null, token = null;
try { token = sessionStorage.getItem("alam.token"); } catch { token = null; }

function told(message, wrong = false) {
  $("status").textContent = message;
  $("status").classList.toggle("wrong", wrong);
}

async function ask(path, body, signal) {
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(path, { method: body ? "POST" : "GET", headers, signal, body: body && JSON.stringify(body) });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(problem.detail ?? answer.statusText), { status: answer.status, after: Number(answer.headers.get("retry-after")) });
}

async function tag() {
  asking?.abort();
  const mine = (asking = new AbortController()), { text } = state;
  if (!text.trim()) {
    state.found = [];
    told("");
    return changed();
  }
  told(word("busy"));
  const begun = performance.now();
  try {
    const answer = await ask("/v1/tag", { text, offset_unit: "utf16", group: true, markup: "text" }, mine.signal);
    if (asking !== mine || text !== state.text) return undefined;
    state.found = answer.entities;
    $("view").classList.remove("stale");
    changed();
    return told(word("found")(names().length, Math.max(1, Math.round(performance.now() - begun))));
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    if (error.status === 401) return $("locked").open ? undefined : $("locked").showModal();
    if (error.status === 503 && error.after) timer = setTimeout(tag, error.after * 1000);
    return told(error.status ? error.message : word("away"), true);
  }
}

// Names or decisions have changed.
function changed() {
  draw();
  keep("alam.draft", state.text.length < 200000 ? JSON.stringify({ text: state.text, id: state.id, decisions: state.decisions }) : null);
}

function typed() {
  const text = $("text").value;
  if (text === state.text) return;
  retext(text);
  hideBar();
  $("view").classList.add("stale");
  draw();
  clearTimeout(timer);
  timer = setTimeout(tag, WAIT);
}

// Another text altogether.
function begin(text, id, decisions) {
  Object.assign(state, { text, id, decisions, found: [], past: [], future: [] });
  $("text").value = text;
  // What the browser makes of line ends is what positions count in.
  state.text = $("text").value;
  $("id").value = id;
  clearTimeout(timer);
  draw();
  return tag();
}

function nameSelection() {
  const { selectionStart, selectionEnd } = $("text");
  const span = snapped(state.text, selectionStart, selectionEnd);
  if (!span) return told(word("unnamed"), true);
  return choicesOf(span).then((choices) => edit(choices[0], choices));
}

const nameOf = (mark) => state.shown[Number(mark.dataset.i)];
const bind = (id, event, act) => $(id).addEventListener(event, act);

bind("text", "input", typed);
bind("text", "paste", (e) => {
  const html = e.clipboardData?.getData("text/html"), plain = e.clipboardData?.getData("text/plain");
  if (html && !plain) {
    e.preventDefault();
    document.execCommand("insertText", false, textOfPage(html));
  }
});
bind("open", "click", () => $("file").click());
bind("file", "change", async () => { for (const file of $("file").files) await openFile(file); $("file").value = ""; });
bind("sample", "click", () => begin(SAMPLE, "", []));
bind("clear", "click", () => { begin("", "", []); $("text").focus(); });
bind("mark", "click", nameSelection);
bind("score", "input", () => { state.least = Number($("score").value) / 100; $("least").textContent = state.least.toFixed(2); draw(); });
bind("undo", "click", () => undo() && changed());
bind("redo", "click", () => redo() && changed());
bind("id", "input", () => { state.id = $("id").value.trim(); });
bind("save", "click", saveDocument);
bind("download", "click", download);
bind("forget", "click", () => { if (confirm(word("sure"))) { documents = []; keep("alam.documents", null); drawDocuments(); } });
bind("language", "click", () => { language = language === "ar" ? "en" : "ar"; keep("alam.language", language); told(""); speak(); draw(); drawDocuments(); });
bind("keep-name", "click", () => finish(edited.label));
bind("remove", "click", () => finish(null));
bind("editor", "close", () => { edited = null; });
bind("editor", "keydown", (e) => {
  if (e.key === "Enter" && e.target.type !== "submit" && e.target.id !== "remove" && !e.target.dataset.move) { e.preventDefault(); finish(edited.label); }
  if (e.key === "Delete") finish(null);
});
document.querySelectorAll("[data-move]").forEach((b) => b.addEventListener("click", () => {
  const [edge, by] = b.dataset.move.split(" ");
  moveBound(edge, Number(by));
}));
bind("locked", "close", () => {
  token = $("token").value.trim() || null;
  try { token ? sessionStorage.setItem("alam.token", token) : sessionStorage.removeItem("alam.token"); } catch { /* It is asked for again. */ }
  if (token) { learn(); tag(); }
});
document.querySelectorAll(".copy").forEach((b) => b.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(written(b.dataset.kind));
    told(word("copied"));
  } catch (error) { told(String(error), true); }
}));

bind("view", "click", (e) => { const mark = e.target.closest("mark"); if (mark && getSelection().isCollapsed) edit(nameOf(mark)); });
bind("view", "copy", (e) => {
  const found = selected();
  if (found) { e.clipboardData.setData("text/plain", state.text.slice(found.start, found.end)); e.preventDefault(); }
});
bind("view", "keydown", (e) => {
  const mark = e.target.closest("mark");
  if (!mark) return;
  const all = [...$("view").querySelectorAll("mark")], at = all.indexOf(mark), rtl = getComputedStyle($("view")).direction === "rtl";
  const to = { ArrowDown: 1, ArrowUp: -1, ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1 }[e.key];
  if (to) walk(all[at + to]);
  else if (e.key === "Home") walk(all[0]);
  else if (e.key === "End") walk(all.at(-1));
  else if (e.key === "Enter" || e.key === " ") edit(nameOf(mark));
  else if (e.key === "Delete" || e.key === "Backspace") {
    const { start, end, text } = nameOf(mark);
    decide([{ start, end, label: null }]);
    walk(all[at + 1] ?? all[at - 1]);
    changed();
    told(word("removed")(text));
  } else return;
  e.preventDefault();
});
const lit = (e) => light(e.target.closest?.("[data-key]")?.dataset.key);
document.addEventListener("mouseover", lit);
document.addEventListener("focusin", lit);
document.addEventListener("selectionchange", () => { if (!selected()) hideBar(); });
document.addEventListener("pointerup", () => setTimeout(showBar, 0));
document.addEventListener("keyup", (e) => { if (e.shiftKey || e.key === "Shift") showBar(); });
document.addEventListener("keydown", (e) => {
  const key = e.key.toLowerCase(), held = e.ctrlKey || e.metaKey;
  if (key === "escape") hideBar();
  if (held && key === "e") { e.preventDefault(); nameSelection(); }
  // In a field, undoing is the field's.
  if (!held || /^(textarea|input)$/i.test(e.target.tagName) || $("editor").open) return;
  if (key === "z" || key === "y") {
    e.preventDefault();
    if (key === "y" || e.shiftKey ? redo() : undo()) changed();
  }
});
document.addEventListener("dragover", (e) => { e.preventDefault(); document.body.classList.add("over"); });
document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) document.body.classList.remove("over"); });
document.addEventListener("drop", async (e) => {
  document.body.classList.remove("over");
  const files = [...(e.dataTransfer?.files ?? [])], html = e.dataTransfer?.getData("text/html"), plain = e.dataTransfer?.getData("text/plain");
  if (!files.length && e.target === $("text")) return;
  e.preventDefault();
  for (const file of files) await openFile(file);
  if (!files.length && (html || plain)) begin(html ? textOfPage(html) : plain, "", []);
});

async function learn() {
  try { state.types = (await ask("/v1/model")).model.types; } catch { /* What is usual stays. */ }
  draw();
}

speak();
drawDocuments();
learn();
try {
  const draft = JSON.parse(recall("alam.draft") ?? "null");
  draft?.text ? begin(draft.text, draft.id ?? "", draft.decisions ?? []) : draw();
} catch { draw(); }

// Texts that were corrected: kept in the browser, saved as JSON lines.
let documents = [];
try { documents = JSON.parse(recall("alam.documents") ?? "[]"); } catch { documents = []; }

const lines = () => documents.map((d) => JSON.stringify(d) + "\n").join("");

function keepDocuments() {
  if (!keep("alam.documents", JSON.stringify(documents))) told(word("no-room"), true);
}

function saveDocument() {
  if (!state.text.trim()) return;
  state.id = $("id").value.trim() || nextId();
  documents = [...documents.filter((d) => d.id !== state.id), record()];
  keepDocuments();
  drawDocuments();
  told(word("saved"));
}

function nextId() {
  for (let n = documents.length + 1; ; n++) if (!documents.some((d) => d.id === `doc-${n}`)) return `doc-${n}`;
}

function drawDocuments() {
  $("documents").replaceChildren(...documents.map((d) => {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("bdi"), { textContent: `${d.id}: ${d.text.slice(0, 80)}` });
    const open = Object.assign(document.createElement("button"), { type: "button", textContent: word("open-text") ?? "↩" });
    open.setAttribute("aria-label", `${word("open")}: ${d.id}`);
    open.addEventListener("click", () => openDocument(d));
    const count = Object.assign(document.createElement("span"), { className: "faint", textContent: d.entities.length });
    const gone = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    gone.setAttribute("aria-label", `${word("remove")}: ${d.id}`);
    gone.addEventListener("click", () => { documents = documents.filter((other) => other !== d); keepDocuments(); drawDocuments(); });
    item.append(name, count, open, gone);
    return item;
  }));
  $("download").disabled = $("forget").disabled = !documents.length;
}

// A record with gold names: they are decisions, and so is what they leave out.
function openDocument(d) {
  const at = units(d.text, d.entities.flatMap((e) => [e.start, e.end]));
  const decisions = d.entities.map((e) => ({ start: at.get(e.start), end: at.get(e.end), label: e.label }));
  const sound = decisions.filter((s) => s.start !== undefined && s.end !== undefined && s.start < s.end);
  begin(d.text, d.id, [{ start: 0, end: d.text.length, label: null }, ...sound]);
}

function download() {
  const link = Object.assign(document.createElement("a"), { download: "corrected.jsonl", href: URL.createObjectURL(new Blob([lines()], { type: "application/x-ndjson" })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The records of a file of JSON lines that have a text and names.
function recordsOf(text) {
  return text.split("\n").filter((line) => line.trim()).flatMap((line, n) => {
    try {
      const { id, text, entities } = JSON.parse(line);
      const whole = (e) => Number.isInteger(e.start) && Number.isInteger(e.end) && typeof e.label === "string";
      if (typeof text !== "string") return [];
      return [{ id: String(id ?? `line-${n + 1}`), text, entities: (entities ?? []).filter(whole).map(({ start, end, label, text }) => ({ start, end, label, text })) }];
    } catch { return []; }
  });
}

async function openFile(file) {
  const bytes = await file.arrayBuffer();
  let text;
  try { text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch {
    // What Arabic files are in that are not UTF-8.
    text = new TextDecoder("windows-1256").decode(bytes);
  }
  if (text.includes("\0")) return told(`${file.name}: ${word("no-file")}`, true);
  if (/\.(jsonl|ndjson)$/i.test(file.name)) {
    const records = recordsOf(text);
    documents = [...documents.filter((d) => !records.some((r) => r.id === d.id)), ...records];
    keepDocuments();
    drawDocuments();
    if (records.length) openDocument(records[0]);
    return undefined;
  }
  const page = /\.x?html?$/i.test(file.name) || file.type === "text/html";
  return begin(page ? textOfPage(text) : text.replaceAll("\r\n", "\n"), file.name.replace(/\.[^.]*$/, ""), []);
}

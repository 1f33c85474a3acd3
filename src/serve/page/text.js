// Positions in a text: UTF-16 units within the page, code points in whatever leaves it.
const $ = (id) => document.getElementById(id);
const overlaps = (a, b) => a.start < b.end && b.start < a.end;

// What the browser keeps; where it may not, nothing is kept.
function recall(key) { try { return localStorage.getItem(key); } catch { return null; } }
function keep(key, value) {
  try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); return true; } catch { return false; }
}

// Code points before each of some ascending positions.
function codePoints(text, positions) {
  const order = [...new Set(positions)].sort((a, b) => a - b);
  const found = new Map();
  let at = 0, count = 0;
  for (const position of order) {
    for (; at < position; at += text.codePointAt(at) > 0xffff ? 2 : 1) count++;
    found.set(position, count);
  }
  return found;
}

// Positions in UTF-16 of code points.
function units(text, points) {
  const order = [...new Set(points)].sort((a, b) => a - b);
  const found = new Map();
  let at = 0, count = 0;
  for (const point of order) {
    for (; count < point && at < text.length; count++) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    found.set(point, count === point ? at : undefined);
  }
  return found;
}

// A letter with its marks is one step, whatever it is made of.
const MARK = /[\p{M}\u200c\u200d\u0640]/u;
function step(text, at, by) {
  const next = (i, d) => d > 0 ? i + (text.codePointAt(i) > 0xffff ? 2 : 1) : i - (i > 1 && text.codePointAt(i - 2) > 0xffff ? 2 : 1);
  const inside = (i) => i > 0 && i < text.length && MARK.test(String.fromCodePoint(text.codePointAt(i)));
  let to = at;
  do to = next(to, by); while (to > 0 && to < text.length && inside(to));
  return Math.max(0, Math.min(text.length, to));
}

// What was selected, without blanks at its edges, and with all marks of its last letter.
function snapped(text, start, end) {
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  while (start > 0 && start < end && MARK.test(text[start])) start--;
  while (end > start && end < text.length && MARK.test(text[end])) end++;
  return start < end ? { start, end } : null;
}

// How positions of an old text go to those of a new one, by what the two have in common at their ends.
function moved(before, after) {
  const most = Math.min(before.length, after.length);
  let head = 0, tail = 0;
  while (head < most && before[head] === after[head]) head++;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const by = after.length - before.length, last = before.length - tail;
  return (spans) => spans.flatMap((s) => s.end <= head ? [s] : s.start >= last ? [{ ...s, start: s.start + by, end: s.end + by }] : []);
}

// A page as the text that it shows. Nothing in it is loaded or run.
function textOfPage(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("script,style,noscript,template,head").forEach((e) => e.remove());
  const blocks = "p,div,section,article,header,footer,li,tr,h1,h2,h3,h4,h5,h6,blockquote,br,table,ul,ol,figure,figcaption";
  page.querySelectorAll(blocks).forEach((e) => e.before("\n"));
  const lines = (page.body?.textContent ?? "").replace(/[ \t\u00a0]+/g, " ").split("\n").map((line) => line.trim());
  return lines.filter((line, i) => line || lines[i - 1]).join("\n").trim();
}

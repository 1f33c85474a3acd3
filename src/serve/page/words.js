// What the page says, in both of its languages.
const WORDS = {
  ar: {
    skip: "إلى الأسماء", tagline: "الأسماء في النص العربي: أشخاص وأماكن ومؤسسات", text: "النص", names: "الأسماء", open: "فتح ملف",
    sample: "مثال", mark: "سمِّ المحدَّد", clear: "إفراغ", score: "الثقة", undo: "تراجع", redo: "إعادة", copy: "نسخ", table: "قائمة الأسماء",
    name: "الاسم", type: "النوع", mentions: "المواضع", documents: "النصوص المصحَّحة",
    "documents-hint": "تبقى في هذا المتصفح وحده، وتُحفظ ملف JSON lines يقرؤه alam eval و alam-train.",
    id: "المعرّف", save: "إضافة هذا النص", download: "حفظ الكل في ملف", forget: "محو الكل", placeholder: "الصق نصا عربيا هنا، أو أسقط ملفا",
    "start-out": "حرف قبله", "start-in": "دون أوله", "end-in": "دون آخره", "end-out": "حرف بعده", choices: "بداية الاسم",
    same: "وكل المواضع بالحروف نفسها", ok: "حفظ", remove: "ليس اسما", cancel: "إغلاق", locked: "هذه الخدمة تطلب رمزا", token: "الرمز",
    "open-text": "فتح", keys: "حدّد حروفا لتسميتها، وانقر اسما لتصحيحه. بالمفاتيح: الأسهم بين الأسماء، وEnter للتصحيح، وDelete للحذف، وCtrl+Z للتراجع، وCtrl+E لتسمية المحدَّد في النص.",
    types: "الأنواع", view: "النص وفيه الأسماء", bar: "تسمية المحدَّد", bounds: "حدود الاسم", more: "…", empty: "تظهر الأسماء هنا",
    busy: "يُبحث عن الأسماء…", found: (n, ms) => `${n === 0 ? "لا أسماء" : n === 1 ? "اسم واحد" : n === 2 ? "اسمان" : n < 11 ? `${n} أسماء` : `${n} اسما`}، في ${ms} مللي ثانية`,
    copied: "نُسخ", saved: "أُضيف النص", unnamed: "حدّد حروفا أولا", "no-room": "لا مكان في المتصفح: احفظ النصوص في ملف ثم امحها",
    sure: "تُمحى كل النصوص المصحَّحة من هذا المتصفح؟", away: "لا تجيب الخدمة", "no-file": "ملف لا يُقرأ نصا",
    added: (name, type) => `${name}: ${type}`, removed: (name) => `${name}: ليس اسما`, PER: "شخص", LOC: "مكان", ORG: "مؤسسة", MISC: "غير ذلك",
  },
  en: {
    skip: "To the names", tagline: "Names in Arabic text: people, places, organisations", text: "Text", names: "Names", open: "Open a file",
    sample: "Example", mark: "Name the selection", clear: "Clear", score: "Score", undo: "Undo", redo: "Redo", copy: "Copy", table: "List of names",
    name: "Name", type: "Type", mentions: "Mentions", documents: "Corrected texts",
    "documents-hint": "They stay in this browser alone, and are saved as JSON lines that alam eval and alam-train read.",
    id: "Id", save: "Add this text", download: "Save all to a file", forget: "Erase all", placeholder: "Paste Arabic text here, or drop a file",
    "start-out": "Letter before", "start-in": "Without its first", "end-in": "Without its last", "end-out": "Letter behind", choices: "Where the name begins",
    same: "All others with the same letters", ok: "Save", remove: "No name", cancel: "Close", locked: "This service wants a token", token: "Token",
    "open-text": "Open", keys: "Select letters to name them, click a name to correct it. By keys: arrows from name to name, Enter to correct, Delete to remove, Ctrl+Z to undo, Ctrl+E to name what is selected in the text.",
    types: "Types", view: "The text with its names", bar: "Name the selection", bounds: "Bounds of the name", more: "…", empty: "Names appear here",
    busy: "Looking for names…", found: (n, ms) => `${n === 0 ? "no names" : n === 1 ? "1 name" : `${n} names`}, in ${ms} ms`,
    copied: "Copied", saved: "Text added", unnamed: "Select some letters first", "no-room": "No room in the browser: save the texts to a file, then erase them",
    sure: "Erase all corrected texts from this browser?", away: "The service does not answer", "no-file": "Not a file of text",
    added: (name, type) => `${name}: ${type}`, removed: (name) => `${name}: no name`, PER: "person", LOC: "place", ORG: "organisation", MISC: "other",
  },
};
let language = recall("alam.language") === "en" ? "en" : "ar";
const word = (key) => WORDS[language][key];
const typeName = (label) => word(label) ?? label;

function speak() {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  document.querySelectorAll("[data-t]").forEach((e) => { e.textContent = word(e.dataset.t); });
  document.querySelectorAll("[data-l]").forEach((e) => e.setAttribute("aria-label", word(e.dataset.l)));
  document.querySelectorAll("[data-p]").forEach((e) => { e.placeholder = word(e.dataset.p); });
  const other = language === "ar" ? "en" : "ar";
  $("language").textContent = other === "en" ? "English" : "العربية";
  $("language").lang = other;
  $("view").dataset.empty = word("empty");
}

// A draft of the calendar: clicking a day rewrites the table and repaints the months, without asking the server.
// The table is the one place that says what the draft holds; without this file every click is a form of its own.
"use strict";

(() => {
  const form = document.getElementById("calendar-draft");
  if (!form) return;
  const table = form.elements.table;
  const occasion = form.elements.occasion;
  const words = form.dataset;
  const kinds = {};
  for (const kind of ["holiday", "workday"]) words[kind].split(" ").forEach((word) => { kinds[word] = kind; });

  const unquoted = (text) => (/^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text);
  const quoted = (text) => (/[",\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  // "2027-01-01,休,元旦" as its parts; null for the row of column names and for what can't be read.
  function parsed(line) {
    const parts = line.match(/^\s*(\d{4})\D(\d{1,2})\D(\d{1,2})日?\s*[,，\t]\s*([^,，\t]*?)\s*(?:[,，\t]\s*(.*?)\s*)?$/);
    const kind = parts && kinds[parts[4].toLowerCase()];
    if (!kind) return null;
    const day = `${parts[1]}-${parts[2].padStart(2, "0")}-${parts[3].padStart(2, "0")}`;
    return { day, kind, name: unquoted(parts[5] || "") };
  }

  const lines = () => table.value.split(/\r?\n/).filter((line) => line.trim());
  const entries = () => new Map(lines().map(parsed).filter(Boolean).map((entry) => [entry.day, entry]));

  function turnOver(day, rests) {
    const present = entries().get(day);
    const opposite = rests ? "workday" : "holiday";
    const kept = lines().filter((line) => parsed(line)?.day !== day);
    if (!present || present.kind !== opposite) {
      const kind = rests ? words.writeWorkday : words.writeHoliday;
      const row = [day, kind, quoted(occasion.value.trim())].join(table.value.includes("\t") ? "\t" : ",");
      const place = kept.findIndex((line) => parsed(line)?.day > day);
      kept.splice(place < 0 ? kept.length : place, 0, row);
    }
    table.value = `${kept.join("\n")}\n`;
  }

  function paint(button, own) {
    const text = own ? `${own.kind}|${own.name}` : "";
    const [kind, name] = (text || button.dataset.below).split("|");
    const isOff = kind ? kind === "holiday" : "rests" in button.dataset;
    const isChanged = text !== button.dataset.before;
    const said = kind ? words[kind === "holiday" ? "wordsHoliday" : "wordsWorkday"] : isOff ? words.wordsWeekend : "";
    const classes = { "cw-off": isOff, "cw-named": kind, "cw-worked": kind === "workday", "cw-changed": isChanged };
    for (const [name_, holds] of Object.entries(classes)) button.classList.toggle(name_, Boolean(holds));
    button.title = name || "";
    button.querySelector("b").textContent = { holiday: words.markHoliday, workday: words.markWorkday }[kind] || "";
    button.querySelector(".cw-hidden").textContent = [isChanged && words.wordsChanged, name, said].filter(Boolean).join(" ");
  }

  const buttons = form.querySelectorAll("button[name=toggle]");
  let leaving = false;

  function repaint() {
    const found = entries();
    buttons.forEach((button) => paint(button, found.get(button.value)));
  }

  function noteUnsaved() {
    form.querySelector(".cw-unsaved").hidden = false;
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=toggle]");
    if (!button) return;
    event.preventDefault();
    turnOver(button.value, "rests" in button.dataset);
    repaint();
    noteUnsaved();
  });
  table.addEventListener("input", () => { repaint(); noteUnsaved(); });
  form.elements.source_notice.addEventListener("input", noteUnsaved);
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && !form.querySelector(".cw-unsaved").hidden) event.preventDefault();
  });
})();

/* Enhancements only: every page works without this file. */
"use strict";

const byId = (id) => document.getElementById(id);

/* A failed form: the summary of errors is read first. */
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

/* The same form is not sent twice. The server would recognise it anyway. */
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) button.setAttribute("aria-disabled", "true");
    return undefined;
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

/* The check digit of a unified social credit code (GB 32100-2015). */
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
function isCreditCode(code) {
  if (code.length !== 18) return false;
  let sum = 0;
  let weight = 1;
  for (const character of code.slice(0, 17)) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31] === code[17];
}
const texts = byId("texts")?.dataset ?? {};
for (const input of document.querySelectorAll("[data-credit-code]")) {
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.setAttribute("aria-live", "polite");
  input.after(hint);
  const judge = () => {
    const code = input.value.replace(/[\s-]/g, "").toUpperCase();
    const good = isCreditCode(code);
    hint.className = `hint ${good ? "good" : "bad"}`;
    if (!code) hint.textContent = "";
    else if (good) hint.textContent = texts.codeGood;
    else hint.textContent = code.length === 18 ? texts.codeBad : texts.codeLength.replace("0", code.length);
  };
  input.addEventListener("change", judge);
  input.addEventListener("input", () => { if (hint.textContent) judge(); });
}

/* The files that were picked, and those that are too large before they travel. */
function sizeText(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}
for (const input of document.querySelectorAll("input[type=file][name]")) {
  /* Where uploads.js sends them in pieces, it shows them too. */
  if (input.closest("[data-uploads]")) continue;
  const list = document.createElement("ul");
  list.className = "files";
  list.hidden = true;
  input.after(list);
  input.addEventListener("change", () => {
    list.hidden = !input.files.length;
    list.replaceChildren(...Array.from(input.files, (file) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.className = "name";
      name.textContent = file.name;
      item.append(name, sizeText(file.size));
      if (file.size > Number(input.dataset.mostBytes)) {
        const tag = document.createElement("span");
        tag.className = "tag late";
        tag.textContent = texts.tooLarge;
        item.append(tag);
      }
      return item;
    }));
  });
}

/* Province, city, county without a round trip of the whole form. */
const places = ["province", "city", "county"].map((name) => document.querySelector(`[data-place=${name}]`));
if (places.every(Boolean)) {
  byId("reload-places").hidden = true;
  const fill = (select, rows) => {
    select.replaceChildren(select.options[0], ...rows.map((row) => new Option(row.name, row.code)));
    select.disabled = !rows.length;
  };
  places.forEach((select, level) => {
    if (level && select.options.length < 2) select.disabled = true;
    select.addEventListener("change", async () => {
      for (const below of places.slice(level + 1)) fill(below, []);
      if (level === 2 || !select.value) return;
      const answer = await fetch(texts.places.replace("000000", select.value));
      if (answer.ok) fill(places[level + 1], (await answer.json()).places);
    });
  });
}

/* What the script does by itself needs no button, and what doesn't apply isn't asked. */
for (const part of document.querySelectorAll(".no-script")) part.hidden = true;
const filing = byId("filing");
if (filing) {
  /* A filing in steps has only some of the questions on a page. */
  const shown = (name, applies) => {
    const input = byId(`id_${name}`);
    if (!input) return;
    const field = input.closest(".field");
    field.hidden = !applies && !field.classList.contains("problem");
    input.disabled = field.hidden;
  };
  const ask = () => {
    const inspected = Boolean(byId("id_acceptance_required")?.checked);
    shown("acceptance_due_on", inspected);
    shown("acceptance_passed_on", inspected);
    const buyer = filing.querySelector("[name=respondent_type]:checked");
    shown("state_owned", !buyer || buyer.value === "large_enterprise");
    const industry = byId("id_size_industry")?.value;
    for (const name of ["size_employees", "size_revenue", "size_assets"]) {
      shown(name, byId(`id_${name}`)?.dataset.industries.split(" ").includes(industry));
    }
  };
  filing.addEventListener("change", ask);
  ask();

  /* The same answer is not read aloud again, and what was unfolded stays so. */
  const panels = [byId("assessment"), byId("assessment-size")].filter(Boolean);
  let said = "";
  let unfolded = [];
  filing.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.shouldSwap) return;
    detail.shouldSwap = detail.serverResponse !== said;
    said = detail.serverResponse;
    unfolded = panels.map((panel) => Boolean(panel.querySelector("details[open]")));
  });
  filing.addEventListener("htmx:afterSwap", () => panels.forEach((panel, place) => {
    const reasons = panel.querySelector("details");
    if (reasons) reasons.open = unfolded[place];
  }));
}

/* The secret of a scanned code arrives in the fragment, which is never sent; it leaves the address at once. */
const secret = byId("id_secret");
if (secret && window.location.hash.length > 10) {
  secret.value = decodeURIComponent(window.location.hash.slice(1));
  window.history.replaceState(null, "", window.location.pathname);
}

/* Copy and print. */
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    byId("copied").textContent = texts.copied;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

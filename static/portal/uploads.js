/* Files go up in pieces (tus 1.0) and go on where the line broke. Without this file the plain input sends them. */
"use strict";

(() => {
  const PIECE = 512 * 1024;
  const WAITS = [1000, 3000, 8000, 20000, 45000];
  const root = document.querySelector("[data-uploads]");
  const form = root?.closest("form");
  if (!root || !form || !window.fetch) return;
  const words = root.dataset;
  const sending = root.querySelector(".sending");
  const said = root.querySelector("[data-said]");
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const jobs = [];
  let running = false;
  let held = null;

  const headers = (more) => ({ "Tus-Resumable": "1.0.0", "X-CSRFToken": csrf, "Upload-Form": words.form, ...more });
  const say = (text) => { said.textContent = text; };
  const sleep = (job, time) => new Promise((resolve) => {
    job.wake = resolve;
    setTimeout(resolve, time);
    window.addEventListener("online", resolve, { once: true });
  });
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  function button(text, name, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain slim";
    const hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = ` ${name}`;
    made.append(text, hidden);
    made.addEventListener("click", act);
    return made;
  }

  function show(job, state, text) {
    job.state = state;
    job.note.textContent = text ?? words[state] ?? "";
    job.bar.value = job.sent;
    job.row.className = state === "failed" ? "failed" : "";
    job.bar.hidden = state === "failed";
    const acts = [button(words.remove, job.file.name, () => remove(job))];
    if (state === "sending" || state === "offline") acts.unshift(button(words.pause, job.file.name, () => pause(job)));
    if (state === "paused") acts.unshift(button(words.resume, job.file.name, () => again(job)));
    if (state === "failed" && !job.refused) acts.unshift(button(words.again, job.file.name, () => again(job)));
    if (job.shown === state) return;
    const had = job.acts.contains(document.activeElement);
    job.shown = state;
    job.acts.replaceChildren(...acts);
    if (had) acts[0].focus();
    if (state !== "sending") say(`${job.file.name}: ${job.note.textContent}`);
  }

  function add(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = file.size || 1;
    bar.setAttribute("aria-label", file.name);
    const note = document.createElement("span");
    note.className = "small";
    const acts = document.createElement("span");
    acts.className = "row";
    row.append(name, bar, note, acts);
    sending.append(row);
    sending.hidden = false;
    const job = { file, row, bar, note, acts, sent: 0, state: "", shown: "", address: "", tries: 0, stop: null };
    jobs.push(job);
    if (file.size > Number(words.mostBytes)) {
      job.refused = true;
      show(job, "failed", words.tooLarge);
    } else show(job, "waiting");
  }

  function drop(job) {
    jobs.splice(jobs.indexOf(job), 1);
    job.row.remove();
    sending.hidden = !jobs.length;
  }

  async function remove(job) {
    job.gone = true;
    job.stop?.abort();
    job.wake?.();
    const text = `${job.file.name}: ${words.remove}`;
    drop(job);
    say(text);
    root.querySelector("#id_files").focus();
    if (job.address) await fetch(job.address, { method: "DELETE", headers: headers() }).catch(() => {});
    release();
  }

  function pause(job) {
    job.paused = true;
    job.stop?.abort();
    job.wake?.();
    show(job, "paused");
  }

  function again(job) {
    job.paused = false;
    job.tries = 0;
    show(job, "waiting");
    run();
  }

  function refuse(job, text) {
    job.refused = true;
    show(job, "failed", text || words.failed);
  }

  async function ask(job, address, options) {
    job.stop = new AbortController();
    return fetch(address, { ...options, signal: job.stop.signal });
  }

  async function begin(job) {
    const answer = await ask(job, words.address, {
      method: "POST",
      headers: headers({ "Upload-Length": job.file.size, "Upload-Metadata": `filename ${base64(job.file.name)}` }),
    });
    if (answer.status === 201) job.address = answer.headers.get("Location");
    else if (answer.status >= 500) throw new Error(answer.status);
    else refuse(job, await reason(answer));
  }

  /* What the server says for people; an error page of something between us is none of it. */
  async function reason(answer) {
    return (answer.headers.get("Content-Type") ?? "").startsWith("text/plain") ? answer.text() : "";
  }

  async function where(job) {
    const answer = await ask(job, job.address, { method: "HEAD", headers: headers() });
    if (answer.status === 404) { job.address = ""; job.sent = 0; return begin(job); }
    if (!answer.ok) throw new Error(answer.status);
    job.sent = Number(answer.headers.get("Upload-Offset"));
    return undefined;
  }

  /* One piece; true when the file is through. */
  async function piece(job) {
    const answer = await ask(job, job.address, {
      method: "PATCH",
      headers: headers({ "Upload-Offset": job.sent, "Content-Type": "application/offset+octet-stream" }),
      body: job.file.slice(job.sent, job.sent + PIECE),
    });
    if (answer.status === 422) { refuse(job, await reason(answer)); return true; }
    if (answer.status !== 204) throw new Error(answer.status);
    job.sent = Number(answer.headers.get("Upload-Offset"));
    job.tries = 0;
    show(job, "sending", `${words.sending} · ${Math.floor((100 * job.sent) / job.file.size)} %`);
    return job.sent === job.file.size;
  }

  async function send(job) {
    show(job, "sending", words.sending);
    while (!job.gone && !job.paused && !job.refused) {
      try {
        await (job.address ? where(job) : begin(job));
        let through = Boolean(job.refused);
        while (!through) through = await piece(job);
        if (!job.refused) job.state = "arrived";
        return;
      } catch {
        if (job.gone || job.paused) return;
        if (job.tries >= WAITS.length) { show(job, "failed", words.failed); return; }
        show(job, "offline");
        await sleep(job, WAITS[job.tries]);
        job.tries += 1;
      }
    }
  }

  async function renew(method = "GET", pk = "") {
    const address = pk ? `${words.kept}${pk}/` : words.kept;
    const answer = await fetch(address, { method, headers: headers() });
    if (!answer.ok) throw new Error(answer.status);
    const list = root.querySelector("[data-list]");
    const chosen = Array.from(list.querySelectorAll("select"), (select) => [select.id, select.value]);
    list.innerHTML = await answer.text();
    for (const [id, value] of chosen) {
      const select = document.getElementById(id);
      if (select) select.value = value;
    }
  }

  async function run() {
    if (running) return;
    running = true;
    for (let job = jobs.find((one) => one.state === "waiting"); job; job = jobs.find((one) => one.state === "waiting")) {
      await send(job);
      if (job.state === "arrived") {
        await renew().catch(() => {});
        drop(job);
        say(`${job.file.name}: ${words.arrived}`);
      }
    }
    running = false;
    release();
  }

  /* A form that was sent while files were on their way goes when the last has arrived; none goes without a file that
     failed, for its sender would believe it there. */
  function release() {
    if (!held || jobs.length) return;
    const submitter = held;
    held = null;
    form.requestSubmit(submitter.form ? submitter : undefined);
  }
  form.addEventListener("submit", (event) => {
    if (!jobs.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const failed = jobs.find((job) => job.state === "failed");
    held = failed ? null : event.submitter ?? form;
    say(failed ? words.left : words.hold);
    (failed ?? jobs.find((job) => job.state === "paused"))?.acts.querySelector("button").focus();
  }, true);

  root.addEventListener("click", async (event) => {
    const pressed = event.target.closest("button[name=remove_file]");
    if (!pressed) return;
    event.preventDefault();
    const name = pressed.closest("li").querySelector(".name").firstChild.textContent.trim();
    try {
      await renew("DELETE", pressed.value);
      say(`${name}: ${words.remove}`);
      root.querySelector("#id_files").focus();
    } catch { say(`${name}: ${words.failed}`); }
  });

  function take(files) {
    for (const file of files) add(file);
    run();
  }
  for (const input of root.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const files = Array.from(input.files);
      input.value = "";
      take(files);
    });
  }
  for (const kind of ["dragenter", "dragover"]) {
    root.addEventListener(kind, (event) => { event.preventDefault(); root.classList.add("over"); });
  }
  root.addEventListener("dragleave", () => root.classList.remove("over"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("over");
    take(Array.from(event.dataTransfer.files));
  });
})();

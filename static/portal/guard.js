/* Solves a form's proof of work while the form is filled in, so that nobody waits for it. Without it one page more asks. */
"use strict";

(() => {
  const PATIENCE = 15000;
  const guards = new Map();

  function guardOf(box, form) {
    const state = { worker: null, done: false, pressed: null, waits: false };
    const finish = (nonce) => {
      if (state.done) return;
      state.done = true;
      box.querySelector("[name=guard_nonce]").value = nonce;
      state.worker?.terminate();
      if (!state.waits) return;
      state.waits = false;
      box.querySelector("[data-guard-wait]").textContent = "";
      form.requestSubmit(state.pressed);
    };
    state.start = () => {
      if (state.worker || state.done) return;
      try {
        state.worker = new Worker(box.dataset.guardWorker);
      } catch {
        finish("");
        return;
      }
      state.worker.onmessage = (event) => finish(event.data);
      state.worker.onerror = () => finish("");
      state.worker.postMessage({
        challenge: box.querySelector("[name=guard_challenge]").value,
        bits: Number(box.dataset.guard),
      });
    };
    state.wait = (pressed) => {
      state.pressed = pressed;
      if (state.waits) return;
      state.waits = true;
      const status = box.querySelector("[data-guard-wait]");
      window.setTimeout(() => { if (state.waits) status.textContent = status.dataset.guardWait; }, 400);
      window.setTimeout(() => finish(""), PATIENCE);
      state.start();
    };
    return state;
  }

  for (const box of document.querySelectorAll("[data-guard]")) {
    const form = box.closest("form");
    if (!form || !form.requestSubmit || !window.Worker) continue;
    const state = guardOf(box, form);
    guards.set(form, state);
    for (const touch of ["focusin", "pointerdown", "input"]) form.addEventListener(touch, state.start);
  }

  /* Before every other listener: a form that still waits is not yet sent. */
  document.addEventListener("submit", (event) => {
    const state = guards.get(event.target);
    if (!state || state.done || event.submitter?.formNoValidate) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    state.wait(event.submitter);
  }, true);
})();

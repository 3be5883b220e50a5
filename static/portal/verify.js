/* Computes the digest of a chosen file here, so that nothing is uploaded. Without this script a digest is pasted. */
"use strict";

const check = document.querySelector("[data-file-check]");
const expected = document.getElementById("digest")?.textContent.trim();

/* crypto.subtle is there only where the page came safely. */
if (check && expected && window.crypto?.subtle) {
  check.hidden = false;
  document.getElementById("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const digits = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const verdict = document.getElementById("verdict");
    const isSame = digits === expected;
    document.getElementById("id_sha256").value = digits;
    verdict.textContent = isSame ? check.dataset.same : check.dataset.other;
    verdict.classList.toggle("warn", !isSame);
    verdict.hidden = false;
  });
}

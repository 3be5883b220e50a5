// Unfold writes a chosen file's name into the first line of text that it finds around the field, to look like its own
// widget. Our forms show the browser's widget, and that line of text is another field: keep it as it is.
document.addEventListener("DOMContentLoaded", () => {
  for (const input of document.querySelectorAll(".cw-form input[type=file]")) {
    input.hasChangeListener = true;
  }
});

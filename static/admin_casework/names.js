// A field with a search in it is named by what is chosen, so an empty one has no name for those who can't see its label.
window.addEventListener("load", () => {
  for (const field of document.querySelectorAll("select.admin-autocomplete[id]")) {
    const label = document.querySelector(`label[for="${field.id}"]`);
    const box = field.nextElementSibling?.querySelector("[role=combobox]");
    if (!label || !box) continue;
    label.id ||= `${field.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} select2-${field.id}-container`);
  }
});

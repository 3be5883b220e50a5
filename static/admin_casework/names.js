// A field with a search in it is named by what is chosen, so an empty one has no name for those who can't see its label.
function nameSearchFields() {
  for (const field of document.querySelectorAll("select.admin-autocomplete[id]")) {
    const chosen = `select2-${field.id}-container`;
    const label = document.querySelector(`label[for="${field.id}"]`);
    const box = document.querySelector(`[role=combobox][aria-labelledby="${chosen}"]`);
    if (!label || !box) continue;
    label.id ||= `${field.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${chosen}`);
    document.getElementById(chosen)?.setAttribute("aria-labelledby", label.id);
  }
}

// Through jQuery's own queue: the fields get their search there, after the page's events.
document.addEventListener("DOMContentLoaded", () => window.django?.jQuery?.(nameSearchFields));

/* Enhancement only: who reports without a name isn't asked for it. */
"use strict";

const anonymous = document.getElementById("id_is_anonymous");
if (anonymous) {
  const asked = ["complainant_name", "complainant_code", "contact_name", "contact_phone", "contact_email"];
  const ask = () => {
    for (const name of asked) {
      const input = document.getElementById(`id_${name}`);
      input.disabled = anonymous.checked;
      input.closest(".field").hidden = anonymous.checked;
    }
  };
  anonymous.addEventListener("change", ask);
  ask();
}

// Shows who may be on record already while a person is typed. Without it the form asks when it is sent.
const NAMES = ["given_names", "family_name", "date_of_birth", "sex"];
const WAIT = 400;

const inputs = NAMES.map((name) => document.getElementById(`id_${name}`)).filter(Boolean);
const form = inputs[0]?.form;

if (form) {
  const place = document.createElement("section");
  place.className = "peel-panel peel-likely-place";
  place.setAttribute("aria-live", "polite");
  place.setAttribute("aria-label", "Perhaps on record already");
  place.hidden = true;
  const after = document.getElementById("id_family_name") ?? inputs[0];
  after.closest(".govuk-form-group").after(place);
  let waiting;
  let asked = "";
  let last;

  const ask = async () => {
    const query = new URLSearchParams();
    for (const input of inputs) query.set(input.name, input.value);
    if (query.toString() === asked) return;
    asked = query.toString();
    last?.abort();
    last = new AbortController();
    try {
      const answer = await fetch(`/resolution/likely/?${asked}`, { signal: last.signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const text = (await answer.text()).trim();
      place.innerHTML = text;
      place.hidden = !text;
    } catch (problem) {
      if (problem.name !== "AbortError") place.hidden = true;
    }
  };

  for (const input of inputs) {
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, WAIT);
    });
    input.addEventListener("change", ask);
  }
}

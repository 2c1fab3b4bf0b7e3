// Shows what may be on record already while something new is typed. Without it the form asks when it
// is sent. The element that holds the questions says what to read: see `questions.Watch`.
const WAIT = 400;
const questions = document.querySelector("[data-peel-likely]");
const form = questions?.closest("form");
const told = questions ? JSON.parse(questions.dataset.peelLikely) : {};
const section = document.createElement("section");
let waiting = 0;
let asked = "";
let last = null;

function kind() {
  const kinds = Object.keys(told.kinds);
  const chosen = told.chooser ? form.elements[told.chooser]?.value : kinds[0];
  return kinds.includes(chosen) ? chosen : "";
}

// The answers to the questions of the kind, rows of repeating groups with them.
function typed(what) {
  const query = new URLSearchParams({ kind: what });
  for (const [name, value] of new FormData(form)) {
    const bare = name.startsWith(told.prefix) ? name.slice(told.prefix.length) : "";
    const watched = told.kinds[what].some((each) => bare === each || bare.startsWith(`${each}-`) || bare.startsWith(`${each}_`));
    if (watched && typeof value === "string" && value) {
      query.append(bare, value);
    }
  }
  return query;
}

// Stands below the question that was typed into when it came, so that it is seen without scrolling;
// elsewhere when that question is no longer asked.
function put(input) {
  const beside = input?.closest(".govuk-form-group");
  if (beside && section.offsetParent === null) {
    beside.after(section);
  }
}

function show(text, input) {
  put(input);
  section.innerHTML = text;
  section.hidden = !text;
}

async function ask(input) {
  const what = kind();
  const query = what ? typed(what).toString() : "";
  if (query === asked) {
    return;
  }
  asked = query;
  last?.abort();
  last = new AbortController();
  if (!query) {
    show("", input);
    return;
  }
  try {
    const answer = await fetch(`/resolution/likely/?${query}`, { signal: last.signal, credentials: "same-origin" });
    show(answer.ok ? (await answer.text()).trim() : "", input);
  } catch (problem) {
    if (problem.name !== "AbortError") {
      show("", input);
    }
  }
}

if (form) {
  section.className = "peel-panel peel-likely-place";
  section.setAttribute("aria-live", "polite");
  section.setAttribute("aria-label", "Perhaps on record already");
  section.hidden = true;
  form.addEventListener("input", ({ target }) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(target), WAIT);
  });
  form.addEventListener("change", ({ target }) => ask(target));
}

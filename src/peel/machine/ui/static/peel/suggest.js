// Look-ups that suggest while one types (a WAI-ARIA combobox), and dates that say how they are read.
// The text box works without: what was typed is found when the form is sent.

const WAIT = 300;
const FEWEST = 2;

function ready(scope) {
  for (const input of scope.querySelectorAll("input[data-peel-suggest]:not([data-peel-ready])")) {
    input.dataset.peelReady = "";
    if (input.parentElement.querySelector("[data-peel-chosen]")) {
      combobox(input);
    } else {
      reads(input);
    }
  }
}

async function ask(input, signal) {
  const address = `${input.dataset.peelSuggest}&q=${encodeURIComponent(input.value.trim())}`;
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return answer.ok && isJson ? answer.json() : {};
}

// Calls `act` once a person has stopped typing; what is no longer wanted is dropped on the way.
function patiently(act) {
  let timer = 0;
  let running = null;
  return (...given) => {
    clearTimeout(timer);
    running?.abort();
    timer = setTimeout(async () => {
      running = new AbortController();
      try {
        await act(running.signal, ...given);
      } catch (problem) {
        if (problem.name !== "AbortError") {
          console.warn(problem);
        }
      }
    }, WAIT);
  };
}

function reads(input) {
  const said = document.getElementById(`${input.id}-understood`);
  if (!said) {
    return;
  }
  said.setAttribute("role", "status");
  const read = patiently(async (signal) => {
    const words = input.value.trim() ? (await ask(input, signal)).understood ?? "" : "";
    said.textContent = words;
  });
  input.addEventListener("input", read);
}

// What was picked answers other questions of the form; the box is then empty again, so that what a
// person changes in those answers stands.
function fillIn(input, fill) {
  for (const [name, value] of Object.entries(fill)) {
    const field = input.form?.elements[name];
    if (field) {
      field.value = value;
      (field.length && field[0]?.type === "radio" ? field[0] : field).dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  input.value = "";
}

function combobox(input) {
  const chosen = input.parentElement.querySelector("[data-peel-chosen]");
  const list = Object.assign(document.createElement("ul"), { id: `${input.id}-list`, className: "peel-combo__list", hidden: true });
  const said = Object.assign(document.createElement("p"), { className: "govuk-visually-hidden" });
  const box = Object.assign(document.createElement("div"), { className: "peel-combo" });
  said.setAttribute("role", "status");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What was found");
  input.before(box);
  box.append(input, list, said);
  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  let at = -1;

  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    at = index;
    options().forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const pick = (option) => {
    input.value = option.dataset.key;
    chosen.replaceChildren(...[...option.childNodes].map((node) => node.cloneNode(true)));
    const words = option.textContent;
    const { fill } = option.peelFound;
    close();
    if (fill) {
      fillIn(input, fill);
      chosen.append(" Filled in below.");
    }
    said.textContent = `${words} chosen`;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = (found) => {
    list.replaceChildren(...found.map((one, index) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${index}`, className: "peel-combo__option", textContent: one.label });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.key = one.key;
      option.peelFound = one;
      if (one.hint) {
        option.append(" ", Object.assign(document.createElement("span"), { className: "peel-chosen__hint", textContent: one.hint }));
      }
      return option;
    }));
    at = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    said.textContent = found.length === 0 ? "Nothing found" : `${found.length} found. Use the arrow keys to choose.`;
  };
  const look = patiently(async (signal) => {
    if (input.value.trim().length < FEWEST) {
      close();
      return;
    }
    const { found } = await ask(input, signal);
    if (found && document.activeElement === input) {
      show(found);
    }
  });

  input.addEventListener("input", (event) => {
    if (event.isTrusted !== false || event.inputType !== undefined) {
      chosen.replaceChildren();
      look();
    }
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = options().length - 1;
    if (event.key === "Escape" && !list.hidden) {
      close();
    } else if (event.key === "ArrowDown" && last >= 0) {
      mark(at >= last ? 0 : at + 1);
    } else if (event.key === "ArrowUp" && last >= 0) {
      mark(at <= 0 ? last : at - 1);
    } else if (event.key === "Enter" && at >= 0) {
      pick(list.children[at]);
    } else {
      return;
    }
    event.preventDefault();
  });
  // The press comes before the box loses its focus, which would close the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      pick(option);
    }
  });
}

ready(document);
document.addEventListener("htmx:load", (event) => ready(event.target));

// Suggestions under the search box (a WAI-ARIA combobox) and the key "/" that leads to it. Without
// this the box sends what was typed.

const WAIT = 150;
const FEWEST = 2;

for (const input of document.querySelectorAll("input[data-peel-searching]")) {
  suggestFor(input);
}

document.addEventListener("keydown", (event) => {
  const inField = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.querySelector("input[data-peel-searching]");
    // On a list the key leads to the list's own box (lists.js).
    if (box && !document.getElementById("list-q")) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
});

function suggestFor(input) {
  const list = Object.assign(document.createElement("ul"), { id: "peel-search-list", className: "peel-searching", hidden: true });
  const said = Object.assign(document.createElement("p"), { className: "govuk-visually-hidden" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Records that may be meant");
  said.setAttribute("role", "status");
  input.form.append(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  let at = -1;
  let timer = 0;
  let running = null;

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    at = place;
    [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  // The reference leads straight to its record, as if it had been typed.
  const open = (option) => {
    input.value = option.dataset.key;
    close();
    input.form.requestSubmit();
  };
  const show = (found) => {
    list.replaceChildren(...found.map((one, index) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${index}`, className: "peel-searching__option", textContent: one.label });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.key = one.key;
      if (one.hint) {
        option.append(Object.assign(document.createElement("span"), { className: "peel-searching__hint", textContent: one.hint }));
      }
      return option;
    }));
    at = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    said.textContent = found.length ? `${found.length} found. Use the arrow keys to choose, or Enter to search.` : "";
  };
  const look = async (signal) => {
    const typed = input.value.trim();
    if (typed.length < FEWEST) {
      close();
      return;
    }
    const answer = await fetch(`${input.dataset.peelSearching}?q=${encodeURIComponent(typed)}`, { signal, headers: { Accept: "application/json" } });
    if (answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json") && document.activeElement === input) {
      show((await answer.json()).found ?? []);
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    running?.abort();
    timer = setTimeout(() => {
      running = new AbortController();
      look(running.signal).catch((problem) => {
        if (problem.name !== "AbortError") {
          console.warn(problem);
        }
      });
    }, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(at < 0 && step < 0 ? count - 1 : (at + step + count) % count);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      open(list.children[at]);
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      open(option);
    }
  });
  input.addEventListener("blur", close);
}

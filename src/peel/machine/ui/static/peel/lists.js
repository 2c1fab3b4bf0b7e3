// The keys of a list, and choosing every row of a page. Rows may be read again at any time, so
// nothing is bound to them; the focus is always a real one, on a row's own link.

const OFF = "peel-keys-off";
const dialog = document.getElementById("list-keys");
const off = document.getElementById("list-keys-off");
const opener = document.querySelector("[data-peel-keys]");

const rows = () => [...document.querySelectorAll("#list-rows tr[data-record]")];
const rowOf = (element) => element?.closest?.("#list-rows tr[data-record]") ?? null;
const choices = () => [...document.querySelectorAll("#list-rows input[name=row]")];

function isOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

function typing(element) {
  const box = element?.closest?.("input, textarea, select, [contenteditable]");
  return Boolean(box) && !["checkbox", "radio", "button", "submit"].includes(box.type);
}

function step(by) {
  const all = rows();
  const here = all.indexOf(rowOf(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
  const link = all[Math.max(0, Math.min(all.length - 1, next))]?.querySelector("th a");
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

function choose() {
  const box = rowOf(document.activeElement)?.querySelector("input[name=row]");
  if (box) {
    box.click();
  }
}

function follow(rel) {
  document.querySelector(`#list-rows a[rel=${rel}]`)?.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: choose,
  n: () => follow("next"),
  p: () => follow("prev"),
  "/": () => document.getElementById("list-q")?.focus(),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || dialog.open) {
    return;
  }
  if (typing(event.target) || event.defaultPrevented) {
    return;
  }
  const arrows = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in arrows && rowOf(event.target)) {
    event.preventDefault();
    step(arrows[event.key]);
  } else if (Object.hasOwn(KEYS, event.key) && !isOff()) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

// "Every row of this page": ticked with all, and half ticked with some of them.
function showAll() {
  const box = document.querySelector("[data-peel-all]");
  if (box) {
    const chosen = choices().filter((each) => each.checked).length;
    box.checked = chosen > 0 && chosen === choices().length;
    box.indeterminate = chosen > 0 && !box.checked;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-peel-all]")) {
    // Each click tells this box how many are chosen, so what was wanted is kept first.
    const wanted = event.target.checked;
    for (const box of choices()) {
      if (box.checked !== wanted) {
        box.click();
      }
    }
  } else if (event.target.matches("#list-rows input[name=row]")) {
    showAll();
  }
});

opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());
off.checked = isOff();
off.addEventListener("change", () => {
  try {
    localStorage.setItem(OFF, off.checked ? "yes" : "no");
  } catch {
    // A browser that keeps nothing keeps the keys on.
  }
});
addEventListener("pageshow", showAll);

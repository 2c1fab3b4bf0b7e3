// Adds and removes the rows of a repeating group on the page. Without it the buttons send the form.

document.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="rows"]');
  const group = button?.closest("[data-peel-rows]");
  if (!group) {
    return;
  }
  event.preventDefault();
  if (button.value.endsWith(":add")) {
    add(group);
  } else {
    drop(group, button.closest(".peel-row"));
  }
  group.dispatchEvent(new Event("input", { bubbles: true }));
});

const rowsOf = (group) => [...group.querySelectorAll(":scope > .peel-rows__all > .peel-row")];

function add(group) {
  const numbers = rowsOf(group).map((row) => Number(row.querySelector("input[type=hidden]").name.match(/-(\d+)-row$/)[1]));
  const place = Math.max(-1, ...numbers) + 1;
  const holder = document.createElement("template");
  holder.innerHTML = group.querySelector(":scope > template").innerHTML.replaceAll("__row__", String(place));
  const row = holder.content.firstElementChild;
  group.querySelector(":scope > .peel-rows__all").append(row);
  count(group);
  row.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  say(group, `${group.dataset.row} ${rowsOf(group).length} added`);
}

function drop(group, row) {
  const number = rowsOf(group).indexOf(row) + 1;
  row.remove();
  count(group);
  (group.querySelector(":scope > .peel-rows__add") ?? group).focus();
  say(group, `${group.dataset.row} ${number} removed`);
}

// Rows are numbered for people anew; the names of their inputs may have gaps.
function count(group) {
  const name = group.dataset.row;
  rowsOf(group).forEach((row, index) => {
    row.setAttribute("aria-label", `${name} ${index + 1}`);
    row.querySelector(".peel-row__title").textContent = `${name} ${index + 1}`;
    row.querySelector(".peel-row__drop .govuk-visually-hidden").textContent = `${name.toLowerCase()} ${index + 1}`;
  });
  const button = group.querySelector(":scope > .peel-rows__add");
  if (button) {
    button.hidden = rowsOf(group).length >= Number(group.dataset.most);
  }
}

function say(group, words) {
  group.querySelector(":scope > [role=status]").textContent = words;
}

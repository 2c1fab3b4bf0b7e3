// Leaves, among the ways in which two may be linked, those that fit the record that was chosen.
// Without it all of them are offered, each with what it may lead to.

const other = document.querySelector("input[name=other]");
const reading = document.querySelector("select[name=reading]");
const kinds = [...document.querySelectorAll("input[name=what]")];

// What was chosen: the first letters of a reference, or the kind of what is new.
function chosen() {
  if (other) {
    return other.value.trim().toUpperCase().match(/^([A-Z]{2,3})\d{2}-/)?.[1] ?? "";
  }
  return kinds.find((radio) => radio.checked)?.value ?? "";
}

function narrow() {
  const what = chosen();
  const left = [];
  for (const option of reading.options) {
    // The headings serve whoever sees all of them.
    if ("peelHeading" in option.dataset) {
      option.hidden = Boolean(what);
      continue;
    }
    const fits = option.dataset.peelFits?.split(" ").filter(Boolean) ?? [];
    const shown = !option.value || !what || fits.length === 0 || fits.includes(what);
    option.hidden = option.disabled = !shown;
    if (shown && option.value) {
      left.push(option);
    }
  }
  if (reading.selectedOptions[0]?.disabled) {
    reading.value = "";
  }
  if (what && left.length === 1) {
    reading.value = left[0].value;
  }
}

if (reading && (other || kinds.length)) {
  for (const input of [other, ...kinds].filter(Boolean)) {
    input.addEventListener("change", narrow);
    input.addEventListener("input", narrow);
  }
  narrow();
}

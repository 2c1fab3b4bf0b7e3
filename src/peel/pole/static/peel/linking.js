// Leaves, among the ways in which two may be linked, those that fit the record that was chosen.
// Without it all of them are offered, each with what it may lead to.

const other = document.querySelector("input[name=other]");
const reading = document.querySelector("select[name=reading]");

function narrow() {
  const prefix = other.value.trim().toUpperCase().match(/^([A-Z]{2,3})\d{2}-/)?.[1] ?? "";
  const left = [];
  for (const option of reading.options) {
    const fits = option.dataset.peelFits?.split(" ").filter(Boolean) ?? [];
    const shown = !option.value || !prefix || fits.length === 0 || fits.includes(prefix);
    option.hidden = option.disabled = !shown;
    if (shown && option.value) {
      left.push(option);
    }
  }
  if (reading.selectedOptions[0]?.disabled) {
    reading.value = "";
  }
  if (prefix && left.length === 1) {
    reading.value = left[0].value;
  }
}

if (other && reading) {
  other.addEventListener("change", narrow);
  other.addEventListener("input", narrow);
  narrow();
}

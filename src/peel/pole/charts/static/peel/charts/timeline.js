// When the links on the chart were: a bar a month (or year); what is brushed is what is drawn.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 1000;
const HIGH = 56;

export class TimeLine {
  constructor(place, state) {
    Object.assign(this, { place, state });
    this.words = document.createElement("p");
    this.words.className = "peel-chart__when";
    this.picture = document.createElementNS(SVG, "svg");
    this.picture.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
    this.picture.setAttribute("preserveAspectRatio", "none");
    this.picture.setAttribute("aria-hidden", "true");
    const form = document.createElement("div");
    form.className = "peel-chart__span";
    this.first = this.input(form, "Links from");
    this.last = this.input(form, "to");
    const label = document.createElement("label");
    label.className = "peel-chart__tick";
    this.undated = document.createElement("input");
    this.undated.type = "checkbox";
    this.undated.checked = true;
    label.append(this.undated, " with undated ones");
    const clear = document.createElement("button");
    clear.type = "button";
    clear.textContent = "All dates";
    clear.addEventListener("click", () => { this.first.value = this.last.value = ""; this.undated.checked = true; this.set(); });
    form.append(label, clear);
    this.place.append(this.words, this.picture, form);
    for (const one of [this.first, this.last, this.undated]) { one.addEventListener("change", () => this.set()); }
    this.brush();
  }

  input(form, words) {
    const label = document.createElement("label");
    const made = document.createElement("input");
    made.type = "date";
    label.append(`${words} `, made);
    form.append(label);
    return made;
  }

  set() {
    Object.assign(this.state.filter, { first: this.first.value, last: this.last.value, undated: this.undated.checked });
    this.state.changed();
  }

  draw() {
    const dated = [...this.state.edges.values()].filter((edge) => edge.first);
    const months = dated.map((edge) => Number(edge.first.slice(0, 4)) * 12 + Number(edge.first.slice(5, 7)) - 1);
    const count = this.state.edges.size - dated.length;
    this.words.textContent = dated.length ? `When ${dated.length} dated link${dated.length === 1 ? "" : "s"} began${count ? ` (${count} without a date)` : ""}` : "No link on the chart has a date.";
    this.picture.toggleAttribute("hidden", !dated.length);
    if (!dated.length) { this.picture.replaceChildren(); return; }
    this.from = Math.min(...months);
    const many = Math.max(...months) - this.from + 1;
    this.unit = many > 72 ? 12 : 1;
    if (this.unit === 12) { this.from -= this.from % 12; }
    this.bins = Math.max(1, Math.ceil((Math.max(...months) - this.from + 1) / this.unit));
    const heights = new Array(this.bins).fill(0);
    for (const month of months) { heights[Math.floor((month - this.from) / this.unit)] += 1; }
    const most = Math.max(...heights);
    const step = WIDE / this.bins;
    const bars = heights.map((n, place) => this.rect(place * step + step * 0.08, HIGH - (n / most) * (HIGH - 4), step * 0.84, (n / most) * (HIGH - 4), "peel-chart__bar"));
    this.shade = this.rect(0, 0, 0, HIGH, "peel-chart__brush");
    this.picture.replaceChildren(...bars, this.shade);
    this.shadeNow();
  }

  rect(x, y, width, height, name) {
    const made = document.createElementNS(SVG, "rect");
    for (const [key, value] of Object.entries({ x, y, width, height, class: name })) { made.setAttribute(key, value); }
    return made;
  }

  place_(day) { return (((Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + Number(day.slice(8)) / 32) - this.from) / (this.bins * this.unit)) * WIDE; }

  shadeNow() {
    const { first, last } = this.state.filter;
    const left = first ? Math.max(0, this.place_(first)) : 0;
    const right = last ? Math.min(WIDE, this.place_(last)) : WIDE;
    this.shade.setAttribute("x", left);
    this.shade.setAttribute("width", first || last ? Math.max(2, right - left) : 0);
  }

  brush() {
    let began = null;
    const part = (event) => { const box = this.picture.getBoundingClientRect(); return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)); };
    const day = (share, end) => {
      const month = this.from + Math.min(this.bins - 1, Math.floor(share * this.bins)) * this.unit + (end ? this.unit : 0);
      const at = new Date(Date.UTC(Math.floor(month / 12), month % 12, end ? 0 : 1));
      return at.toISOString().slice(0, 10);
    };
    this.picture.addEventListener("pointerdown", (event) => { began = part(event); this.picture.setPointerCapture(event.pointerId); });
    this.picture.addEventListener("pointermove", (event) => {
      if (began === null) { return; }
      const [one, other] = [began, part(event)].sort((a, b) => a - b);
      this.shade.setAttribute("x", one * WIDE);
      this.shade.setAttribute("width", Math.max(2, (other - one) * WIDE));
    });
    this.picture.addEventListener("pointercancel", () => { began = null; this.shadeNow(); });
    this.picture.addEventListener("pointerup", (event) => {
      if (began === null) { return; }
      const [one, other] = [began, part(event)].sort((a, b) => a - b);
      began = null;
      this.first.value = day(one, false);
      this.last.value = day(other, true);
      this.undated.checked = false;
      this.set();
    });
  }
}

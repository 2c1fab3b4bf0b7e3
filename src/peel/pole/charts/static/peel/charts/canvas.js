// The picture: what the worker painted, moved by the compositor while one pans and zooms, and
// painted anew where it has been left. Pointer, touch and keyboard.

const ROOM = 0.5;
const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Canvas {
  constructor(view, state, { painter, scripts, act, say }) {
    Object.assign(this, { view, state, scripts, act, say });
    this.k = 1; this.x = 0; this.y = 0;
    this.number = 0;
    this.busy = false;
    this.again = false;
    this.laying = null;
    this.pointers = new Map();
    this.board = document.createElement("canvas");
    this.board.className = "peel-chart__board";
    this.board.setAttribute("aria-hidden", "true");
    this.ring = document.createElement("div");
    this.ring.className = "peel-chart__ring";
    this.ring.hidden = true;
    view.append(this.board, this.ring);
    this.sheet = this.board.getContext("bitmaprenderer");
    this.worker = new Worker(painter);
    this.worker.onmessage = ({ data }) => { if (data.painted) { this.painted(data.painted); } if (data.laid) { this.laid(data.laid); } };
    new ResizeObserver(() => this.paint()).observe(view);
    this.listen();
  }

  get wide() { return this.view.clientWidth; }
  get high() { return this.view.clientHeight; }

  // Send what is shown to the painter.
  draw() {
    const { items, edges, groups } = this.state.shown();
    const chosen = this.state.chosen;
    this.worker.postMessage({ scene: {
      items: items.map((one) => ({
        id: one.id, x: one.x, y: one.y, icon: one.icon, isGroup: Boolean(one.isGroup), pinned: Boolean(one.pinned), chosen: chosen.has(one.id),
        letters: one.isGroup ? String(one.left) : one.reference.slice(0, 2), flagged: Boolean(one.flags?.length),
        title: this.cut(one.isGroup ? one.short : one.title) + (one.members > 1 ? ` (${one.members} as one)` : ""),
      })),
      lines: [
        ...edges.map((one) => ({ from: one.from, to: one.to, look: one.mark || (one.sure ? "sure" : "unsure"), words: `${one.mark ? `${one.mark}: ` : ""}${one.forward}${one.n > 1 ? ` (${one.n.toLocaleString("en-GB")})` : ""}` })),
        ...groups.map((one) => ({ from: one.of, to: one.id, look: "folded", words: "" })),
      ],
      notes: this.state.notes.filter((one) => !one.on || this.state.nodes.has(one.on)), boxes: this.state.boxes,
    } });
    this.paint();
  }

  // On a narrow screen long names would not fit beside their marks.
  cut(words) {
    const most = this.wide < 500 ? 22 : 34;
    return words.length > most ? `${words.slice(0, most - 1)}…` : words;
  }

  // One painting is under way at a time; what is asked meanwhile is painted once after it.
  paint() {
    if (!this.wide) { return; }
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    const mx = Math.round(this.wide * ROOM);
    const my = Math.round(this.high * ROOM);
    this.number += 1;
    this.worker.postMessage({ paint: { number: this.number, wide: this.wide + 2 * mx, high: this.high + 2 * my, k: this.k, x: this.x + mx, y: this.y + my, scale: Math.min(devicePixelRatio || 1, 2) } });
  }

  painted(sent) {
    this.board.width = sent.bitmap.width;
    this.board.height = sent.bitmap.height;
    this.board.style.width = `${sent.wide}px`;
    this.board.style.height = `${sent.high}px`;
    this.sheet.transferFromImageBitmap(sent.bitmap);
    this.under = sent;
    this.busy = false;
    this.place();
    this.view.dataset.painted = String(sent.number);
    if (this.again) { this.again = false; this.paint(); }
  }

  // Move the painting to where the view is now: nothing is drawn for it.
  place() {
    if (!this.under) { return; }
    const r = this.k / this.under.k;
    this.board.style.transform = `translate(${this.x - this.under.x * r}px, ${this.y - this.under.y * r}px) scale(${r})`;
    this.mark();
  }

  moved() {
    this.place();
    if (!this.under) { return; }
    const mx = this.wide * ROOM;
    const gone = Math.max(Math.abs(this.x + mx - this.under.x) / this.wide, Math.abs(this.y + this.high * ROOM - this.under.y) / this.high);
    if (gone > ROOM * 0.4 || this.k !== this.under.k) { this.paint(); }
  }

  pan(dx, dy) { this.x += dx; this.y += dy; this.moved(); }

  zoom(by, at = [this.wide / 2, this.high / 2]) {
    const k = Math.min(3, Math.max(0.04, this.k * by));
    this.x = at[0] - ((at[0] - this.x) * k) / this.k;
    this.y = at[1] - ((at[1] - this.y) * k) / this.k;
    this.k = k;
    this.moved();
  }

  fit() {
    const { items } = this.state.shown();
    if (!items.length || !this.wide) { return; }
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const one of items) { left = Math.min(left, one.x); right = Math.max(right, one.x); top = Math.min(top, one.y); bottom = Math.max(bottom, one.y); }
    for (const one of this.state.notes) { left = Math.min(left, one.x); right = Math.max(right, one.x + 170); top = Math.min(top, one.y - 20); bottom = Math.max(bottom, one.y); }
    const k = Math.min(1.2, (this.wide - Math.min(170, this.wide * 0.42)) / Math.max(right - left, 1), (this.high - 110) / Math.max(bottom - top, 1));
    this.k = Math.max(0.04, k);
    this.x = this.wide / 2 - ((left + right) / 2) * this.k;
    this.y = this.high / 2 - ((top + bottom) / 2) * this.k;
    this.moved();
    this.paint();
  }

  mark() {
    const one = this.state.item(this.state.focus);
    const shown = one && this.state.shown().items.includes(one);
    this.ring.hidden = !shown;
    if (shown) { this.ring.style.transform = `translate(${one.x * this.k + this.x - 21}px, ${one.y * this.k + this.y - 21}px)`; }
  }

  at(event) {
    const box = this.view.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  under_(point) {
    const reach = Math.max(16, 20 * Math.sqrt(this.k));
    let best = null;
    let least = reach;
    for (const one of this.state.shown().items) {
      const far = Math.hypot(one.x * this.k + this.x - point[0], one.y * this.k + this.y - point[1]);
      if (far < least) { least = far; best = one; }
    }
    return best;
  }

  layout(kind) {
    const { items, edges, groups } = this.state.shown();
    return new Promise((done) => {
      this.laying = done;
      this.worker.postMessage({ layout: {
        kind, scripts: this.scripts, root: this.state.centre || items[0]?.id,
        items: items.map(({ id, x, y, pinned, icon, title, short }) => ({ id, x, y, pinned: Boolean(pinned), icon, title: title || short })),
        lines: [...edges.map((one) => [one.from, one.to]), ...groups.map((one) => [one.of, one.id])],
      } });
    });
  }

  laid(places) {
    for (const [key, x, y] of places) { const one = this.state.item(key); if (one) { one.x = x; one.y = y; } }
    this.laying?.();
    this.laying = null;
  }

  listen() {
    const { view } = this;
    view.addEventListener("pointerdown", (event) => this.down(event));
    view.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) { view.addEventListener(name, (event) => this.up(event)); }
    view.addEventListener("dblclick", (event) => { if (this.under_(this.at(event))) { this.act("expand"); } });
    view.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== view) { return; }
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 500), this.at(event));
    }, { passive: false });
    view.addEventListener("keydown", (event) => this.key(event));
  }

  down(event) {
    const point = this.at(event);
    this.view.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, point);
    if (this.pointers.size > 1) { this.held = null; return; }
    this.held = { one: this.under_(point), from: point, last: point, went: false, more: event.shiftKey || event.ctrlKey || event.metaKey };
  }

  drag(event) {
    const was = this.pointers.get(event.pointerId);
    if (!was) { return; }
    const point = this.at(event);
    this.pointers.set(event.pointerId, point);
    if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([key]) => key !== event.pointerId)[1];
      const far = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]) || 1;
      this.zoom(far(point) / far(was), [(point[0] + other[0]) / 2, (point[1] + other[1]) / 2]);
      return;
    }
    if (!this.held) { return; }
    const [dx, dy] = [point[0] - was[0], point[1] - was[1]];
    if (!this.held.went && Math.hypot(point[0] - this.held.from[0], point[1] - this.held.from[1]) < 4) { return; }
    if (!this.held.one) { this.held.went = true; this.pan(dx, dy); return; }
    if (!this.held.went) { this.state.keep("move"); this.held.went = true; }
    this.shift(this.held.one, dx / this.k, dy / this.k);
  }

  // Move an item, and with it all that are chosen if it is one of them.
  shift(one, dx, dy) {
    const keys = this.state.chosen.has(one.id) ? [...this.state.chosen] : [one.id];
    const moved = [];
    for (const key of keys) {
      const each = this.state.item(key);
      each.x += dx; each.y += dy;
      moved.push([key, each.x, each.y]);
    }
    this.worker.postMessage({ moved });
    this.paint();
    this.mark();
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    const { held } = this;
    this.held = null;
    if (!held || event.type === "pointercancel") { return; }
    if (held.went) { if (held.one) { this.state.changed(); } else { this.paint(); } return; }
    this.choose(held.one, held.more);
  }

  choose(one, more = false) {
    const { chosen } = this.state;
    if (!more) { chosen.clear(); }
    if (one) { if (more && chosen.has(one.id)) { chosen.delete(one.id); } else { chosen.add(one.id); } }
    this.state.focus = one?.id || "";
    this.state.changed(false);
    if (one) { this.say(this.describe(one)); }
  }

  describe(one) {
    if (one.isGroup) { return `Folded: ${one.said}`; }
    const links = this.state.linksOf(one.id);
    const first = links.slice(0, 3).map(({ reading, other }) => `${reading} ${other.title}`).join("; ");
    return `${one.title}, ${one.noun.toLowerCase()} ${one.reference}${one.pinned ? ", pinned" : ""}${one.flags.length ? `, ${one.flags.join(", ")}` : ""}. ${links.length} link${links.length === 1 ? "" : "s"} on the chart${first ? `: ${first}` : ""}.`;
  }

  key(event) {
    const { state } = this;
    const way = STEP[event.key];
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      const name = { z: event.shiftKey ? "redo" : "undo", y: "redo", a: "all" }[event.key.toLowerCase()];
      if (name) { event.preventDefault(); this.act(name); }
      return;
    }
    if (event.altKey) { return; }
    const name = { Enter: "expand", " ": "choose", p: "pin", h: "hide", "+": "larger", "=": "larger", "-": "smaller", 0: "fit", Escape: "clear" }[event.key];
    if (!way && !name) { return; }
    event.preventDefault();
    if (way && event.shiftKey) {
      const one = state.item(state.focus);
      if (one) { state.keep("move"); this.shift(one, way[0] * 25, way[1] * 25); state.changed(); }
    } else if (way) { this.step(way); } else { this.act(name); }
  }

  // To the nearest item in a direction.
  step([dx, dy]) {
    const { items } = this.state.shown();
    const from = this.state.item(this.state.focus);
    let best = from ? null : this.state.item(this.state.centre) || items[0];
    let least = Infinity;
    for (const one of from ? items : []) {
      const [x, y] = [one.x - from.x, one.y - from.y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (one === from || along <= 0 || aside > along * 2.2) { continue; }
      const far = along + 2 * aside;
      if (far < least) { least = far; best = one; }
    }
    if (!best) { this.say("Nothing further that way."); return; }
    this.choose(best);
    const [x, y] = [best.x * this.k + this.x, best.y * this.k + this.y];
    if (x < 40 || y < 40 || x > this.wide - 40 || y > this.high - 40) { this.pan(this.wide / 2 - x, this.high / 2 - y); }
  }
}

// What is on the chart, what of it is shown, and every change, each of which can be undone.

export const keyOf = (group) => `g|${group.of}|${group.type}|${group.way}|${group.kind}`;
const UNDOABLE = 60;

export class State {
  constructor() {
    this.nodes = new Map();
    this.edges = new Map();
    this.groups = new Map();
    this.notes = [];
    this.boxes = [];
    this.chosen = new Set();
    this.focus = "";
    this.filter = { types: new Set(), kinds: new Set(), first: "", last: "", undated: true };
    this.past = [];
    this.future = [];
    this.heard = [];
    this.centre = "";
    this.dirty = false;
    // The day that is told of, where it is not now, and whether now is drawn beside it.
    this.day = { on: "", compare: false };
  }

  onChange(listener) { this.heard.push(listener); }

  // `layout` tells whether places or membership changed, and not only what is chosen.
  changed(layout = true) {
    this.cache = null;
    for (const listener of this.heard) { listener(layout); }
  }

  // Keep how it is now, so that the change that follows can be undone. `said` names the change.
  keep(said) {
    this.past.push({ said, was: this.copy() });
    if (this.past.length > UNDOABLE) { this.past.shift(); }
    this.future = [];
    this.dirty = true;
  }

  copy() {
    const each = (map) => new Map([...map].map(([key, one]) => [key, { ...one }]));
    return {
      day: this.day, nodes: each(this.nodes), edges: new Map(this.edges), groups: each(this.groups),
      notes: this.notes.map((one) => ({ ...one })), boxes: this.boxes.map((one) => ({ ...one, holds: [...one.holds] })),
    };
  }

  undo() { return this.swap(this.past, this.future); }
  redo() { return this.swap(this.future, this.past); }

  swap(from, to) {
    const step = from.pop();
    if (!step) { return ""; }
    to.push({ said: step.said, was: this.copy() });
    Object.assign(this, step.was);
    this.chosen = new Set([...this.chosen].filter((key) => this.item(key)));
    if (!this.item(this.focus)) { this.focus = ""; }
    this.changed();
    return step.said;
  }

  item(key) { return this.nodes.get(key) || this.groups.get(key); }

  // Take in what the server sent; gives the items that are new. They stand around `near`.
  take(picture, near = null) {
    const places = new Map((picture.body?.nodes || []).map((one) => [one.id, one]));
    const fresh = [];
    for (const node of picture.nodes) {
      const had = this.nodes.get(node.id);
      if (had) { Object.assign(had, node, { x: had.x, y: had.y, hidden: false }); continue; }
      const at = places.get(node.id);
      const made = { ...node, x: at?.x ?? NaN, y: at?.y ?? NaN, pinned: Boolean(at?.pinned), hidden: Boolean(at?.hidden) };
      this.nodes.set(node.id, made);
      if (!at) { fresh.push(made); }
    }
    for (const edge of picture.edges) { this.edges.set(edge.id, edge); }
    const kept = new Map((picture.body?.groups || []).map((one) => [keyOf(one), one]));
    for (const group of picture.groups) {
      const id = keyOf(group);
      const at = kept.get(id);
      if (this.groups.has(id)) { continue; }
      const made = { ...group, id, isGroup: true, left: group.others, place: "", x: at?.x ?? NaN, y: at?.y ?? NaN };
      this.groups.set(id, made);
      if (!at) { fresh.push(made); }
    }
    if (picture.body) {
      this.notes = picture.body.notes.map((one) => ({ ...one }));
      this.boxes = picture.body.boxes.map((one) => ({ ...one }));
    }
    if (picture.centre) { this.centre ||= picture.centre; }
    this.stand(fresh, near);
    return fresh;
  }

  // The folded, counted anew for another day; those that had nothing then are not drawn.
  recount(counted) {
    const found = new Map(counted.map((one) => [keyOf(one), one]));
    for (const group of this.groups.values()) {
      const now = found.get(group.id);
      Object.assign(group, now ? { ...now, left: now.others, place: "" } : { left: 0, place: "" });
    }
  }

  // Places for new items: on rings around what they came from, away from what stands there.
  stand(fresh, near) {
    const at = near || this.nodes.get(this.centre) || { x: 0, y: 0 };
    const x = Number.isFinite(at.x) ? at.x : 0;
    const y = Number.isFinite(at.y) ? at.y : 0;
    const free = fresh.filter((one) => one !== at && one.id !== this.centre);
    const first = fresh.find((one) => one.id === this.centre);
    if (first) { first.x = x; first.y = y; }
    // By cells of a grid, so that looking for room stays quick among thousands.
    const cell = (px, py) => `${Math.round(px / 80)} ${Math.round(py / 80)}`;
    const taken = new Set();
    const waiting = new Set(free);
    for (const one of [...this.nodes.values(), ...this.groups.values()]) { if (!waiting.has(one) && Number.isFinite(one.x)) { taken.add(cell(one.x, one.y)); } }
    const left = [...free];
    for (let ring = 150; left.length; ring += 90) {
      const room = Math.max(6, Math.floor((2 * Math.PI * ring) / 95));
      const count = ring > 4000 ? room : Math.min(room, Math.max(left.length, 6));
      for (let place = 0; place < count && left.length; place += 1) {
        const angle = (2 * Math.PI * place) / count + ring / 170;
        const [px, py] = [Math.round(x + ring * Math.cos(angle)), Math.round(y + ring * Math.sin(angle))];
        if (ring < 6000 && taken.has(cell(px, py))) { continue; }
        taken.add(cell(px, py));
        Object.assign(left.shift(), { x: px, y: py });
      }
    }
  }

  inTime(edge) {
    const { first, last, undated } = this.filter;
    if (!first && !last) { return true; }
    if (!edge.first && !edge.last) { return undated; }
    return (!last || (edge.first || "0000") <= last) && (!first || (edge.last || "9999") >= first);
  }

  // What is drawn: nodes, edges with both ends, and the groups of nodes that are drawn.
  shown() {
    if (this.cache) { return this.cache; }
    const { types, kinds, first, last } = this.filter;
    const nodes = new Map();
    for (const node of this.nodes.values()) {
      if (!node.hidden && !kinds.has(node.kind)) { nodes.set(node.id, node); }
    }
    const edges = [];
    const tied = new Set();
    const ever = new Set();
    for (const edge of this.edges.values()) {
      if (!this.nodes.has(edge.from) || !this.nodes.has(edge.to)) { continue; }
      ever.add(edge.from).add(edge.to);
      if (types.has(edge.type) || !nodes.has(edge.from) || !nodes.has(edge.to) || !this.inTime(edge)) { continue; }
      edges.push(edge);
      tied.add(edge.from).add(edge.to);
    }
    if (first || last || types.size) {
      for (const key of [...nodes.keys()]) {
        if (ever.has(key) && !tied.has(key) && key !== this.centre && !nodes.get(key).pinned) { nodes.delete(key); }
      }
    }
    const groups = [...this.groups.values()].filter((one) => one.left > 0 && nodes.has(one.of) && !types.has(one.type) && !kinds.has(one.kind));
    this.cache = { nodes: [...nodes.values()], edges, groups, items: [...nodes.values(), ...groups] };
    return this.cache;
  }

  linksOf(key) {
    const found = [];
    for (const edge of this.shown().edges) {
      if (edge.from === key) { found.push({ edge, reading: edge.forward, other: this.nodes.get(edge.to) }); }
      if (edge.to === key) { found.push({ edge, reading: edge.backward, other: this.nodes.get(edge.from) }); }
    }
    return found;
  }

  // Fold what hangs on a node by nothing else back into groups; gives how many were folded.
  fold(key) {
    const ends = new Map();
    for (const edge of this.edges.values()) {
      for (const end of [edge.from, edge.to]) { ends.set(end, (ends.get(end) || 0) + 1); }
    }
    const sets = new Map();
    for (const edge of this.edges.values()) {
      if (edge.from !== key && edge.to !== key) { continue; }
      const way = edge.from === key ? ">" : "<";
      const other = this.nodes.get(way === ">" ? edge.to : edge.from);
      if (!other || other.pinned || other.id === this.centre || ends.get(other.id) !== 1) { continue; }
      const group = { of: key, type: edge.type, way, kind: other.kind };
      const id = keyOf(group);
      if (!sets.has(id)) { sets.set(id, { ...group, id, noun: other.plural, icon: other.icon, reading: way === ">" ? edge.forward : edge.backward, held: [] }); }
      sets.get(id).held.push(other);
    }
    let folded = 0;
    const made = [];
    for (const { held, noun, reading, ...group } of sets.values()) {
      const had = this.groups.get(group.id);
      if (!had && held.length < 2) { continue; }
      for (const one of held) { this.remove(one.id); }
      folded += held.length;
      const others = had ? had.others : held.length;
      const said = had ? had.said : `${reading} ${others} ${noun}`;
      this.groups.set(group.id, { ...group, isGroup: true, others, left: others, place: "", said, short: had?.short || `${others} ${noun}: ${reading}`, x: had?.x ?? NaN, y: had?.y ?? NaN });
      if (!had) { made.push(this.groups.get(group.id)); }
    }
    this.stand(made, this.nodes.get(key));
    return folded;
  }

  remove(key) {
    this.nodes.delete(key);
    this.groups.delete(key);
    this.chosen.delete(key);
    for (const edge of [...this.edges.values()]) { if (edge.from === key || edge.to === key) { this.edges.delete(edge.id); } }
    for (const group of [...this.groups.values()]) { if (group.of === key) { this.groups.delete(group.id); } }
  }

  // As it is saved: ids, places and the drawer's own words, no title.
  body() {
    const at = (one) => ({ x: Math.round(one.x * 10) / 10, y: Math.round(one.y * 10) / 10 });
    return {
      nodes: [...this.nodes.values()].map((one) => ({ id: one.id, ...at(one), ...(one.pinned && { pinned: true }), ...(one.hidden && { hidden: true }) })),
      groups: [...this.groups.values()].map((one) => ({ of: one.of, type: one.type, way: one.way, kind: one.kind, ...at(one) })),
      notes: this.notes, boxes: this.boxes,
    };
  }
}

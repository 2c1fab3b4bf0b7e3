// Paints the chart and lays it out, in a worker, so that the page never waits for either.

const INK = { grey: "#505a5f", blue: "#1d70b8", green: "#00703c", yellow: "#b58840", red: "#d4351c", purple: "#4c2c92" };
const RING = { person: "#1d70b8", place: "#00703c", vehicle: "#4c2c92", phone: "#912b88" };
const SIZE = 26;
let scene = { items: [], lines: [], notes: [], boxes: [] };
let by = new Map();
const sprites = new Map();

onmessage = ({ data }) => {
  if (data.scene) { scene = data.scene; by = new Map(scene.items.map((one) => [one.id, one])); }
  if (data.moved) { for (const [key, x, y] of data.moved) { const one = by.get(key); if (one) { one.x = x; one.y = y; } } }
  if (data.paint) { paint(data.paint); }
  if (data.layout) { layout(data.layout); }
};

function shape(ink, kind, x, y, r) {
  ink.beginPath();
  if (kind === "person") { ink.arc(x, y, r, 0, 7); }
  else if (kind === "place") { ink.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8); }
  else if (kind === "group") { ink.roundRect(x - r * 1.5, y - r * 0.85, r * 3, r * 1.7, r / 3); }
  else { ink.moveTo(x, y - r * 1.1); ink.lineTo(x + r * 1.1, y); ink.lineTo(x, y + r * 1.1); ink.lineTo(x - r * 1.1, y); ink.closePath(); }
}

// One picture for each look and size, drawn once.
function sprite(one, size) {
  const key = `${one.icon}|${one.letters}|${one.flagged}|${one.pinned}|${one.chosen}|${one.marked}|${size}`;
  const had = sprites.get(key);
  if (had) { return had; }
  if (sprites.size > 2000) { sprites.clear(); }
  const wide = Math.ceil(size * 2);
  const made = new OffscreenCanvas(wide, wide);
  const ink = made.getContext("2d", { willReadFrequently: true });
  const at = wide / 2;
  const icon = one.isGroup ? "group" : one.icon;
  if (one.chosen) { shape(ink, icon, at, at, size * 0.66); ink.fillStyle = "#ffdd00"; ink.fill(); ink.lineWidth = 2; ink.strokeStyle = "#0b0c0c"; ink.stroke(); }
  shape(ink, icon, at, at, size / 2);
  ink.fillStyle = one.isGroup ? "#f3f2f1" : "#ffffff";
  ink.fill();
  ink.lineWidth = Math.max(1, size / 9);
  ink.strokeStyle = one.isGroup ? "#0b0c0c" : RING[one.icon] || "#505a5f";
  ink.stroke();
  if (size > 13) {
    ink.fillStyle = "#0b0c0c";
    ink.font = `bold ${Math.round(size * 0.42)}px Arial, sans-serif`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.fillText(one.letters, at, at + 1);
    if (one.flagged) { ink.fillStyle = "#d4351c"; ink.font = `bold ${Math.round(size * 0.7)}px Arial, sans-serif`; ink.fillText("!", at + size * 0.62, at - size * 0.4); }
    if (one.pinned) { ink.fillStyle = "#0b0c0c"; ink.beginPath(); ink.arc(at - size * 0.6, at - size * 0.5, size / 9, 0, 7); ink.rect(at - size * 0.6 - 0.75, at - size * 0.5, 1.5, size * 0.35); ink.fill(); }
  }
  const whole = made.transferToImageBitmap();
  sprites.set(key, whole);
  return whole;
}

function paint({ number, wide, high, k, x, y, scale }) {
  const board = new OffscreenCanvas(Math.round(wide * scale), Math.round(high * scale));
  const ink = board.getContext("2d", { alpha: false, willReadFrequently: true });
  ink.setTransform(scale, 0, 0, scale, 0, 0);
  ink.fillStyle = "#ffffff";
  ink.fillRect(0, 0, wide, high);
  const px = (one) => one.x * k + x;
  const py = (one) => one.y * k + y;
  boxes(ink, px, py, k);
  const near = lines(ink, px, py, { wide, high, k });
  const size = Math.max(5, Math.round(Math.min(SIZE, SIZE * Math.sqrt(k)) * 2) / 2);
  const seen = scene.items.filter((one) => { const at = px(one); const to = py(one); return at > -60 && to > -60 && at < wide + 60 && to < high + 60; });
  for (const one of seen) {
    const look = sprite(one, Math.round(size * scale));
    ink.drawImage(look, px(one) - look.width / scale / 2, py(one) - look.height / scale / 2, look.width / scale, look.height / scale);
  }
  words(ink, seen, near, { px, py, k, size });
  const bitmap = board.transferToImageBitmap();
  postMessage({ painted: { number, wide, high, k, x, y, bitmap } }, [bitmap]);
}

function boxes(ink, px, py, k) {
  for (const box of scene.boxes) {
    const held = box.holds.map((key) => by.get(key)).filter(Boolean);
    if (!held.length) { continue; }
    const xs = held.map(px);
    const ys = held.map(py);
    const left = Math.min(...xs) - 60 * k - 8;
    const top = Math.min(...ys) - 45 * k - 14;
    ink.fillStyle = ink.strokeStyle = INK[box.colour] || INK.grey;
    ink.globalAlpha = 0.12;
    const size = [Math.max(...xs) + 60 * k + 8 - left, Math.max(...ys) + 60 * k + 8 - top];
    ink.fillRect(left, top, ...size);
    ink.globalAlpha = 1;
    ink.lineWidth = 2;
    ink.strokeRect(left, top, ...size);
    ink.font = "bold 14px Arial, sans-serif";
    ink.textAlign = "left";
    ink.fillText(box.text, left + 6, top + 17);
  }
}

const LOOKS = { sure: [[], 1.4], unsure: [[7, 5], 1.4], added: [[], 3.5], ended: [[2, 6], 1.8], folded: [[], 1] };

// Lines of one look are one path: a stroke each would cost ten times as much.
function lines(ink, px, py, { wide, high, k }) {
  const sets = { sure: [], unsure: [], added: [], ended: [], folded: [] };
  for (const line of scene.lines) {
    const one = by.get(line.from);
    const other = by.get(line.to);
    if (!one || !other) { continue; }
    const at = [px(one), py(one), px(other), py(other)];
    if ((at[0] < 0 && at[2] < 0) || (at[0] > wide && at[2] > wide) || (at[1] < 0 && at[3] < 0) || (at[1] > high && at[3] > high)) { continue; }
    sets[line.look].push([line, at]);
  }
  ink.strokeStyle = ink.fillStyle = "#505a5f";
  const near = [];
  for (const [look, found] of Object.entries(sets)) {
    const [dash, width] = LOOKS[look];
    ink.setLineDash(k < 0.25 ? [] : dash);
    ink.lineWidth = Math.max(0.6, width * Math.min(1, k * 1.5));
    ink.beginPath();
    for (const [, at] of found) { ink.moveTo(at[0], at[1]); ink.lineTo(at[2], at[3]); }
    ink.stroke();
    if (look !== "folded") { near.push(...found); }
  }
  ink.setLineDash([]);
  if (k > 0.4 && near.length < 1500) {
    ink.beginPath();
    for (const [, [x1, y1, x2, y2]] of near) {
      const far = Math.hypot(x2 - x1, y2 - y1) || 1;
      const ux = (x2 - x1) / far;
      const uy = (y2 - y1) / far;
      const ax = x2 - ux * SIZE * 0.62;
      const ay = y2 - uy * SIZE * 0.62;
      ink.moveTo(ax, ay);
      ink.lineTo(ax - ux * 9 - uy * 4, ay - uy * 9 + ux * 4);
      ink.lineTo(ax - ux * 9 + uy * 4, ay - uy * 9 - ux * 4);
    }
    ink.fill();
  }
  return near;
}

const widths = new Map();

function wide(ink, text) {
  if (widths.size > 5000) { widths.clear(); }
  if (!widths.has(text)) { widths.set(text, ink.measureText(text).width); }
  return widths.get(text);
}

// Names stand below their marks; where another stands already above them, then cut short, and else
// they are left out until there is room: two that lie over each other can neither be read.
function words(ink, seen, near, { px, py, k, size }) {
  const taken = seen.map((one) => [px(one) - size * 0.5, py(one) - size * 0.5, px(one) + size * 0.5, py(one) + size * 0.5]);
  const label = (text, x, y, { bold = false, always = false } = {}) => {
    ink.font = `${bold ? "bold " : ""}12px Arial, sans-serif`;
    const half = wide(ink, text) / 2 + 2;
    const box = [x - half, y - 11, x + half, y + 3];
    if (!always && taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3])) { return false; }
    taken.push(box);
    ink.lineWidth = 3;
    ink.strokeStyle = "#ffffff";
    ink.strokeText(text, x, y);
    ink.fillStyle = "#0b0c0c";
    ink.fillText(text, x, y);
    return true;
  };
  const name = (one, bold) => {
    const below = py(one) + size * 0.6 + 17;
    const above = py(one) - size * 0.6 - 7;
    const short = one.title.length > 16 ? `${one.title.slice(0, 15)}…` : "";
    const ways = [[one.title, below], [one.title, above], ...(short ? [[short, below], [short, above]] : [])];
    if (!ways.some(([text, y]) => label(text, px(one), y, { bold })) && one.chosen) { label(one.title, px(one), below, { bold, always: true }); }
  };
  ink.textAlign = "center";
  ink.textBaseline = "alphabetic";
  const many = seen.length > (k >= 0.45 ? 500 : 60);
  const named = many ? seen.filter((each) => each.isGroup || each.chosen).slice(0, 60) : seen;
  for (const one of [...named].sort((a, b) => Number(b.chosen) - Number(a.chosen))) { name(one, many || one.chosen); }
  if (k >= 0.6 && near.length < 120) {
    for (const [line, [x1, y1, x2, y2]] of near) { label(line.words, (x1 + x2) / 2, (y1 + y2) / 2 - 2); }
  }
  ink.textAlign = "left";
  for (const note of scene.notes) {
    const text = `✎ ${note.text}`;
    ink.font = "bold 13px Arial, sans-serif";
    const x = note.x * k + px({ x: 0 });
    const y = note.y * k + py({ y: 0 });
    const wide = Math.min(ink.measureText(text).width, 320);
    ink.fillStyle = "#ffffff";
    ink.strokeStyle = INK[note.colour] || INK.grey;
    ink.lineWidth = 2;
    ink.fillRect(x - 5, y - 16, wide + 10, 23);
    ink.strokeRect(x - 5, y - 16, wide + 10, 23);
    ink.fillStyle = "#0b0c0c";
    ink.fillText(text, x, y, 320);
  }
}

const rows = (items, width, gap) => items.map((one, place) => [one.id, (place % width) * gap, Math.floor(place / width) * gap]);

function layout({ kind, items, lines: pairs, scripts, root }) {
  const free = items.filter((one) => !one.pinned);
  let places;
  if (kind === "circle") {
    const ring = Math.max(140, (free.length * 70) / (2 * Math.PI));
    places = free.map((one, place) => [one.id, ring * Math.cos((2 * Math.PI * place) / free.length), ring * Math.sin((2 * Math.PI * place) / free.length)]);
  } else if (kind === "grid") {
    places = rows([...free].sort((a, b) => (a.icon + a.title).localeCompare(b.icon + b.title)), Math.ceil(Math.sqrt(free.length)), 120);
  } else if (kind === "tree") {
    places = tree(free, pairs, root);
  } else {
    places = force(items, pairs, scripts);
  }
  postMessage({ laid: places.map(([key, x, y]) => [key, Math.round(x), Math.round(y)]) });
}

// A hierarchy: each step away from the first node is a row, ordered by what it hangs on.
function tree(items, pairs, root) {
  const beside = new Map(items.map((one) => [one.id, []]));
  for (const [one, other] of pairs) { beside.get(one)?.push(other); beside.get(other)?.push(one); }
  const depth = new Map();
  const order = [];
  for (const start of [root, ...beside.keys()]) {
    if (!beside.has(start) || depth.has(start)) { continue; }
    depth.set(start, 0);
    const queue = [start];
    while (queue.length) {
      const key = queue.shift();
      order.push(key);
      for (const next of beside.get(key)) { if (beside.has(next) && !depth.has(next)) { depth.set(next, depth.get(key) + 1); queue.push(next); } }
    }
  }
  const counts = new Map();
  const total = new Map();
  for (const key of order) { total.set(depth.get(key), (total.get(depth.get(key)) || 0) + 1); }
  return order.map((key) => {
    const row = depth.get(key);
    const place = counts.get(row) || 0;
    counts.set(row, place + 1);
    const width = Math.max(1, Math.min(total.get(row), 24));
    return [key, ((place % width) - (width - 1) / 2) * 120, row * 190 + Math.floor(place / width) * 60];
  });
}

function force(items, pairs, scripts) {
  if (!self.d3?.forceSimulation) { importScripts(...scripts); }
  const nodes = items.map((one) => ({ id: one.id, x: one.x, y: one.y, ...(one.pinned && { fx: one.x, fy: one.y }) }));
  const known = new Set(nodes.map((one) => one.id));
  const links = pairs.filter(([one, other]) => known.has(one) && known.has(other)).map(([source, target]) => ({ source, target }));
  const made = self.d3.forceSimulation(nodes)
    .force("link", self.d3.forceLink(links).id((one) => one.id).distance(160).strength(0.4))
    .force("push", self.d3.forceManyBody().strength(-420).distanceMax(1000))
    .force("apart", self.d3.forceCollide(60))
    .force("x", self.d3.forceX().strength(0.03)).force("y", self.d3.forceY().strength(0.03))
    .stop();
  const steps = nodes.length > 800 ? 90 : 220;
  for (let step = 0; step < steps; step += 1) { made.tick(); }
  return nodes.filter((one) => one.fx === undefined).map((one) => [one.id, one.x, one.y]);
}

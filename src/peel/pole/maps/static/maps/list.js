// The map of a list: asks for what the box in view holds, draws it and shows its table.

const element = document.querySelector("[data-map-list]");
const { make, dots, dot, collection, outline } = await import(element.dataset.base);
const table = document.getElementById("map-table");
const status = document.getElementById("map-status");
let asking;
let shown = [];
const map = await make(element, JSON.parse(element.dataset.box));

if (map) {
  start();
}

function start() {
  const { shape, first } = element.dataset;
  map.addSource("shape", { type: "geojson", data: collection(shape ? [outline(JSON.parse(shape))] : []) });
  map.addLayer({ id: "shape", type: "fill", source: "shape", paint: { "fill-color": "#1c4f8f", "fill-opacity": 0.08 } });
  map.addLayer({ id: "shape-edge", type: "line", source: "shape", paint: { "line-color": "#1c4f8f", "line-width": 2, "line-dasharray": [3, 2] } });
  dots(map, choose);
  draw(JSON.parse(first));
  map.once("idle", () => { element.dataset.painted = "yes"; });
  // The map is a little larger than the box asked for; ask for the whole of it.
  ask();
  map.on("moveend", ask);
  table.addEventListener("click", pressed);
  import(element.dataset.draw).then(({ begin }) => begin(element, map));
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const bounds = map.getBounds();
  const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
    .map((edge, n) => Math.min(Math.max(edge, n % 2 ? -89 : -180), n % 2 ? 89 : 180).toFixed(5)).join(",");
  const address = `${element.dataset.source}&box=${box}&zoom=${map.getZoom().toFixed(2)}`;
  try {
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (answer.redirected) {
      location.reload();
      return;
    }
    const held = await answer.json();
    if (held.problem) {
      say(held.problem);
      return;
    }
    draw(held);
    table.innerHTML = held.table;
    say(table.querySelector("[data-map-total]").textContent);
  } catch (problem) {
    if (problem.name !== "AbortError") {
      say("The map could not be renewed. Move it to try again.");
    }
  }
}

function draw({ squares, spots }) {
  shown = [
    ...squares.map(([longitude, latitude, count, box]) => dot(longitude, latitude, short(count), { many: count, box: JSON.stringify(box) })),
    ...spots.map(([longitude, latitude, number]) => dot(longitude, latitude, number, { number })),
  ];
  map.getSource("dots").setData(collection(shown));
}

function short(count) {
  return count < 1000 ? count : count < 100_000 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
}

function choose({ properties, geometry }) {
  if (properties.many) {
    closer(JSON.parse(properties.box));
    return;
  }
  mark(properties.number);
  const row = table.querySelector(`[data-spot="${properties.number}"]`);
  row?.closest("tr").scrollIntoView({ block: "nearest" });
  row?.focus();
}

function closer([west, south, east, north]) {
  if (map.getZoom() < map.getMaxZoom() - 0.1) {
    map.fitBounds([west, south, east, north], { maxZoom: map.getMaxZoom(), animate: false });
  }
}

function mark(number) {
  for (const each of shown) {
    each.properties.chosen = each.properties.number === number;
  }
  map.getSource("dots").setData(collection(shown));
}

// In the table, a number shows its place on the map, and "Zoom in" moves the map and not the page.
function pressed(event) {
  const spot = event.target.closest("[data-spot]");
  const square = event.target.closest("[data-box]");
  if (spot) {
    mark(Number(spot.dataset.spot));
    map.off("moveend", ask);
    map.jumpTo({ center: [Number(spot.dataset.longitude), Number(spot.dataset.latitude)] });
    map.on("moveend", ask);
  } else if (square) {
    event.preventDefault();
    closer(JSON.parse(square.dataset.box));
    element.scrollIntoView({ block: "nearest" });
  }
}

function say(words) {
  status.textContent = words;
}

// Drawing a shape: by pointer, or with the map in focus by arrow keys (they move the map under a
// cross in its middle) and Enter. What was drawn goes into the address.

const WORDS = {
  box: "Choose one corner, then the opposite one.",
  circle: "Choose the middle, then a point on the edge.",
  polygon: "Choose each corner, then “Finish”.",
};
const FEWEST = { box: 2, circle: 2, polygon: 3 };

export function begin(element, map) {
  const bar = document.getElementById("map-draw");
  const told = bar.querySelector("[data-draw-told]");
  const finish = bar.querySelector("[data-draw-finish]");
  const cancel = bar.querySelector("[data-draw-cancel]");
  const cross = element.querySelector("[data-map-cross]");
  let kind = "";
  let corners = [];
  bar.hidden = false;

  for (const button of bar.querySelectorAll("[data-draw]")) {
    button.addEventListener("click", () => open(button.dataset.draw));
  }
  finish.addEventListener("click", send);
  cancel.addEventListener("click", close);
  map.on("click", (event) => kind && add(event.lngLat));
  map.on("mousemove", (event) => kind && corners.length && show(event.lngLat));
  map.on("move", () => kind && corners.length && document.activeElement === map.getCanvas() && show(map.getCenter()));
  map.getCanvas().addEventListener("keydown", (event) => {
    // At once, not gliding: the next key must find the map where this one took it.
    const step = event.shiftKey ? 10 : 60;
    const by = (x, y) => () => { event.stopPropagation(); map.panBy([x * step, y * step], { animate: false }); };
    const does = {
      ArrowLeft: by(-1, 0), ArrowRight: by(1, 0), ArrowUp: by(0, -1), ArrowDown: by(0, 1),
       Enter: () => add(map.getCenter()), " ": () => add(map.getCenter()), Backspace: undo, Escape: close,
    }[event.key];
    if (kind && does) {
      event.preventDefault();
      does();
    }
  });

  function open(which) {
    kind = which;
    corners = [];
    cross.hidden = cancel.hidden = false;
    finish.hidden = true;
    map.doubleClickZoom.disable();
    element.dataset.drawing = which;
    say(`${WORDS[which]} With the keyboard: arrow keys move the map, with Shift a little, Enter takes its middle, Backspace takes the last one back, Escape stops.`);
    map.getCanvas().focus();
  }

  function add({ lng, lat }) {
    const [x, y] = corners.at(-1) ?? [];
    if (x === lng && y === lat) {
      say("That is the point before. Move on to the next.");
      return;
    }
    corners.push([lng, lat]);
    show();
    if (kind !== "polygon" && corners.length === 2) {
      send();
      return;
    }
    finish.hidden = kind !== "polygon" || corners.length < FEWEST[kind];
    say(kind === "polygon" ? `${corners.length} ${corners.length === 1 ? "corner" : "corners"}. ${WORDS.polygon}` : "Now the second point.");
  }

  function undo() {
    corners.pop();
    finish.hidden = corners.length < FEWEST[kind];
    show();
    say(`${corners.length} left.`);
  }

  function close() {
    kind = "";
    corners = [];
    cross.hidden = cancel.hidden = finish.hidden = true;
    delete element.dataset.drawing;
    map.doubleClickZoom.enable();
    map.getSource("shape").setData({ type: "FeatureCollection", features: [] });
    say("");
  }

  function numbers(points) {
    const [[x, y], [to_x, to_y]] = points.length > 1 ? points : [points[0], points[0]];
    if (kind === "box") {
      return [Math.min(x, to_x), Math.min(y, to_y), Math.max(x, to_x), Math.max(y, to_y)];
    }
    if (kind === "circle") {
      const along = (to_x - x) * Math.cos((y * Math.PI) / 180);
      return [x, y, Math.hypot(along, to_y - y) * 111_320];
    }
    return points.flat();
  }

  async function show(pointer) {
    const points = pointer ? [...corners, [pointer.lng, pointer.lat]] : corners;
    const { outline } = await import(element.dataset.base);
    const features = kind && points.length > 1 ? [outline({ kind, numbers: numbers(points) })] : [];
    map.getSource("shape").setData({ type: "FeatureCollection", features });
  }

  function send() {
    if (corners.length < FEWEST[kind]) {
      return;
    }
    const places = kind === "circle" ? [6, 6, 0] : [];
    const text = numbers(corners).map((number, n) => number.toFixed(places[n] ?? 6)).join(",");
    const address = new URL(location.href);
    for (const name of ["box", "zoom", "shape"]) {
      address.searchParams.delete(name);
    }
    address.searchParams.set("shape", `${kind}:${text}`);
    location.assign(address);
  }

  function say(words) {
    told.textContent = words;
  }
}

// A map: the base map from files of this server, letters drawn from the fonts of this computer.
// Nothing is loaded before a map is in sight, and nothing from another host.

let library;

// Resolves to a map that is ready to be drawn on, or says in the element why there is none.
// `nearest` is how near it may come to one place alone: a street or two around it are in sight.
export async function make(element, box, nearest = 17) {
  const told = element.querySelector("[data-map-told]");
  told.textContent = "The map is being drawn.";
  try {
    if (!webgl()) {
      throw new Error("This browser cannot draw the map, for it has no WebGL.");
    }
    library ??= load(element.dataset);
    const { maplibre, protocol } = await library;
    const map = new maplibre.Map({
      container: element.querySelector("[data-map-canvas]"),
      style: await styleOf(element.dataset, protocol),
      bounds: box,
      fitBoundsOptions: { padding: 30, maxZoom: nearest },
      minZoom: 4,
      maxZoom: 19,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      attributionControl: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      locale: { "Map.Title": "Map. Arrow keys move it, plus and minus zoom." },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "top-left");
    map.addControl(new maplibre.AttributionControl({ compact: false }), "bottom-right");
    await new Promise((done, failed) => {
      map.once("style.load", done);
      map.once("error", ({ error }) => failed(error));
    });
    // What goes wrong later leaves a gap in the map and nothing worse.
    map.on("error", ({ error }) => console.warn(error.message));
    told.hidden = true;
    element.classList.add("peel-map--drawn");
    return map;
  } catch (problem) {
    const words = problem.message.startsWith("This browser") ? problem.message : "The map could not be drawn.";
    told.textContent = `${words} The table tells the same.`;
    told.hidden = false;
    element.classList.add("peel-map--none");
    return null;
  }
}

// Runs when the element comes into sight.
export function inSight(element, run) {
  element.querySelector("[data-map-told]").textContent = "The map is drawn when it comes into view.";
  const watch = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) {
      watch.disconnect();
      run();
    }
  }, { rootMargin: "200px" });
  watch.observe(element);
}

// Numbers in circles, for squares and places alike; `click(feature)` is told which one was chosen.
export function dots(map, click) {
  map.addSource("dots", { type: "geojson", data: collection([]) });
  map.addLayer({
    id: "dots", type: "circle", source: "dots",
    paint: {
      "circle-radius": ["get", "radius"],
      "circle-color": ["case", ["get", "chosen"], "#ffdd00", ["has", "many"], "#1c4f8f", "#8f1d1d"],
      "circle-stroke-color": ["case", ["get", "chosen"], "#0b0c0c", "#ffffff"],
      "circle-stroke-width": 2,
    },
  });
  map.addLayer({
    id: "dot-words", type: "symbol", source: "dots",
    layout: {
      "text-field": ["get", "words"], "text-size": 13, "text-font": ["sans-serif"],
      "text-allow-overlap": true, "text-ignore-placement": true,
    },
    paint: { "text-color": ["case", ["get", "chosen"], "#0b0c0c", "#ffffff"] },
  });
  map.on("click", "dots", (event) => click(event.features[0]));
  map.on("mouseenter", "dots", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "dots", () => { map.getCanvas().style.cursor = ""; });
}

export function dot(longitude, latitude, words, properties) {
  const radius = properties.many ? Math.min(30, 11 + 2.2 * String(words).length + Math.log10(properties.many) * 2.4) : 12;
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [longitude, latitude] },
    properties: { words: String(words), radius, chosen: false, ...properties },
  };
}

export function collection(features) {
  return { type: "FeatureCollection", features };
}

// The outline of a shape in an address, as GeoJSON.
export function outline({ kind, numbers }) {
  let corners = [];
  if (kind === "box") {
    const [west, south, east, north] = numbers;
    corners = [[west, south], [east, south], [east, north], [west, north]];
  } else if (kind === "circle") {
    const [longitude, latitude, metres] = numbers;
    const up = metres / 111_320;
    const along = up / Math.cos((latitude * Math.PI) / 180);
    corners = Array.from({ length: 64 }, (_, n) => (n * Math.PI) / 32)
      .map((turn) => [longitude + along * Math.cos(turn), latitude + up * Math.sin(turn)]);
  } else {
    for (let n = 0; n + 1 < numbers.length; n += 2) {
      corners.push([numbers[n], numbers[n + 1]]);
    }
  }
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...corners, corners[0]]] } };
}

function webgl() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

async function load(addresses) {
  const [maplibre] = await Promise.all([import(addresses.library), script(addresses.tiles)]);
  maplibre.setWorkerUrl(addresses.worker);
  maplibre.setWorkerCount(1);
  const protocol = new globalThis.pmtiles.Protocol({ metadata: true });
  maplibre.addProtocol("pmtiles", protocol.tile);
  return { maplibre, protocol };
}

function script(address) {
  return new Promise((done, failed) => {
    const made = document.createElement("script");
    made.src = address;
    made.addEventListener("load", done);
    made.addEventListener("error", () => failed(new Error(address)));
    document.head.append(made);
  });
}

// A force's own style, its addresses read as relative to itself; else Peel's own.
async function styleOf(addresses) {
  if (!addresses.style) {
    return ownStyle(addresses);
  }
  const answer = await fetch(addresses.style);
  const style = await answer.json();
  const whole = (text) => new URL(text, new URL(addresses.style, location.href)).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  for (const source of Object.values(style.sources)) {
    if (source.url?.startsWith("pmtiles://")) {
      source.url = `pmtiles://${whole(source.url.slice(10))}`;
    }
  }
  if (style.glyphs) {
    style.glyphs = whole(style.glyphs);
  }
  if (style.sprite) {
    style.sprite = whole(style.sprite);
  }
  return style;
}

function ownStyle({ areas, streets }) {
  const at = (address) => ({ type: "vector", url: `pmtiles://${new URL(address, location.href).href}` });
  const named = (id, source, layer, minzoom, size, colour, more = {}) => ({
    id, type: "symbol", source, "source-layer": layer, minzoom, ...more,
    layout: { "text-field": ["get", "name"], "text-size": size, "text-font": ["sans-serif"], "text-padding": 6, ...more.layout },
    paint: { "text-color": colour, "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
  });
  const road = (id, classes, colour, widths) => ({
    id, type: "line", source: "streets", "source-layer": "roads",
    filter: ["in", ["get", "class"], ["literal", classes]],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], ...widths] },
  });
  return {
    version: 8,
    sources: { areas: at(areas), streets: at(streets) },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#e6edf2" } },
      { id: "land", type: "fill", source: "areas", "source-layer": "pfa", paint: { "fill-color": "#f7f6f2" } },
      { id: "green", type: "fill", source: "streets", "source-layer": "green", paint: { "fill-color": "#dfead5" } },
      { id: "water", type: "fill", source: "streets", "source-layer": "water", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#c3d8e8" } },
      { id: "buildings", type: "fill", source: "streets", "source-layer": "buildings", minzoom: 14, paint: { "fill-color": "#e8e4dc" } },
      { id: "rail", type: "line", source: "streets", "source-layer": "rail", minzoom: 12, paint: { "line-color": "#b9b9b9", "line-dasharray": [3, 2] } },
      road("paths", ["footway", "path", "steps", "cycleway", "pedestrian", "service"], "#ffffff", [13, 0.3, 18, 5]),
      road("small", ["residential", "unclassified", "living_street", "tertiary"], "#ffffff", [11, 0.4, 18, 16]),
      road("large", ["secondary", "primary", "trunk", "motorway"], "#f5dfa8", [9, 0.6, 18, 22]),
      { id: "wards", type: "line", source: "areas", "source-layer": "wards", minzoom: 11.5, maxzoom: 13, paint: { "line-color": "#b6a7c4", "line-width": 0.8, "line-dasharray": [2, 2] } },
      { id: "boroughs", type: "line", source: "areas", "source-layer": "boroughs", minzoom: 8, maxzoom: 13, paint: { "line-color": "#8d7aa0", "line-width": 1.2 } },
      { id: "forces", type: "line", source: "areas", "source-layer": "pfa", maxzoom: 13, paint: { "line-color": "#5b4a72", "line-width": 1.6 } },
      named("street-names", "streets", "roads", 14, 11, "#46525f", { layout: { "symbol-placement": "line" } }),
      named("borough-names", "areas", "boroughs", 9, 12, "#4a3b5e", { maxzoom: 13.5 }),
      named("force-names", "areas", "pfa", 5, 12, "#4a3b5e", { maxzoom: 9 }),
    ],
  };
}

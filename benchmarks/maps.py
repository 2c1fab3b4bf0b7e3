"""A list of 100,000 places on the map in Chromium: frames while it is moved, and the server's part.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.maps [--points N] [--seconds S]

Puts locations into a migrated database by the bulk path (PEEL_DATABASE_OWNER_URL makes the officer
and the statistics), serves Peel with one uvicorn worker, and opens the list of locations as a map
beside its table in headless Chromium without a GPU: WebGL is drawn by the processor. The map is
dragged by the mouse and zoomed by the keyboard, first with everything in sight, then among the
streets. Frames are counted by requestAnimationFrame; the longest gap between two is the longest
stall; the longest script is the longest part of a long frame that JavaScript took, the rest is
painting. The first picture is the time from the request until the map has drawn all that it asked
for. The peer in the same run, moved by the same hand, is Leaflet with leaflet.markercluster as it
comes and the same points in one GeoJSON, without a base map under it and with no table, no rights
and no ledger; it is taken from npm into a folder of its own and is no part of Peel.
"""

import argparse
import http.client
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
# Pixels of the map's picture at 1280, and the zooms of the boxes that the server is asked for.
WIDTH, HEIGHT, ZOOMS = 700, 610, (9, 17)
# So many levels further in lie the streets.
NEAR = 6
COUNT = """() => {
  window.gaps = []; window.long = []; window.counting = true; let last = performance.now();
  window.watch ??= new PerformanceObserver((seen) => {
    for (const one of seen.getEntries()) {
      window.long.push(...one.scripts.map((script) => script.duration)); } });
  window.watch.observe({ type: 'long-animation-frame' });
  const step = () => {
    const now = performance.now(); window.gaps.push(now - last); last = now;
    if (window.counting) { requestAnimationFrame(step); }
  };
  requestAnimationFrame(step);
}"""
COUNTED = """() => {
  window.counting = false; const gaps = window.gaps.slice(1);
  const whole = gaps.reduce((sum, gap) => sum + gap, 0); const ms = (n) => Math.round(n * 10) / 10;
  return { fps: ms(gaps.length / (whole / 1000)), longest_gap_ms: ms(Math.max(...gaps)),
    gaps_over_100_ms: gaps.filter((gap) => gap > 100).length, frames: gaps.length,
    longest_script_ms: ms(Math.max(0, ...window.long)) };
}"""
PEER = """<!doctype html><meta charset=utf-8><link rel=stylesheet href=leaflet.css>
<link rel=stylesheet href=MarkerCluster.css><link rel=stylesheet href=MarkerCluster.Default.css>
<style>body{margin:0}#c{width:WIDTHpx;height:HEIGHTpx}</style><div id=c></div>
<script src=leaflet.js></script><script src=leaflet.markercluster.js></script><script>
const map = L.map('c', { maxZoom: 19 }); const near = L.markerClusterGroup();
fetch('points.json').then((answer) => answer.json()).then((points) => {
  near.addLayer(L.geoJSON(points)); map.fitBounds(near.getBounds()); map.addLayer(near);
  requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true; }));
});
</script>"""


def points(count: int, seed: int = 7) -> Any:
    """Easting and northing of places about London: clumps along its streets, as people live."""
    chance = np.random.default_rng(seed)
    centres = chance.normal((530_000, 180_000), (11_000, 9_000), (400, 2))
    return chance.normal(centres[chance.integers(0, 400, count)], 700)


def prepare(count: int) -> tuple[Any, Any, dict[str, str], float]:
    """An officer with the places in the database, their degrees, cookies, seconds of the load."""
    from django.conf import settings
    from django.db import connections

    from peel.kernel.access.tests.factories import officer, signed_in_client
    from peel.kernel.places.coordinates import many_to_world

    name = f"mapper{time.time_ns()}"
    who = officer(role="supervisor", username=name, collar_number=name[-20:])
    grid = points(count)
    degrees = np.column_stack(many_to_world(grid[:, 0], grid[:, 1]))
    begun = time.perf_counter()
    load(who, grid, degrees)
    taken = time.perf_counter() - begun
    with connections["owner"].cursor() as cursor:
        for table in ("records_record", "pole_location", "places_point"):
            cursor.execute(f"vacuum analyze {table}")
    client = signed_in_client(who)
    names = (settings.SESSION_COOKIE_NAME, settings.PEEL_IDENTITY_COOKIE)
    return who, degrees, {key: client.cookies[key].value for key in names}, taken


def load(who: Any, grid: Any, degrees: Any, size: int = 5_000) -> None:
    """The locations by the bulk path, as a loader brings them in."""
    from peel.kernel.access.identity import speaking_as_system
    from peel.kernel.access.tests.factories import appointment, user
    from peel.kernel.base import clock
    from peel.kernel.base.ids import uuid7
    from peel.kernel.records.bulk import ALIAS, Batch
    from peel.pole.models import Location

    name = f"loader{time.time_ns()}"
    post = appointment(user(None, username=name, collar_number=name[-20:]), "loader")
    at = clock.now()
    common = {
        "organisation_id": who.organisation_id, "created_by_id": who.appointment_id,
        "changed_by_id": who.appointment_id, "created_at": at, "changed_at": at,
        "changed_through": "benchmark", "kind": "pole.location", "precision": "exact",
    }  # fmt: skip
    for start in range(0, len(grid), size):
        with speaking_as_system(post.pk, ALIAS):
            batch = Batch("benchmarks.maps")
            for number in range(start, min(start + size, len(grid))):
                key, (east, north), (x, y) = uuid7(), grid[number], degrees[number]
                street = f"Benchmark Street {number % 997}"
                batch.add([Location(
                    id=key, reference=f"BM{key.hex[-16:]}", title=f"{number}, {street}, London",
                    category="address", paon=str(number), street=street, town="London",
                    easting=float(east), northing=float(north), longitude=float(x),
                    latitude=float(y), **common,
                )])  # fmt: skip
            batch.take_in()


def boxes(degrees: Any, count: int, seed: int = 11) -> list[str]:
    """What the map asks for when it shows a random place at a random zoom."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        zoom, (x, y) = chance.uniform(*ZOOMS), degrees[chance.integers(0, len(degrees))]
        across = 360 / 512 / 2**zoom * WIDTH / 2
        up = across * HEIGHT / WIDTH * np.cos(np.radians(y))
        edges = ",".join(f"{edge:.5f}" for edge in (x - across, y - up, x + across, y + up))
        found.append(f"/pole/location/map/data/?box={edges}&zoom={zoom:.2f}")
    return found


def ask(port: int, paths: list[str], cookies: dict[str, str]) -> dict[str, float]:
    """Milliseconds of the answers as a client on this machine sees them."""
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    header = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    taken = []
    for path in paths:
        begun = time.perf_counter()
        connection.request("GET", path, headers=header)
        answer = connection.getresponse()
        body = answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:500]!r}")
    p95 = statistics.quantiles(taken, n=20)[-1]
    found = {"p50_ms": statistics.median(taken), "p95_ms": p95, "max_ms": max(taken)}
    return {"n": len(taken), **{key: round(value, 1) for key, value in found.items()}}


def first(page: Any, address: str, drawn: str, rounds: int) -> dict[str, int]:
    """Milliseconds from the request until the picture stands."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_function(drawn, timeout=120_000)
        taken.append((time.perf_counter() - begun) * 1000)
    return {"p50_ms": round(statistics.median(taken)), "max_ms": round(max(taken))}


def moved(page: Any, element: str, seconds: float) -> dict[str, Any]:
    """Frames while the map is dragged with all in sight, zoomed in and out, dragged when near."""
    page.locator(element).scroll_into_view_if_needed()
    page.locator(element).focus()
    held = page.locator(element).bounding_box()
    middle = held["x"] + held["width"] / 2, held["y"] + held["height"] / 2
    found = {"dragged, all in sight": counted(page, seconds, partial(drag, page, middle))}
    found["zoomed in and out"] = counted(page, seconds * 2, partial(zoom, page))
    for _ in range(NEAR):
        page.keyboard.press("+")
        page.wait_for_timeout(500)
    page.wait_for_timeout(1_500)
    found["dragged, near"] = counted(page, seconds, partial(drag, page, middle))
    return found


def counted(page: Any, seconds: float, act: Any) -> Any:
    """What the frames were while something was done for so long."""
    page.wait_for_timeout(1_000)
    page.evaluate(COUNT)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        act()
    return page.evaluate(COUNTED)


def drag(page: Any, middle: tuple[float, float]) -> None:
    """To one corner and back, letting go in between, so that the map asks for what it shows."""
    for way in (1, -1):
        page.mouse.move(middle[0] - way * 150, middle[1] - way * 110)
        page.mouse.down()
        page.mouse.move(middle[0] + way * 150, middle[1] + way * 110, steps=40)
        page.wait_for_timeout(60)
        page.mouse.up()
        page.wait_for_timeout(250)


def zoom(page: Any) -> None:
    """Four levels in, and as many out, by the keyboard."""
    for key in "++++----":
        page.keyboard.press(key)
        page.wait_for_timeout(500)


def peer(browser: Any, degrees: Any, options: Any) -> dict[str, Any]:
    """Leaflet and its clusters with the same points, served from a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="peel-peer-"))
    try:
        npm = ["npm", "install", "--no-save", "--ignore-scripts", "--silent", "leaflet@1.9.4",
               "leaflet.markercluster@1.5.3"]  # fmt: skip
        subprocess.run(npm, cwd=folder, check=True)
        for package in ("leaflet", "leaflet.markercluster"):
            for file in (folder / "node_modules" / package / "dist").iterdir():
                if file.is_file():
                    shutil.copy(file, folder / file.name)
            shutil.copytree(folder / "node_modules/leaflet/dist/images", folder / "images",
                            dirs_exist_ok=True)  # fmt: skip
        (folder / "index.html").write_text(
            PEER.replace("WIDTH", str(WIDTH)).replace("HEIGHT", str(HEIGHT))
        )
        (folder / "points.json").write_text(json.dumps(geojson(degrees)))
        server = http.server.ThreadingHTTPServer(
            ("localhost", 0), partial(_Quiet, directory=str(folder))
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("pageerror", lambda problem: print("peer:", problem, file=sys.stderr))
        address = f"http://localhost:{server.server_port}/"
        shown = first(page, address, "() => window.drawn", options.rounds)
        size = (folder / "points.json").stat().st_size
        result = {"first picture": shown, "megabytes of GeoJSON": round(size / 1e6, 1)}
        result |= moved(page, "#c", options.seconds)
        page.close()
        server.shutdown()
        return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def geojson(degrees: Any) -> dict[str, Any]:
    """The points as one collection, each with a title."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]},
            "properties": {"title": f"{number}, Benchmark Street {number % 997}, London"},
        }
        for number, (x, y) in enumerate(degrees.tolist())
    ]
    return {"type": "FeatureCollection", "features": features}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def measure(options: Any, degrees: Any, cookies: dict[str, str]) -> dict[str, Any]:
    """Peel's own map, its data, and the peer's, in one browser."""
    from playwright.sync_api import sync_playwright

    from peel.site.server import chromium

    site = f"http://localhost:{options.port}"
    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site)
        context.add_cookies([{"name": k, "value": v, "url": site} for k, v in cookies.items()])
        page = context.new_page()
        drawn = "() => document.querySelector('[data-map-list]')?.dataset.painted"
        first(page, "/pole/location/map/", drawn, 1)
        found["first picture"] = first(page, "/pole/location/map/", drawn, options.rounds)
        found |= moved(page, ".maplibregl-canvas", options.seconds)
        found["in view at the end"] = page.locator("[data-map-total]").inner_text()
        if options.picture:
            page.screenshot(path=options.picture)
        context.close()
        wide = f"/pole/location/map/data/?box={_whole(degrees)}&zoom=9.0"
        ask(options.port, [wide] * 3, cookies)
        found["server: all in sight"] = ask(options.port, [wide] * 30, cookies)
        asked = boxes(degrees, options.boxes)
        found["server: random boxes"] = ask(options.port, asked, cookies)
        if not options.no_peer:
            found["peer: Leaflet with markercluster"] = peer(browser, degrees, options)
        browser.close()
    return found


def _whole(degrees: Any) -> str:
    return ",".join(f"{edge:.5f}" for edge in (*degrees.min(axis=0), *degrees.max(axis=0)))


def main() -> None:
    """Fill, serve, measure, print JSON."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--boxes", type=int, default=200)
    parser.add_argument("--port", type=int, default=8396)
    parser.add_argument("--picture", default="")
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    django.setup()
    from benchmarks.pages import serve

    _, degrees, cookies, taken = prepare(options.points)
    server = serve(options.port)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    begun = os.getloadavg()[0]
    try:
        found = measure(options, degrees, cookies)
    finally:
        server.terminate()
        server.wait(20)
    found |= {"points": len(degrees), "seconds of the load": round(taken, 1)}
    found["load average before and after"] = [round(begun, 1), round(os.getloadavg()[0], 1)]
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

"""Link charts in Chromium: first picture and steps with 10,000 links, and 2,000 nodes panned.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.charts [--links N] [--rounds N]

Puts a nominal with its links into a migrated database by the bulk path (PEEL_DATABASE_OWNER_URL
makes the officer), serves Peel with one uvicorn worker, and measures in headless Chromium without
a GPU. The first picture is the time from the request until the worker's painting stands; a step is
from the key until it does. Frames are counted by requestAnimationFrame while the picture is panned
along a curve, and the longest gap between two is the longest stall. The peer in the same run and
the same browser is vis-network (canvas 2D, as it comes, physics off) with the same nodes and links
at the same places; it is taken from npm into a folder of its own and is no part of Peel.
"""

import argparse
import http.server
import json
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")

PAN = """async (seconds) => {
  const gaps = []; let last = performance.now(); const end = last + seconds * 1000;
  await new Promise((done) => {
    const step = () => {
      const now = performance.now(); gaps.push(now - last); last = now;
      if (now > end) { done(); return; }
      window.pan(Math.sin(now / 400) * 9, Math.cos(now / 700) * 6);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  gaps.shift();
  const whole = gaps.reduce((sum, gap) => sum + gap, 0);
  return { fps: gaps.length / (whole / 1000), stall: Math.max(...gaps) };
}"""
FILL = """(scene) => {
  const { state, canvas } = document.querySelector('[data-chart]').chart;
  window.pan = (x, y) => canvas.pan(x, y);
  for (const map of [state.nodes, state.edges, state.groups]) { map.clear(); }
  const nodes = scene.nodes.map((n) => ({ id: n.id, title: n.label, reference: n.id,
    noun: 'Nominal', plural: 'nominals', kind: 'pole.nominal', icon: n.kind,
    href: '/', flags: [], members: 1 }));
  const edges = scene.edges.map((e) => ({ id: e.id, from: e.a, to: e.b, type: 't', forward: 'knows',
    backward: 'knows', n: 1, sure: e.sure, first: '', last: '', dates: '', mark: '' }));
  const body = { nodes: scene.nodes, groups: [], notes: [], boxes: [] };
  state.take({ nodes, edges, groups: [], body });
  state.changed(); canvas.fit();
}"""
PEER = """<!doctype html><meta charset=utf-8>
<style>#c{width:1180px;height:560px}</style><div id=c></div>
<script src=vis-network.min.js></script><script>
const show = (scene) => { const begun = performance.now();
  const net = new vis.Network(document.getElementById('c'), {
    nodes: scene.nodes.map((n) =>
      ({ id: n.id, label: n.label, x: n.x, y: n.y, shape: 'dot', size: 12 })),
    edges: scene.edges.map((e) =>
      ({ id: e.id, from: e.a, to: e.b, arrows: 'to', dashes: !e.sure })) },
    { physics: false, edges: { smooth: false } });
  window.zoom = (k) => net.moveTo({ scale: k });
  window.pan = (x, y) => { const at = net.getViewPosition(); const k = net.getScale();
    net.moveTo({ position: { x: at.x - x / k, y: at.y - y / k } }); };
  net.once('afterDrawing', () => { window.drawn = performance.now() - begun; }); net.fit(); };
</script>"""


def scene(nodes: int = 2_000, links: int = 3_000, seed: int = 7) -> dict[str, Any]:
    """Nodes in clumps, linked mostly to their neighbours, as what is known of people is."""
    chance = random.Random(seed)
    centres = [(chance.gauss(0, 2200), chance.gauss(0, 1500)) for _ in range(nodes // 25)]
    made = []
    for number in range(nodes):
        x, y = centres[number % len(centres)]
        made.append({
            "id": f"n{number}", "x": x + chance.gauss(0, 130), "y": y + chance.gauss(0, 130),
            "label": f"Surname{number}, Given", "kind": ("person", "place", "event")[number % 3],
        })  # fmt: skip
    edges = []
    for number in range(links):
        first = chance.randrange(nodes)
        near = chance.random() < 0.9
        second = (first + len(centres) * chance.randint(1, 24)) % nodes
        second = second if near else chance.randrange(nodes)
        if first != second:
            edges.append({
                "id": f"e{number}", "a": f"n{first}", "b": f"n{second}", "sure": number % 3 > 0,
            })  # fmt: skip
    return {"nodes": made, "edges": edges}


def prepare(links: int) -> tuple[Any, Any, dict[str, str]]:
    """An officer, and a nominal with so many links: one large group, four of middling size, few."""
    from django.conf import settings

    from peel.kernel.access.tests.factories import officer, signed_in_client
    from peel.machine.commands import run
    from peel.machine.commands.registry import commands

    name = f"drawer{time.time_ns()}"
    who = officer(role="supervisor", username=name, collar_number=name[-20:])
    make = commands["pole.nominal.create"]
    person = run(make, who, {"family_name": "Benchmark", "given_names": "Chart"})
    load(who, person, links)
    for number in range(12):
        other = run(make, who, {"family_name": f"Near{number}", "given_names": "Chart"})
        link = {"record_id": person.pk, "other": other, "reading": "associate>"}
        run(commands["pole.link.create"], who, link)
    client = signed_in_client(who)
    names = (settings.SESSION_COOKIE_NAME, settings.PEEL_IDENTITY_COOKIE)
    return who, person, {key: client.cookies[key].value for key in names}


def load(who: Any, person: Any, links: int) -> None:
    """The links and their other ends by the bulk path, as a loader brings them in."""
    from peel.kernel.access.identity import speaking_as_system
    from peel.kernel.access.tests.factories import appointment, user
    from peel.kernel.base import clock
    from peel.kernel.base.ids import uuid7
    from peel.kernel.records.bulk import ALIAS, Batch
    from peel.pole.models import Link, Nominal

    name = f"loader{time.time_ns()}"
    post = appointment(user(None, username=name, collar_number=name[-20:]), "loader")
    at, types = clock.now(), ("connected", "partner", "sibling", "parent", "associate")
    common = {
        "organisation_id": who.organisation_id, "created_by_id": who.appointment_id,
        "changed_by_id": who.appointment_id, "created_at": at, "changed_at": at,
        "changed_through": "benchmark", "kind": "pole.nominal",
    }  # fmt: skip
    for start in range(0, links, 2_500):
        with speaking_as_system(post.pk, ALIAS):
            batch = Batch("benchmarks.charts")
            for number in range(start, min(start + 2_500, links)):
                key = uuid7()
                end = Nominal(
                    id=key, reference=f"BM{key.hex[-16:]}", title=f"Bulk{number}, Chart",
                    family_name=f"Bulk{number}", given_names="Chart", sex="U", **common,
                )  # fmt: skip
                type_ = types[0] if number % 10 < 6 else types[number % 4 + 1]
                batch.add([end, Link(
                    type_id=type_, from_record_id=person.pk, to_record_id=key,
                    asserted_by_id=who.appointment_id, asserted_at=at,
                )])  # fmt: skip
            batch.take_in()


def measure(page: Any, address: str, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of the first picture, of expanding a node and of unfolding a group."""
    taken: dict[str, list[float]] = {"first picture": [], "expand a node": [], "unfold a group": []}
    drawn = "() => document.querySelector('[data-view]')?.dataset.painted"
    for _ in range(rounds):
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_function(drawn)
        taken["first picture"].append((time.perf_counter() - begun) * 1000)
        for name, pick in (("expand a node", "nodes"), ("unfold a group", "groups")):
            taken[name].append(page.evaluate(
                """async (pick) => {
                  const { state, canvas } = document.querySelector('[data-chart]').chart;
                  const all = [...state[pick].values()];
                  all.sort((a, b) => (b.left || 0) - (a.left || 0));
                  const one = pick === 'nodes' ? all.at(-1) : all[0];
                  const said = document.querySelector('[data-chart] [data-said]');
                  said.textContent = '';
                  const begun = performance.now(); canvas.act('expand', one.id);
                  const frame = () => new Promise(requestAnimationFrame);
                  const until = async (held) => { while (!held()) { await frame(); } };
                  await until(() => said.textContent);
                  await until(() => !canvas.busy);
                  return performance.now() - begun;
                }""", pick,
            ))  # fmt: skip
    return taken


def frames(page: Any, seconds: float) -> dict[str, Any]:
    """Frames a second and the longest stall while all, then a part, is panned."""
    page.wait_for_timeout(1_500)
    return {key: round(value, 1) for key, value in page.evaluate(PAN, seconds).items()}


def smooth(page: Any, seconds: float) -> dict[str, Any]:
    """Peel's own picture with 2,000 nodes: at first all in sight, then near."""
    page.evaluate(FILL, scene())
    found = {"all in sight": frames(page, seconds)}
    page.evaluate("() => document.querySelector('[data-chart]').chart.canvas.zoom(6)")
    found["near"] = frames(page, seconds)
    begun = time.perf_counter()
    page.evaluate("() => document.querySelector('[data-chart]').chart.canvas.fit()")
    page.evaluate(
        """async () => { const { canvas } = document.querySelector('[data-chart]').chart;
        window.laid = canvas.layout('force'); }"""
    )
    found["panned while it is laid out"] = {
        key: round(value, 1) for key, value in page.evaluate(PAN, seconds).items()
    }
    page.evaluate("() => window.laid")
    found["laid out by force, ms"] = round((time.perf_counter() - begun) * 1000)
    return found


def peer(browser: Any, seconds: float) -> dict[str, Any]:
    """vis-network with the same scene, served from a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="peel-peer-"))
    try:
        npm = ["npm", "install", "--no-save", "--ignore-scripts", "--silent", "vis-network@10.1.5",
               "vis-data@8", "vis-util@6"]  # fmt: skip
        subprocess.run(npm, cwd=folder, check=True)
        found = folder / "node_modules/vis-network/standalone/umd/vis-network.min.js"
        shutil.copy(found, folder / "vis-network.min.js")
        (folder / "index.html").write_text(PEER)
        handler = partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("localhost", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://localhost:{server.server_port}/")
        page.evaluate("(scene) => show(scene)", scene())
        page.wait_for_function("() => window.drawn")
        result = {"first drawing, ms": round(page.evaluate("window.drawn"))}
        result["all in sight"] = frames(page, seconds)
        page.evaluate("() => window.zoom(1)")
        result["near"] = frames(page, seconds)
        page.close()
        server.shutdown()
        return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def figures(taken: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Median and worst of each."""
    return {
        name: {"p50_ms": round(statistics.median(each)), "max_ms": round(max(each))}
        for name, each in taken.items()
    }


def main() -> None:
    """Fill, serve, measure, print JSON."""
    import django
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--port", type=int, default=8397)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    django.setup()
    from benchmarks.pages import serve

    from peel.site.server import chromium

    _, person, cookies = prepare(options.links)
    server = serve(options.port)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"]
            )
            site = f"http://localhost:{options.port}"
            context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site)
            context.add_cookies([{"name": k, "value": v, "url": site} for k, v in cookies.items()])
            page = context.new_page()
            address = f"/pole/nominal/{person.reference}/chart/"
            measure(page, address, 1)
            found: dict[str, Any] = figures(measure(page, address, options.rounds))
            found["2,000 nodes"] = smooth(page, options.seconds)
            if not options.no_peer:
                found["peer: vis-network"] = peer(browser, options.seconds)
            browser.close()
    finally:
        server.terminate()
        server.wait(20)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

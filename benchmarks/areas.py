"""A million points put into 35,672 areas by the tree of `places`, beside plain shapely.

    .venv/bin/python -m benchmarks.areas [--centroids CSV] [--points N] [--areas N]

The areas are the Voronoi cells of the given centroids (columns x and y, metres of the National
Grid; the LSOA centroids of 2021 have 35,672) within their convex hull; without a file, of random
points. Points are drawn within the hull, a tenth of them on corners of cells, where up to three
meet. Peers in the same run: shapely's own tree asked with a predicate (all points; it gives every
cell that touches one), and shapely without an index (a sample, reckoned up). No database is asked.
"""

import argparse
import csv
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
import shapely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
SAMPLE = 200


def centroids(path: Path | None, count: int) -> Any:
    """Centroids from a file, or as many random ones."""
    if path is None:
        return np.random.default_rng(1).uniform((100_000, 50_000), (650_000, 650_000), (count, 2))
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(handle)]
    return np.array(rows[:count])


def cells(points: Any) -> Any:
    """The Voronoi cells of the points within their hull."""
    hull = shapely.convex_hull(shapely.multipoints(points))
    drawn = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=hull)
    cut = shapely.intersection(shapely.get_parts(drawn), hull)
    return cut[shapely.area(cut) > 0], hull


def draw(hull: Any, areas: Any, count: int) -> Any:
    """Points within the hull, a tenth of them on corners of cells."""
    chance = np.random.default_rng(2)
    west, south, east, north = hull.bounds
    shapely.prepare(hull)
    found = np.empty((0, 2))
    while len(found) < count:
        more = chance.uniform((west, south), (east, north), (count, 2))
        found = np.vstack([found, more[shapely.contains_xy(hull, more[:, 0], more[:, 1])]])
    found = found[:count]
    corners = shapely.get_coordinates(areas)
    found[: count // 10] = corners[chance.integers(0, len(corners), count // 10)]
    return found


def timed(act: Any) -> tuple[float, Any]:
    """Seconds that it took, and what it gave."""
    begun = time.perf_counter()
    given = act()
    return round(time.perf_counter() - begun, 2), given


def main() -> None:
    """Draw, measure, print."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--centroids", type=Path)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--areas", type=int, default=35_672)
    options = parser.parse_args()
    django.setup()
    from peel.kernel.places.areas import Tree

    areas, hull = cells(centroids(options.centroids, options.areas))
    points = draw(hull, areas, options.points)
    names = [f"{number:06d}" for number in range(len(areas))]
    made, tree = timed(lambda: Tree(names, areas))
    ours, found = timed(lambda: tree.places(points[:, 0], points[:, 1]))
    whole = shapely.points(points)
    theirs, pairs = timed(lambda: shapely.STRtree(areas).query(whole, predicate="intersects"))
    plain, _ = timed(lambda: [np.flatnonzero(shapely.intersects(areas, p)) for p in whole[:SAMPLE]])
    first = np.full(len(points), len(areas))
    np.minimum.at(first, pairs[0], pairs[1])
    alike = float((np.where(first == len(areas), -1, first) == found).mean())
    print(json.dumps({
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "versions": f"Python {platform.python_version()}, shapely {shapely.__version__},"
                    f" GEOS {shapely.geos_version_string}",
        "points": len(points), "areas": len(areas),
        "corners": int(shapely.get_num_coordinates(areas).sum()),
        "tree_s": made, "points_s": ours, "in_no_area": int((found < 0).sum()),
        "peer_tree_with_predicate_s": theirs,
        "peer_gives_more_than_one": len(pairs[0]) - len(points),
        "peer_without_index_s_reckoned": round(plain / SAMPLE * len(points)),
        "same_answer": alike,
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()

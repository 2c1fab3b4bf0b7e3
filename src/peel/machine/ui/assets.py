"""Copies the front-end packages into `static/vendor`, without what is not ours to use.

The GDS Transport typeface is licensed to GOV.UK alone, and the crown and the royal arms are not
ours to show: they are taken out, and every address in the style sheets is made relative, so that
static files may be served under names with a hash.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

STATIC = Path(__file__).parent / "static" / "vendor"
STAMP = ".stamp"

FONT = "var(--peel-font,system-ui,arial,sans-serif)"
# Royal arms, crown and marks of the two departments, by the names their files bear.
NOT_OURS = re.compile(r"crest|crown|opengraph|apple-touch|govuk-icon|favicon|logotype", re.I)

_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FAMILY = re.compile(r'font-family:\s*"?GDS Transport"?\s*,\s*arial\s*,\s*sans-serif', re.I)
_RULE = re.compile(r"(?<=[{}])[^{}]*(?:crown|crest)[^{}]*\{[^{}]*\}", re.I)
_CREST = re.compile(r"[a-z-]+:url\([^)]*crest[^)]*\)[^;}]*;?", re.I)
_ADDRESS = re.compile(r"url\(([\"']?)/assets/")
_MAP = re.compile(r"(?:/\*|//)# sourceMappingURL=.*?(?:\*/|$)", re.M)

GOVUK = "govuk-frontend/dist/govuk"
MOJ = "@ministryofjustice/frontend/moj"
FILES = {
    f"{GOVUK}/govuk-frontend.min.css": "govuk-frontend.min.css",
    f"{GOVUK}/govuk-frontend.min.js": "govuk-frontend.min.js",
    f"{MOJ}/moj-frontend.min.css": "moj-frontend.min.css",
    f"{MOJ}/moj-frontend.min.js": "moj-frontend.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    # Modules, named as scripts: not every server knows what .mjs is. A map's worker is a file of
    # its own, so that no policy has to allow scripts made in the page.
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.js",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.js",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "pmtiles/dist/pmtiles.js": "pmtiles.js",
    # Plain scripts for a worker, which takes them in this order: the layout of link charts.
    "d3-dispatch/dist/d3-dispatch.min.js": "d3-dispatch.min.js",
    "d3-quadtree/dist/d3-quadtree.min.js": "d3-quadtree.min.js",
    "d3-timer/dist/d3-timer.min.js": "d3-timer.min.js",
    "d3-force/dist/d3-force.min.js": "d3-force.min.js",
}
PACKAGES = (
    *("govuk-frontend", "@ministryofjustice/frontend", "htmx.org", "maplibre-gl", "pmtiles"),
    *("d3-dispatch", "d3-quadtree", "d3-timer", "d3-force"),
)


def cleaned(name: str, text: str) -> str:
    """A style sheet without the typeface, the crown or an absolute address; a script as it is.

    Both lose their pointers to source maps, which are not copied.
    """
    text = _MAP.sub("", text)
    if not name.endswith(".css"):
        return text
    text = _FACE.sub("", text)
    text = _FAMILY.sub(f"font-family:{FONT}", text)
    text = _CREST.sub("", text)
    text = _RULE.sub("", text)
    return _ADDRESS.sub(r"url(\1", text)


def stamp(modules: Path) -> str:
    """What the copied files depend on: the packages as installed, and this file."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for package in PACKAGES:
        digest.update((modules / package / "package.json").read_bytes())
    return digest.hexdigest()


def collect(
    modules: Path, to: Path = STATIC, say: Callable[[str], None] = print, *, force: bool = False
) -> int:
    """Copy what the pages need from `node_modules` into `to`; the number of files written.

    Does nothing, and returns 0, when the stamp shows that they are already there. Raises
    FileNotFoundError naming the first package that is absent.
    """
    for package in PACKAGES:
        if not (modules / package / "package.json").is_file():
            raise FileNotFoundError(f"{package} is not in {modules}: run npm ci first")
    mark = stamp(modules)
    if not force and (to / STAMP).is_file() and (to / STAMP).read_text() == mark:
        return 0
    say("Copying the GOV.UK and Ministry of Justice components")
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for source, name in FILES.items():
        text = (modules / source).read_text("utf-8")
        (to / name).write_text(cleaned(name, text), "utf-8")
    images = _copy_images(modules, to / "images")
    # The stamp comes last: a copy that was cut short is made again.
    (to / STAMP).write_text(mark)
    say(f"Copied {len(FILES) + images} files, without the GDS typeface and the crown")
    return len(FILES) + images


def _copy_images(modules: Path, to: Path) -> int:
    """Copy the icons that the style sheets name, and only those."""
    named: set[str] = set()
    for name in FILES.values():
        text = (to.parent / name).read_text("utf-8")
        named.update(re.findall(r"url\([\"']?images/([^)\"']+)", text))
    to.mkdir()
    for image in sorted(named):
        for package in (GOVUK, MOJ):
            source = modules / package / "assets" / "images" / image
            if source.is_file() and not NOT_OURS.search(image):
                shutil.copyfile(source, to / image)
                break
        else:
            raise FileNotFoundError(f"No package has the image {image}")
    return len(named)

"""`./peel new record module.Name`: writes a module with one kind of record, ready to be changed."""

import argparse
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from .. import runtime
from ..server.trouble import Trouble

SCAFFOLD = runtime.ROOT / "src" / "peel" / "site" / "scaffold"
SOURCE = Path("src/peel")
SETTINGS = SOURCE / "site" / "settings.py"
ROLES = SOURCE / "kernel" / "access" / "default_roles.toml"
NAMED = re.compile(r"([a-z][a-z_]{1,30})\.([A-Z][A-Za-z]{1,30})")


@dataclass(frozen=True)
class Words:
    """The names that the new files bear."""

    app: str
    name: str
    prefix: str

    def as_map(self, diagram: str = "") -> dict[str, str]:
        """Every word that a file of the scaffold may use."""
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", self.name).lower()
        plural = words[:-1] + "ies" if re.search(r"[^aeiou]y$", words) else words + "s"
        article = "an" if words[0] in "aeiou" else "a"
        return {
            "app": self.app, "App": self.app.replace("_", " ").title().replace(" ", ""),
            "Name": self.name, "name": self.name.lower(), "NAME": self.name.upper(),
            "words": words, "Words": words.capitalize(), "plural": plural,
            "Plural": plural.capitalize(), "article": article, "Article": article.capitalize(),
            "prefix": self.prefix, "kind": f"{self.app}.{self.name.lower()}", "diagram": diagram,
        }  # fmt: skip


def run(arguments: list[str]) -> int:
    """Write the files, and name the module in settings and roles."""
    parser = argparse.ArgumentParser(prog="./peel new", description=__doc__)
    parser.add_argument("what", choices=["record"])
    parser.add_argument("name", help="module.Name, for example warrants.Warrant")
    parser.add_argument("--prefix", default="", help="two or three capitals for its references")
    chosen = parser.parse_args(arguments)
    words = named(chosen.name, chosen.prefix)
    written = write(runtime.ROOT, words)
    for path in written:
        print(f"  wrote    {path}")
    print(
        f"  named    the module in {SETTINGS} and {ROLES}\n\n"
        f"Make {words.name} your own (docs/howto/add-a-record.md), then:\n"
        f"  ./peel manage makemigrations {words.app}\n"
        f"  ./peel explain {words.app}.{words.name.lower()}\n  ./peel demo"
    )
    return 0


def named(text: str, prefix: str = "") -> Words:
    """The words for `module.Name`. Raises Trouble for a name that cannot be, or is taken."""
    found = NAMED.fullmatch(text)
    if not found:
        raise Trouble(f"{text!r} is not module.Name.", "Try: ./peel new record warrants.Warrant")
    app, name = found.groups()
    if (runtime.ROOT / SOURCE / "modules" / app).exists():
        raise Trouble(
            f"There is a module {app} already.",
            f"Add {name} to its models.py and record.py: docs/howto/add-a-record.md",
        )
    if prefix and not re.fullmatch(r"[A-Z]{2,3}", prefix):
        raise Trouble(f"{prefix!r} is not two or three capitals.", "Try: --prefix WR")
    return Words(app, name, prefix or _free_prefix(name))


def _free_prefix(name: str) -> str:
    """Two letters of the name that no sheet uses for its references."""
    code = "".join(p.read_text("utf-8") for p in (runtime.ROOT / SOURCE).rglob("record.py"))
    taken = set(re.findall(r'Numbers\("([A-Z]+)"\)', code))
    letters = name.upper()
    pairs = (letters[0] + other for other in letters[1:] + "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return next(pair for pair in pairs if pair not in taken)


def write(root: Path, words: Words) -> list[Path]:
    """Write the module's files under `root` and name it where it must be; the paths written."""
    home = SOURCE / "modules" / words.app
    name = words.name.lower()
    files = {
        home / "__init__.py": "init", home / "apps.py": "apps", home / "models.py": "models",
        home / "record.py": "record", home / "demo.py": "demo", home / "README.md": "readme",
        home / "tests" / "samples.py": "samples", home / "tests" / f"test_{name}.py": "test",
        Path("docs/modules") / f"{words.app}.md": "page",
    }  # fmt: skip
    values = words.as_map(_diagram())
    for path, template in files.items():
        _put(root / path, _filled(template, values))
    for folder in ("migrations", "tests"):
        _put(root / home / folder / "__init__.py", "")
    _insert(root / SETTINGS, '    "peel.migration.', f'    "peel.modules.{words.app}",\n')
    _name_in_roles(root / ROLES, words.app)
    return list(files)


def _filled(template: str, values: Mapping[str, str]) -> str:
    return Template((SCAFFOLD / f"{template}.txt").read_text("utf-8")).substitute(values)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _insert(path: Path, before: str, line: str) -> None:
    """Put a line before the first that begins so. Raises Trouble where none does."""
    text = path.read_text("utf-8")
    if before not in text:
        raise Trouble(f"{path} has no line that begins {before.strip()!r}.", "Add it by hand.")
    path.write_text(text.replace(before, line + before, 1), encoding="utf-8")


def _name_in_roles(path: Path, app: str) -> None:
    """Whoever reads investigations reads the new records; supervisors do everything with them."""
    text = path.read_text("utf-8")
    text = text.replace('"investigation.*.view",', f'"investigation.*.view", "{app}.*.view",', 1)
    text = text.replace('"investigation.*", "files', f'"investigation.*", "{app}.*", "files', 1)
    path.write_text(text, encoding="utf-8")


def _diagram() -> str:
    return "\n".join([
        "stateDiagram-v2", "    [*] --> open", "    open --> closed: Close",
        "    closed --> open: Re-open", "    closed --> [*]",
    ])  # fmt: skip

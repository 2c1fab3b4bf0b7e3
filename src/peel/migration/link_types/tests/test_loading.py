"""A force adds a type of link by a row: checked first, wholly or not at all, offered at once."""

from peel.migration.link_types import cli
from peel.pole.forms import readings
from peel.pole.models import LinkType

HEAD = "name,forward,backward,from_kinds,to_kinds\n"


def offered(kind):
    """By key, how a record of a kind may be linked."""
    return {reading.key: reading.words for reading in readings(kind)}


def test_a_type_is_checked_loaded_offered_and_changed(database, tmp_path, capsys):
    file = tmp_path / "types.csv"
    file.write_text(
        HEAD + "suspect,a,b,,\nUpper Case,a,b,,\nx,a,b,pole.nobody,\n"
        "twice,a,b,,\ntwice,a,b,,\nbare,,,,\n"
    )
    assert cli.main([str(file)]) == 1
    said = capsys.readouterr().err
    for words in ("Line 2", "Peel's own", "Line 3", "no kind 'pole.nobody'", "twice", "Line 7"):
        assert words in said
    assert not LinkType.objects.filter(name__in=["x", "twice", "bare"]).exists()
    file.write_text(HEAD + "ward_of,ward of,has ward,pole.nominal,objects.organisation\n")
    assert cli.main([str(file), "--check"]) == 0
    assert not LinkType.objects.filter(name="ward_of").exists()
    assert cli.main([str(file)]) == 0
    assert offered("pole.nominal")["ward_of>"].startswith("Ward of")
    assert offered("objects.organisation")["ward_of<"].startswith("Has ward")
    assert "ward_of>" not in offered("objects.vehicle")
    assert cli.main([str(file)]) == 0
    file.write_text("name,forward\n")
    assert cli.main([str(file)]) == 1


def test_each_kind_of_object_is_offered_what_fits_it(database):
    for kind, fits in {
        "objects.vehicle": {"keeper<", "drives<", "stolen_in>", "kept_at>"},
        "objects.phone": {"called>", "called<", "contains_sim>"},
        "objects.organisation": {"director<", "victim>"},
        "pole.nominal": {"spouse>", "keeper>"},
    }.items():
        assert fits <= set(offered(kind))
    assert "keeper>" not in offered("objects.phone")

"""The areas and addresses that the demo carries load wholly, and a place finds all of its areas."""

from peel.kernel.places import areas, coordinates, gazetteer
from peel.kernel.places.models import GazetteerAddress, GazetteerRefusal
from peel.site.demo import places
from peel.site.demo.names import STREETS


def test_what_the_demo_carries_loads_and_meets(database) -> None:
    files = [path for path in places.AREAS.iterdir() if path.suffix in (".xz", ".geojson")]
    assert sum(path.stat().st_size for path in files) < 1_200_000
    assert (places.AREAS / "ATTRIBUTION.md").read_text().count("Open Government Licence v3.0")
    assert places.load_areas() == 43 + 33 + 12 + 649 + 6
    assert places.load_gazetteer() > 900
    assert not GazetteerRefusal.objects.using("owner").exists()
    home = gazetteer.find(f"7 {STREETS[0][:5]}")[0]
    assert (home.paon, home.town) == ("7", places.TOWN)
    found = {lies.kind: lies.name for lies in areas.at(home.easting, home.northing)}
    assert found["force"] == "Metropolitan Police"
    assert found.keys() == {"force", "command_unit", "borough", "ward", "beat"}
    holborn = coordinates.to_grid(-0.1180, 51.5175)
    found = {lies.kind: lies.name for lies in areas.at(holborn.easting, holborn.northing)}
    assert (found["borough"], found["command_unit"]) == ("Camden", "Central North")
    every = GazetteerAddress.objects.values_list("easting", "northing")
    assert all(areas.at(*point, kinds=["beat"]) for point in every[::25])

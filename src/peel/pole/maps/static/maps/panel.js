// The places of a record on a map. Their numbers stand in the rows, which tell the same.

for (const element of document.querySelectorAll("[data-map-places]")) {
  const { make, inSight, dots, dot, collection } = await import(element.dataset.base);
  inSight(element, async () => {
    const places = JSON.parse(element.dataset.mapPlaces);
    const across = places.map(([longitude]) => longitude);
    const up = places.map(([, latitude]) => latitude);
    const box = [Math.min(...across), Math.min(...up), Math.max(...across), Math.max(...up)];
    const map = await make(element, box, 14.5);
    if (!map) {
      return;
    }
    dots(map, ({ properties }) => point(properties.number));
    // Places at one point share a dot that bears all their numbers.
    const shared = Map.groupBy(places, ([longitude, latitude]) => `${longitude} ${latitude}`);
    map.getSource("dots").setData(collection([...shared.values()].map((same) => {
      const [longitude, latitude, number] = same[0];
      return dot(longitude, latitude, same.map((one) => one[2]).join(", "), { number });
    })));
  });

  function point(number) {
    const row = element.closest("section").querySelectorAll("tbody tr")[number - 1];
    row?.querySelector("a")?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }
}

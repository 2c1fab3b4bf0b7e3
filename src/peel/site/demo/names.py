"""Invented names and streets, drawn from by a fixed seed. No row names a real person."""

GIVEN = {
    "M": (
        "Alder Bram Caspian Dorian Emeric Fenwick Garrick Hollis Ivo Jarek Kestrel Lorcan Merrick "
        "Nevin Osric Piers Quentin Rafe Silas Taran Ulric Vaughn Wystan Yorick Zeno"
    ).split(),
    "F": (
        "Aveline Briony Calla Delphine Elowen Fenella Greer Hestia Isolde Junia Keziah Linnea "
        "Marisol Nerys Odette Perdita Quilla Rosalind Saskia Tamsin Una Verity Wren Xanthe Zelda"
    ).split(),
}
FAMILY = (
    "Abernoth Blackmere Caddowell Dunsley Eastmarch Farrowby Gatenby Hollowell Ironside "
    "Jessop-Vane "
    "Kirkmoor Lambourne-Reed Marlowby Netherby Oakhanger Pellworth Quickley Ravensholt Saltmarsh "
    "Thornaby-Cole Underhay Vexmoor Wainfleet Yarrowby Zealcombe Ashgrove-Pike Brindlewood "
    "Copperfeld Driftholme Elderfen"
).split()
STREETS = (
    "Alder Walk",
    "Bargemaster Row",
    "Causeway Lane",
    "Drovers Yard",
    "Eelpie Rise",
    "Ferrymans Court",
    "Gasworks Road",
    "Heronsgate",
    "Ivory Wharf",
    "Lockkeepers Way",
    "Mudlark Street",
    "Osier Terrace",
    "Ropewalk",
    "Sluice Road",
    "Tidemill Lane",
    "Withy Close",
)
DESCRIPTIONS = (
    "About 180 cm, slim, short dark hair, speaks quietly",
    "Heavy build, grey beard, walks with a stick",
    "About 165 cm, shoulder-length red hair, glasses",
    "Tall, athletic, small scar over the left eyebrow",
    "Medium build, shaved head, tattoo of a heron on the right forearm",
    "",
    "",
    "",
)

"""Splink as its documentation shows it for people, on whatever roles a file has: the peer.

After the example "deduplicate 50k rows of historical persons": the library's own comparisons, eight
rules of blocking, two sessions of EM, connected components of what is 95 % likely.
"""

import time
from pathlib import Path
from typing import Any

import splink.comparison_library as cl
from benchmarks.linkage import Measured
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from peel.services.resolution.engine import duck, files
from peel.services.resolution.engine.clustering import components
from peel.services.resolution.engine.evaluation import score

LIKELY = 0.95


def run(file: Path, columns: files.ColumnMap, truth: str, limits: duck.Limits) -> Measured:
    """Deduplicate a file and say how good that was."""
    with duck.opened(limits) as connection:
        files.load(connection, file, columns, truth)
        people = dict(duck.run(connection, "select unique_id, person from truth"))
        began = time.perf_counter()
        _flat(connection, columns)
        api = DuckDBAPI(connection)
        linker = Linker(api.register("flat"), _settings(columns), log_level=50)
        _train(linker, columns)
        found = linker.inference.predict(threshold_match_probability=LIKELY, warning_mode="never")
        edges = duck.run(
            connection,
            f"select unique_id_l, unique_id_r, match_weight from {found.physical_name}",
        )
        groups = components(edges, -1e9)
        seconds = time.perf_counter() - began
    return Measured("Splink 5, documented model", score(groups, people), seconds)


def _flat(connection: Any, columns: files.ColumnMap) -> None:
    """The first value of each role, as the example has it."""
    has = columns.shape
    select = ["unique_id"]
    if has.names:
        select += [
            "lower(coalesce(given[1], split_part(whole[1], ' ', 1))) as first_name",
            "lower(coalesce(family[1], split_part(whole[1], ' ', -1))) as surname",
        ]
    if has.born:
        day = "regexp_replace(born[1], '^(\\d{4})(\\d{2})(\\d{2})$', '\\1-\\2-\\3')"
        select.append(f"{day} as dob")
    select += ["lower(postcode[1]) as postcode"] if has.postcode else []
    select += ["sex"] if has.sex else []
    select += ["phone[1] as phone"] if has.phone else []
    select += [f'"{name}"[1] as "{name}"' for name in has.identifiers]
    select += [f'lower("{name}") as "{name}"' for name in has.texts]
    duck.run(connection, f"create table flat as select {', '.join(select)} from raw")


def _settings(columns: files.ColumnMap) -> SettingsCreator:
    has = columns.shape
    compared: list[Any] = []
    if has.names:
        compared += [
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        ]
    if has.born:
        compared.append(cl.DateOfBirthComparison("dob", input_is_string=True))
    if has.postcode:
        compared.append(cl.PostcodeComparison("postcode"))
    exact = [*(["phone"] if has.phone else []), *(["sex"] if has.sex else []), *has.identifiers]
    compared += [cl.ExactMatch(name) for name in exact]
    compared += [
        cl.ExactMatch(name).configure(term_frequency_adjustments=True) for name in has.texts
    ]
    return SettingsCreator(
        link_type="dedupe_only", comparisons=compared,
        blocking_rules_to_generate_predictions=_rules(columns),
    )  # fmt: skip


def _rules(columns: files.ColumnMap) -> list[Any]:
    has = columns.shape
    found = []
    if has.names:
        found.append(block_on("substr(first_name, 1, 3)", "substr(surname, 1, 4)"))
    if has.names and has.born:
        found += [block_on("surname", "dob"), block_on("first_name", "dob")]
    if has.names and has.postcode:
        found += [block_on("postcode", "first_name"), block_on("postcode", "surname")]
    if has.born and has.postcode:
        found.append(block_on("substr(postcode, 1, 3)", "dob"))
    if has.born:
        found += [block_on("dob", name) for name in has.texts[:2]]
    return found + [block_on(name) for name in has.identifiers]


def _train(linker: Linker, columns: files.ColumnMap) -> None:
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    rules = [block_on("first_name", "surname")] if columns.shape.names else []
    rules += [block_on("dob")] if columns.shape.born else []
    if len(rules) == 2:
        linker.training.estimate_probability_two_random_records_match(
            [block_on("first_name", "surname", "dob")], recall=0.6
        )
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)

"""A row is saved by a command and nowhere else: what is not listed with its reason is refused."""

import ast

import pytest

from tests.architecture.sources import place, python_files, tree_of
from tests.architecture.writes import EXCEPTIONS, is_command, writes


def outside_commands():
    found = {}
    for path in python_files():
        if not is_command(place(path)) and (hits := writes(tree_of(path))):
            found[place(path)] = hits
    return found


def test_rows_are_written_by_commands_only():
    unlisted = {path: hits for path, hits in outside_commands().items() if path not in EXCEPTIONS}
    assert not unlisted


def test_every_exception_is_needed_and_says_why():
    assert set(EXCEPTIONS) <= set(outside_commands())
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize(
    "planted",
    [
        "crime.save()",
        "Crime.objects.create(x=1)",
        "Crime.objects.filter(pk=1).update(state='x')",
        "crime.outcomes.update(source='x')",
        "nominal.delete()",
        "Crime.objects.bulk_create(rows)",
        "await crime.asave()",
        "Crime.objects.update_or_create(pk=1, defaults={})",
        "cursor.execute('update pole_link set note = %s', [1])",
        "cursor.execute('  INSERT INTO pole_link values (1)')",
        "cursor.execute(f'delete from {table}')",
    ],
)
def test_a_planted_save_is_refused(planted):
    assert writes(ast.parse(f"async def view(request):\n    {planted}"))


@pytest.mark.parametrize(
    "innocent",
    [
        "seen.update({1: 2})",
        "digest.update(b'x')",
        "work.create(Crime, prefix='CR')",
        "cursor.execute('select 1')",
        "found.update(names)",
        "cache.delete(key)",
    ],
)
def test_what_writes_no_row_is_left_alone(innocent):
    assert not writes(ast.parse(innocent))


def test_commands_may_stand_in_a_file_or_a_folder():
    assert is_command("pole/commands/links.py")
    assert is_command("modules/custody/commands.py")
    assert not is_command("modules/custody/pages.py")

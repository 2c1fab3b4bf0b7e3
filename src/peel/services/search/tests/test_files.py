"""The words of uploaded documents are found in the one box, as far as one sees."""

import pytest
from tests.machine.test_main_job import make_nominal
from tests.security.stage import restrict

from peel.kernel.access.tests.factories import officer
from peel.services.attachments import texts
from peel.services.attachments.tests.conftest import *  # noqa: F403  (place and scanner)
from peel.services.attachments.tests.samples import attached
from peel.services.attachments.tests.test_attaching import as_worker
from peel.services.search.tests.test_box import asked


@pytest.mark.usefixtures("database", "place", "scanner")
def test_a_file_leads_to_its_record_for_whoever_may_see_both():
    who, other = officer(permissions=["*"]), officer(permissions=["*"])
    record = make_nominal(who, given_names="Anna", family_name="Quillfeather")
    file = attached(who, record, "list.txt", b"A wheelbarrow stood behind the abattoir")
    as_worker(texts.read, file.pk)
    hit = asked(other, "wheelbarrow abattoir").hits[0]
    assert hit.record_id == record.pk
    assert "in a file" in hit.reasons[0]
    assert "wheelbarrow" in hit.reasons[0]
    restrict(who, record)
    assert asked(other, "wheelbarrow abattoir").hits == []

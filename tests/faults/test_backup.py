"""A backup taken, the machine gone, restored on another: the same ledger, files, audit chain and sealed fields.

The commands are the ones that `docs/operations.md` tells the office to type.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from compliance.commands.certificates import certificate_issue
from compliance.commands.reviews import review_pass
from launcher.environment import portal_environment
from launcher.places import PYTHON, ROOT
from launcher.services import Services
from office.audit.commands.seals import seal
from office.signatures.keys import make_key
from registry.models import Practitioner
from tests.compliance.signing import WHOLE, post
from tests.factories import AppointmentFactory
from tests.faults.house import SERVICES, House
from tests.registry.people import EXAM, PractitionerFactory, accepted

PEOPLE = 5
LEDGER = "SELECT * FROM registry_hourentry ORDER BY id"
STANDINGS = "SELECT * FROM registry_annualstanding ORDER BY id"
READ = """
from hashlib import sha256
from registry.models import Evidence, Practitioner
print([(p.id_number, p.phone) for p in Practitioner.objects.order_by("pk")])
print([bytes(e.sha256) == sha256(e.file.read()).digest() for e in Evidence.objects.order_by("pk")])
"""


def commands(name: str) -> str:
    """The lines of docs/operations.md that begin with this remark."""
    found = re.search(rf"```sh\n# {name}.*?\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(), re.DOTALL)
    assert found
    return found[1]


def typed(name: str, services: Services, env: dict[str, str]) -> str:
    """Type them into a shell that has the programs of this PostgreSQL; what they printed."""
    programs = Path(services.postgres.child.argv[0]).parent
    env = {**env, "PATH": f"{env['PATH'].split(os.pathsep)[0]}{os.pathsep}{programs}{os.pathsep}{os.environ['PATH']}"}
    argv = ["bash", "-euc", commands(name)]
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fingerprint(services: Services, statement: str) -> tuple[int, str]:
    """How many rows, and the SHA-256 of all of them."""
    with closing(psycopg2.connect(host=str(services.sockets), user="portal", dbname="portal")) as connection:
        cursor = connection.cursor()
        cursor.execute(statement)
        rows = cursor.fetchall()
    return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture
def new_machine(house: House) -> Iterator[Services]:
    """Servers of another machine: an empty database, and nothing of the old one."""
    data = house.data / "new-machine"
    data.mkdir(mode=0o755)
    outer = {name: os.environ.pop(name) for name in SERVICES if name in os.environ}
    services = Services(data, durable=True)
    try:
        services.start()
        os.environ.update(outer)
        yield services
    finally:
        os.environ.update(outer)
        services.stop()
        services.remove()


def certified(house: House, person: Practitioner, bureau: User, year: int) -> bytes:
    """The file of a certificate of this year, signed with the key of the house."""
    post(person, bureau, *WHOLE, year=year)
    review_pass(actor=bureau, practitioner=person, year=year)
    with override_settings(SIGNING_KEYS=house.data / "signing-keys"):
        make_key(holder="舟山市住房和城乡建设局")
        made = certificate_issue(actor=bureau, practitioner=person, years=[year])
    return (house.data / "media" / made.file).read_bytes()


def test_everything_is_there_again(house: House, new_machine: Services, tmp_path: Path) -> None:
    bureau = AppointmentFactory().user
    today = timezone.localdate()
    people = [PractitionerFactory() for _ in range(PEOPLE)]
    for person in people:
        accepted(person, bureau, replace(EXAM, title="一级建造师执业资格考试", started_on=today, ended_on=today))
    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(certified(house, people[0], bureau, today.year))
    [last_seal] = seal()
    before = [fingerprint(house.services, statement) for statement in (LEDGER, STANDINGS)]
    assert [rows for rows, _ in before] == [PEOPLE + len(WHOLE), PEOPLE]
    backup = {"BACKUP": str(tmp_path / "backup"), "YEAR": str(today.year)}
    typed("back up", house.services, {**house.env, **backup})

    shutil.rmtree(house.data / "media")
    shutil.rmtree(house.data / "signing-keys")
    keys = {name: house.env[name] for name in ("SECRET_KEY", "FIELD_KEYS", "HASH_KEY")}
    env = portal_environment(new_machine.data, new_machine.env, **keys, **backup, DEMO="0", LOG_LEVEL="ERROR")
    told = typed("restore", new_machine, env)
    assert [fingerprint(new_machine, statement) for statement in (LEDGER, STANDINGS)] == before
    assert f"核算{PEOPLE}人" in told
    assert "与台账不符0人" in told
    assert f"最后一次封存 {last_seal.number}:{last_seal.sha256_hex}" in told

    verify = [PYTHON, ROOT / "manage.py", "verify_certificate", certificate]
    verified = subprocess.run(verify, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    assert "验证通过" in verified and people[0].name in verified

    argv = [PYTHON, ROOT / "manage.py", "shell", "--no-imports", "-c", READ]
    read = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    assert read.splitlines() == [str([(p.id_number, p.phone) for p in people]), str([True] * PEOPLE)]
    with pytest.raises(psycopg2.errors.RaiseException, match="Cannot"):
        fingerprint(new_machine, "UPDATE registry_hourentry SET tenths = 1 RETURNING id")
    stranger = {**env, "FIELD_KEYS": f"k1:{base64.b64encode(bytes(32)).decode()}"}
    assert subprocess.run(argv, cwd=ROOT, env=stranger, capture_output=True, check=False).returncode != 0

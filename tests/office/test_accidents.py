"""Full disks and requests that break off, met by a city that is really served."""

import json
import os
import random
import shutil
import socket
import subprocess

import pytest

from tests.office.cities import wait_for
from tests.photos import photo

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(site):
    """Lay a disk of so many kilobytes over a folder of the site's home."""
    mount = shutil.which("mount")
    laid = []

    def lay(folder, kilobytes):
        if os.geteuid() != 0 or mount is None:
            pytest.skip("Only root can lay a small disk over a folder")
        folder.mkdir(parents=True, exist_ok=True)
        options = ["-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0755", "tmpfs", str(folder)]
        if subprocess.run([mount, *options], check=False, capture_output=True).returncode:
            pytest.skip("This machine allows no small disk, not even to root")
        laid.append(folder)

    yield lay
    site.close()
    for folder in laid:
        subprocess.run([shutil.which("umount"), "--lazy", str(folder)], check=True)


def files_in(folder):
    return [path.name for path in folder.rglob("*") if path.is_file()]


def cases_of(site):
    """How many cases the logbook knows."""
    out = site.city.base / "entries"
    assert site.command("logbook", "entries", "--out", str(out)).returncode == 0
    bodies = [json.loads(line)["body"] for line in out.read_text(encoding="utf-8").splitlines()]
    return [json.loads(body)["code"] for body in bodies].count("case.received")


def break_off(site, cut):
    """Send a form with a photo, and go away in the middle."""
    body, headers = site.form("Half of what I wanted to say.", photo(size=(3000, 2000)))
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = ["POST /ask/ HTTP/1.1", "Host: 127.0.0.1", *lines, f"Content-Length: {len(body)}"]
    with socket.create_connection(("127.0.0.1", site.port)) as sender:
        sender.sendall("\r\n".join([*head, "", ""]).encode() + body[:cut])


def test_a_form_that_breaks_off_on_its_way_leaves_nothing(running):
    assert running.ask("The whole of it.", photo())[0] == 303
    before, kept = cases_of(running), files_in(running.home / "attachments")
    said = len(running.words())
    for cut in (600, 50_000, -3):
        break_off(running, cut)
    wait_for(lambda: running.words()[said:].count("Forbidden") == 3)
    assert cases_of(running) == before
    assert files_in(running.home / "attachments") == kept
    assert "Traceback" not in running.words()[said:]


def test_a_full_disk_refuses_a_photo_in_a_sentence_and_keeps_nothing_of_it(site, small_disk):
    attachments = site.home / "attachments"
    small_disk(attachments, 64)
    site.start()
    status, page = site.ask("The lamp in the photo.", photo(size=(3000, 2000)))
    assert status == 503
    assert "the disk is full or out of reach" in page
    assert "The lamp in the photo." in page
    assert files_in(attachments) == []
    assert cases_of(site) == 0
    assert site.ask("The lamp without a photo.")[0] == 303


def test_a_full_database_refuses_in_a_sentence_and_takes_requests_in_again_later(site, small_disk):
    shutil.move(site.home, site.city.base / "made")
    small_disk(site.home, 120_000)
    subprocess.run(["/bin/cp", "-a", f"{site.city.base / 'made'}/.", str(site.home)], check=True)
    site.start()
    assert site.ask("The lamp before the disk is full.")[0] == 303
    ballast = site.home / "ballast"
    free = os.statvfs(site.home).f_bavail * os.statvfs(site.home).f_frsize
    with ballast.open("wb") as out:
        out.write(b"\0" * (free - 300_000))
    refused = ""
    for number in range(200):
        status, page = site.ask(words(number))
        if status != 303:
            refused = page
            break
    assert status == 503
    assert "database has no room left" in refused or "database does not answer" in refused
    assert site.get("/")[0] == 200
    ballast.unlink()
    wait_for(lambda: site.ask("The lamp after there was room again.")[0] == 303, 30)
    verdict = site.command("logbook", "verify")
    assert verdict.returncode == 0, verdict.stdout


def words(number):
    """Two thousand characters that no compression makes small."""
    chosen = random.Random(number)
    return "".join(chr(chosen.randrange(0x4E00, 0x9FA5)) for _ in range(2_000))

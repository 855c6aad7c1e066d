"""Whether the folder of a city and what is installed with huiyin are as they should be."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from huiyin.office.upkeep.findings import Finding, doubt, fault, fine

MEGABYTE = 1_000_000
LEAST_FREE, LITTLE_FREE = 500 * MEGABYTE, 5_000 * MEGABYTE
FORGETFUL = {"tmpfs", "ramfs", "devtmpfs"}
FAR = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"}
MOUNTS = Path("/proc/self/mounts")
FONTS = ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf")


def home_findings(home: Path, attachments: Path) -> Iterator[Finding]:
    """Look at the disk under the home, and at who may look into it."""
    kind = disk_kind(home)
    where = _("%(folder)s (%(kind)s)") % {"folder": home, "kind": kind or _("unknown disk")}
    if kind in FORGETFUL:
        yield doubt(
            "home",
            _("%(where)s lies in memory and is lost when the machine is switched off.")
            % {"where": where},
            _("Name a folder on a disk in HUIYIN_HOME."),
        )
    elif kind in FAR:
        yield doubt(
            "home",
            _("%(where)s lies on another machine, where locks may not hold.") % {"where": where},
            _("Name a folder on a disk of this machine in HUIYIN_HOME."),
        )
    else:
        yield fine("home", where)
    devices = {_there(folder).stat().st_dev: _there(folder) for folder in (attachments, home)}
    for folder in devices.values():
        yield _space(folder)


def key_findings(home: Path, *, are_given: bool) -> Iterator[Finding]:
    """Look at the keys: whether nobody else can read them."""
    folder = home / "keys"
    if are_given:
        yield fine("keys", _("They were given in the settings."))
        return
    if not folder.is_dir():
        yield fault(
            "keys",
            _("%(folder)s is missing.") % {"folder": folder},
            _("Put it back from where you keep the keys."),
        )
        return
    open_ones = [path for path in (folder, *sorted(folder.iterdir())) if _is_open(path)]
    if open_ones:
        yield fault(
            "keys",
            _("Others than their owner may read %(files)s.")
            % {"files": ", ".join(str(path) for path in open_ones)},
            _("Run chmod 700 on the folder and chmod 600 on its files."),
        )
        return
    yield fine("keys", _("They lie in %(folder)s, for their owner alone.") % {"folder": folder})


def installed_findings(package: Path) -> Iterator[Finding]:
    """Look at what is fetched and compiled when huiyin is set up."""
    vendor = package / "static" / "vendor"
    missing = [name for name in FONTS if not (vendor / "fonts" / name).is_file()]
    if missing or not (vendor / "versions.txt").is_file():
        yield fault(
            "fonts and scripts",
            _("They are not whole in %(folder)s.") % {"folder": vendor},
            _("Run make setup."),
        )
    else:
        yield fine("fonts and scripts", _("They are in their place."))
    stale = [str(path.parent.parent.name) for path in _catalogues(package) if _is_stale(path)]
    if stale:
        yield fault(
            "translations",
            _("The words of %(languages)s are not compiled.") % {"languages": ", ".join(stale)},
            _("Run make setup."),
        )
    else:
        yield fine("translations", _("They are compiled."))


def disk_kind(folder: Path) -> str:
    """The kind of file system a folder lies on, as the kernel calls it; empty if unknown."""
    if not MOUNTS.exists():
        return ""
    found, kind = Path(), ""
    for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        _device, place, named, *_more = line.split(" ")
        # The kernel writes blanks in names as numbers.
        mount = Path(place.replace("\\040", " "))
        if folder.is_relative_to(mount) and len(mount.parts) >= len(found.parts):
            found, kind = mount, named
    return kind


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    words = _("%(megabytes)d MB are free for %(folder)s.") % {
        "megabytes": free // MEGABYTE,
        "folder": folder,
    }
    if free < LEAST_FREE:
        return fault("space", words, _("Make room now, or the city stops."))
    if free < LITTLE_FREE:
        return doubt("space", words, _("Make room, or lay the folder on a larger disk."))
    return fine("space", words)


def _there(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _is_open(path: Path) -> bool:
    facts = path.stat()
    return bool(stat.S_IMODE(facts.st_mode) & 0o077) or facts.st_uid not in {0, os.geteuid()}


def _catalogues(package: Path) -> list[Path]:
    return sorted((package / "locale").glob("*/LC_MESSAGES/django.po"))


def _is_stale(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return not compiled.is_file() or compiled.stat().st_mtime < catalogue.stat().st_mtime

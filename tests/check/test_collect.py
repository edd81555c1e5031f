"""Which files become cases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optimizer.known_optima.collect import Case, CheckError, collect

from .problems import INSTANCE, SIDECAR, write

pytestmark = pytest.mark.usefixtures("folder")


def names(*paths: str) -> list[str]:
    return [case.name for case in collect([Path(path) for path in paths]).cases]


def test_a_folder_is_all_sidecars_below_it(folder: Path) -> None:
    for place in ("b", "a/deep", ".hidden", "a"):
        write(folder / place)
    write(folder, "z")
    (folder / "a" / "notes.txt").write_text("status: optimal", encoding="utf-8")
    assert names(".") == ["z", "a/bridge", "a/deep/bridge", "b/bridge"]
    assert names("a") == ["bridge", "deep/bridge"]
    (case,) = collect([Path("b")]).cases
    assert case == Case("bridge", Path("b/bridge.yaml"), Path("b/bridge.expected.yaml"))


def test_a_file_is_its_case_whichever_of_the_two_it_is(folder: Path) -> None:
    write(folder / "a")
    by_instance, by_sidecar = collect([Path("a/bridge.yaml")]), collect([Path("a/bridge.expected.yaml")])
    assert by_instance == by_sidecar
    assert by_instance.cases[0].file == Path("a/bridge.expected.yaml")


def test_a_case_that_is_named_twice_is_one(folder: Path) -> None:
    write(folder / "a")
    (folder / "link").symlink_to(folder / "a")
    assert names("a", "a/bridge.yaml", "./a/../a/bridge.expected.yaml", str(folder / "a"), "link") == ["bridge"]


def test_cases_of_one_name_are_told_apart(folder: Path) -> None:
    for place in ("a", "b"):
        write(folder / place)
    write(folder / "a", "other")
    assert names("a", "b") == ["a/bridge", "other", "b/bridge"]


def test_one_sidecar_may_be_linked_beside_two_instances(folder: Path) -> None:
    path = write(folder / "a")
    write(folder / "b", sidecar=None)
    (folder / "b" / path.name).symlink_to(path)
    cases = collect([Path("a"), Path("b")]).cases
    assert [(case.name, case.outside) for case in cases] == [("a/bridge", ()), ("b/bridge", ())]


def test_links_that_lead_out_of_a_folder_are_not_followed(folder: Path) -> None:
    write(folder / "out", "there")
    for name in ("instance", "sidecar"):
        write(folder / "in", name)
    for name, target in (("instance.yaml", "there.yaml"), ("sidecar.expected.yaml", "there.expected.yaml")):
        (folder / "in" / name).unlink()
        (folder / "in" / name).symlink_to(folder / "out" / target)
    cases = {case.name: case.outside for case in collect([Path("in")]).cases}
    assert cases == {"instance": (Path("in/instance.yaml"),), "sidecar": (Path("in/sidecar.expected.yaml"),)}
    # what is named is read wherever it is, and what is found beside it has to lie there
    (named,) = collect([Path("in/instance.yaml")]).cases
    assert named.outside == ()
    (named,) = collect([Path("in/sidecar.yaml")]).cases
    assert named.outside == (Path("in/sidecar.expected.yaml"),)
    (named,) = collect([Path("in/instance.expected.yaml")]).cases
    assert named.outside == (Path("in/instance.yaml"),)
    assert [case.outside for case in collect([Path(".")]).cases] == [(), (), ()]


def test_links_to_hidden_files_are_not_followed(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text(SIDECAR, encoding="utf-8")
    write(folder, sidecar=None)
    (folder / "bridge.expected.yaml").symlink_to(".git/config")
    (case,) = collect([Path(".")]).cases
    assert case.outside == (Path("bridge.expected.yaml"),)


def test_an_instance_outside_is_not_looked_into(folder: Path) -> None:
    write(folder / "out", "bare", sidecar=None)
    write(folder / "in")
    (folder / "in" / "bare.yaml").symlink_to(folder / "out" / "bare.yaml")
    assert collect([Path("in")]).unchecked == ()
    assert collect([Path("in"), Path("out")]).unchecked != ()


@pytest.mark.parametrize(
    ("instance", "sidecar"), [(".yml", ".yml"), (".yml", ".yaml"), (".yaml", ".yml"), (".yaml", ".yaml")]
)
def test_both_endings(folder: Path, instance: str, sidecar: str) -> None:
    (folder / f"x{instance}").write_text(INSTANCE, encoding="utf-8")
    (folder / f"x.expected{sidecar}").write_text(SIDECAR, encoding="utf-8")
    for path in (".", f"x{instance}", f"x.expected{sidecar}"):
        (case,) = collect([Path(path)]).cases
        assert case == Case("x", Path(f"x{instance}"), Path(f"x.expected{sidecar}"))


def test_the_ending_decides_between_two(folder: Path) -> None:
    write(folder)
    (folder / "bridge.yml").write_text(INSTANCE, encoding="utf-8")
    collected = collect([folder])
    assert [case.instance and case.instance.name for case in collected.cases] == ["bridge.yaml"]
    assert [file.name for file in collected.unchecked] == ["bridge.yml"]


def test_half_cases(folder: Path) -> None:
    write(folder, "alone", instance=None)
    write(folder, "bare", sidecar=None)
    alone, bare = collect([Path("alone.expected.yaml"), Path("bare.yaml")]).cases
    assert (alone.instance, alone.sidecar) == (None, Path("alone.expected.yaml"))
    assert (bare.instance, bare.sidecar) == (Path("bare.yaml"), None)


def test_instances_without_a_sidecar_are_mentioned_and_other_files_are_not(folder: Path) -> None:
    write(folder)
    write(folder, "bare", sidecar=None)
    (folder / "variant.yml").write_text("extends: bridge.yaml\nname: variant\n", encoding="utf-8")
    (folder / "site.yaml").write_text("name: pages\nsteps: []\n", encoding="utf-8")
    (folder / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    assert [file.name for file in collect([folder]).unchecked] == ["bare.yaml", "variant.yml"]
    assert [file.name for file in collect([folder, Path("bare.yaml")]).unchecked] == ["variant.yml"]


def test_nothing_to_check(folder: Path) -> None:
    (folder / "a").mkdir()
    with pytest.raises(CheckError, match=r"a: nothing to check(.|\n)*NAME\.expected\.yaml beside NAME\.yaml"):
        collect([Path("a")])
    write(folder / "a", sidecar=None)
    with pytest.raises(CheckError, match=r"instances without one: a/bridge\.yaml"):
        collect([Path("a")])


def test_what_is_not_there(folder: Path) -> None:
    write(folder)
    with pytest.raises(CheckError, match=r"brigde\.yaml: there is no such file or folder; did you mean bridge\.yaml\?"):
        collect([folder, Path("brigde.yaml")])
    with pytest.raises(CheckError, match=r"there is no such file or folder$"):
        collect([Path("nowhere/at/all")])


def test_a_closed_folder_is_not_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder)

    def walk(top: Path, onerror: Callable[[OSError], None]) -> Iterator[Any]:
        onerror(PermissionError(13, "Permission denied", "closed"))
        return iter(())

    monkeypatch.setattr(os, "walk", walk)
    with pytest.raises(CheckError, match="closed: the folder cannot be read: Permission denied"):
        collect([folder])

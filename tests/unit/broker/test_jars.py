"""The pinned jars: the lock, the check and the fetching, without a network."""

import hashlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from worker.broker.errors import BrokerError
from worker.broker.jars import Jar, cache_folder, fetch, locked

CONTENT = {"one": b"the first jar", "two": b"the second jar"}


def jar(name: str) -> Jar:
    """Make the line of the lock for one of the two jars."""
    return Jar("org.example", name, "1.0", len(CONTENT[name]), hashlib.sha256(CONTENT[name]).hexdigest())


JARS = (jar("one"), jar("two"))


class Repository:
    """A Maven repository in the place of jgo's: `content` is what it sends, `fails` how often it breaks off first."""

    def __init__(self) -> None:
        """Send what the lock says."""
        self.content = dict(CONTENT)
        self.fails = 0
        self.asked: list[str] = []

    def context(self, repo_cache: Path) -> "_Walk":
        """Stand in for `MavenContext`."""
        return _Walk(self, repo_cache)


class _Walk:
    """The steps from a context to a downloaded file, as jgo has them."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.repository, self.folder, self.name = repository, folder, ""

    def project(self, _group: str, artifact: str) -> "_Walk":
        """Name the artifact."""
        self.name = artifact
        return self

    def at_version(self, _version: str) -> "_Walk":
        """Take any version."""
        return self

    def artifact(self) -> "_Walk":
        """Take the jar."""
        return self

    def resolve(self) -> Path:
        """Download, leaving half a file if the line breaks."""
        self.repository.asked.append(self.name)
        self.folder.mkdir(parents=True)
        path = self.folder / f"{self.name}.jar"
        if self.repository.fails:
            self.repository.fails -= 1
            path.write_bytes(b"half")
            raise ConnectionError("the line broke")
        path.write_bytes(self.repository.content[self.name])
        return path


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Put our repository where jgo's is imported from."""
    made = Repository()
    module = ModuleType("jgo.maven")
    module.MavenContext = made.context  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jgo.maven", module)
    return made


def test_the_lock_pins_each_jar_by_its_sum_and_names_no_place() -> None:
    """Coordinates, size and sha256 of each jar are there, none twice, and where to get it is not."""
    jars = locked()

    assert len({jar.file_name for jar in jars}) == len(jars) > 40
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert "org.apache.kafka:kafka_2.13:4.1.1" in {jar.coordinates for jar in jars}
    assert "//" not in Path(sys.modules[fetch.__module__].__file__ or "").with_name("jars.lock").read_text(encoding="utf-8")


def test_missing_jars_are_downloaded_once(repository: Repository, tmp_path: Path) -> None:
    """What is there and right is not asked for again."""
    paths = fetch(tmp_path, JARS)
    again = fetch(tmp_path, JARS)

    assert paths == again
    assert [path.read_bytes() for path in paths] == [CONTENT["one"], CONTENT["two"]]
    assert sorted(repository.asked) == ["one", "two"]


def test_a_damaged_jar_is_downloaded_anew(repository: Repository, tmp_path: Path) -> None:
    """A cached file that changed, even without changing its size, is not used."""
    (first, _) = fetch(tmp_path, JARS)
    first.write_bytes(b"THE FIRST JAR")

    fetch(tmp_path, JARS)

    assert first.read_bytes() == CONTENT["one"]
    assert repository.asked.count("one") == 2


def test_what_is_not_what_the_lock_says_is_refused_and_not_kept(repository: Repository, tmp_path: Path) -> None:
    """Other bytes than those pinned never come on the class path."""
    repository.content["two"] = b"something else"

    with pytest.raises(BrokerError, match=r"org.example:two:1.0 as downloaded is not the file"):
        fetch(tmp_path, JARS)

    assert not (tmp_path / "two-1.0.jar").exists()
    assert not list(tmp_path.glob("download-*"))


def test_a_line_that_breaks_is_tried_again(repository: Repository, tmp_path: Path) -> None:
    """A broken download leaves nothing that the next try stumbles over."""
    repository.fails = 2

    fetch(tmp_path, JARS[:1])

    assert repository.asked == ["one", "one", "one"]


def test_without_a_network_one_sentence_says_what_and_where(repository: Repository, tmp_path: Path) -> None:
    """The error names the jar, the reason and the folder to put it in."""
    repository.fails = 100

    with pytest.raises(BrokerError) as caught:
        fetch(tmp_path, JARS)

    for part in ("org.example:one:1.0", "the line broke", str(tmp_path)):
        assert part in str(caught.value)


def test_without_the_development_packages_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who installed only the worker is told which extra has the rest."""
    monkeypatch.setitem(sys.modules, "jgo.maven", None)

    with pytest.raises(BrokerError, match=r"pip install 'copydesk\[dev\]'"):
        fetch(tmp_path, JARS)


def test_progress_goes_from_what_is_there_to_all(repository: Repository, tmp_path: Path) -> None:
    """Bytes that are in the cache already count as done."""
    fetch(tmp_path, JARS[:1])
    seen: list[tuple[int, int]] = []

    fetch(tmp_path, JARS, progress=lambda done, total: seen.append((done, total)))

    total = len(CONTENT["one"]) + len(CONTENT["two"])
    assert seen == [(len(CONTENT["one"]), total), (total, total)]


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"COPYDESK_CACHE": "/a"}, Path("/a")),
        ({"XDG_CACHE_HOME": "/b"}, Path("/b/copydesk")),
        ({}, Path.home() / ".cache" / "copydesk"),
    ],
)
def test_the_cache_is_where_the_user_wants_it(environment: dict[str, str], folder: Path) -> None:
    """COPYDESK_CACHE wins, then the desktop's convention."""
    assert cache_folder(environment) == folder

"""The private server: found, started, shared, stopped, and what is said when it can't be."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from gridmap.errors import DatabaseError, ServerError
from gridmap.storage.database import check_postgis_version, check_server_version, make_database, open_database
from gridmap.storage.server import PrivateServer, open_private_server
from gridmap.storage.server.account import Account, find_account
from gridmap.storage.server.binaries import find_binaries, list_search_dirs
from gridmap.storage.server.config import make_access_map, make_config
from gridmap.storage.server.faults import make_fault
from gridmap.storage.server.place import ServerPlace, find_place, is_socket_dir_usable, make_private_dir

IS_ROOT = os.geteuid() == 0

# A second process of the program: uses the server, says so, and waits for its end.
USER_PROCESS = """
import sys, signal
from pathlib import Path
from gridmap.storage.server import open_private_server
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with open_private_server(Path(sys.argv[1]), durable=False) as server:
    print(server.find_running().pid, flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class StorageSettings:
    database_url: SecretStr | None
    var_dir: Path
    postgres_bin_dir: Path | None = None


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory, run_dir: Path) -> Iterator[Path]:
    """A cluster of this file's own: its server is killed and stopped at will."""
    folder = run_dir / f"server-{os.getpid()}"
    folder.mkdir(mode=0o755)
    yield folder
    PrivateServer(folder).destroy()


@pytest.fixture
def private(var_dir: Path) -> Iterator[PrivateServer]:
    server = PrivateServer(var_dir, durable=False)
    yield server
    server.stop()


def start_user(var_dir: Path) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER_PROCESS, str(var_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def ask(server: PrivateServer) -> tuple[object, ...] | None:
    with psycopg.connect(server.make_conninfo()) as connection:
        return connection.execute("SELECT 1").fetchone()


def end_user(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)
    assert process.returncode == 0


def wait_for_end(pid: int) -> None:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        with suppress(FileNotFoundError):
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(") ")[-1][0] == "Z":
                return
            time.sleep(0.02)
            continue
        return
    pytest.fail(f"process {pid} did not end")


def test_first_starts_last_stops(var_dir: Path, private: PrivateServer) -> None:
    first, pid = start_user(var_dir)
    second, same_pid = start_user(var_dir)
    assert pid == same_pid
    end_user(first)
    running = private.find_running()
    assert running is not None
    assert (running.pid, running.is_ready) == (pid, True)
    end_user(second)
    assert private.find_running() is None
    assert not private.is_used()


def test_killed_starter_leaves_it_usable(var_dir: Path, private: PrivateServer) -> None:
    starter, pid = start_user(var_dir)
    starter.kill()
    starter.communicate()
    running = private.find_running()
    assert running is not None
    assert running.pid == pid
    with open_private_server(var_dir, durable=False) as server:
        assert ask(server) == (1,)
    assert private.find_running() is None


def test_killed_server_is_started_again_with_its_data(
    own_server: PrivateServer, caplog: pytest.LogCaptureFixture
) -> None:
    running = own_server.find_running()
    assert running is not None
    with psycopg.connect(own_server.make_conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(running.pid, signal.SIGKILL)
    wait_for_end(running.pid)
    assert own_server.find_running() is None
    with caplog.at_level(logging.INFO):
        own_server.start()
    assert "had not been stopped in order" in caplog.text
    with psycopg.connect(own_server.make_conninfo()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_pid_of_another_program_is_no_server(private: PrivateServer, caplog: pytest.LogCaptureFixture) -> None:
    private.start()
    private.stop()
    account = private.place.account
    # A live process of the same user: PostgreSQL itself would refuse to start beside this file.
    sleeper = subprocess.Popen(["sleep", "60"], user=account.uid if account.is_other else None)
    try:
        pid_file = private.place.data_dir / "postmaster.pid"
        pid_file.write_text(f"{sleeper.pid}\n{private.place.data_dir}\n0\n5432\n/nowhere\n\n\nready\n")
        os.chown(pid_file, account.uid, account.gid)
        assert private.find_running() is None
        with caplog.at_level(logging.INFO):
            private.start()
        running = private.find_running()
        assert running is not None
        assert running.pid != sleeper.pid
        assert "Removed" in caplog.text
    finally:
        sleeper.kill()
        sleeper.wait()


def test_two_at_once_start_one(var_dir: Path, private: PrivateServer) -> None:
    found: list[int] = []

    def run() -> None:
        process, pid = start_user(var_dir)
        found.append(pid)
        barrier.wait(timeout=30)
        end_user(process)

    barrier = threading.Barrier(3)
    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert private.find_running() is None


def test_kept_server_outlives_its_users(var_dir: Path, private: PrivateServer) -> None:
    with open_private_server(var_dir, durable=False) as server:
        server.keep()
    assert private.find_running() is not None
    private.stop()
    assert private.find_running() is None
    with open_private_server(var_dir, durable=False):
        pass
    assert private.find_running() is None


def test_used_server_is_not_destroyed(var_dir: Path, private: PrivateServer) -> None:
    process, _ = start_user(var_dir)
    with pytest.raises(ServerError, match="in use"):
        private.destroy()
    assert private.find_running() is not None
    end_user(process)


def test_only_the_socket_lets_in(private: PrivateServer) -> None:
    private.start()
    with psycopg.connect(private.make_conninfo()) as connection:
        shown = connection.execute(
            """
            SELECT current_setting('listen_addresses'), current_setting('data_checksums'),
                current_setting('server_encoding'), current_setting('TimeZone'), current_setting('jit')
            """
        ).fetchone()
        assert shown == ("", "on", "UTF8", "UTC", "off")
    running = private.find_running()
    assert running is not None
    assert running.socket_dir.stat().st_mode & 0o777 == 0o700
    assert private.place.data_dir.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not IS_ROOT, reason="only root can become another user to try")
def test_another_user_is_refused_even_at_the_socket(private: PrivateServer) -> None:
    private.start()
    running = private.find_running()
    assert running is not None
    running.socket_dir.chmod(0o755)
    running.socket_dir.joinpath(".s.PGSQL.5432").chmod(0o777)
    psql = private.find_binaries().find_program("psql")
    refused = subprocess.run(
        [psql, "--dbname", private.make_conninfo(), "-c", "SELECT 1"],
        user="daemon", cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode != 0
    assert "eer authentication failed" in refused.stderr


def test_server_is_not_run_by_root(private: PrivateServer) -> None:
    private.start()
    running = private.find_running()
    assert running is not None
    assert Path(f"/proc/{running.pid}").stat().st_uid == private.place.account.uid != 0


def test_ctrl_c_of_the_terminal_does_not_reach_the_server(private: PrivateServer) -> None:
    private.start()
    running = private.find_running()
    assert running is not None
    assert os.getpgid(running.pid) != os.getpgrp()


def test_data_of_another_major_version_is_refused(private: PrivateServer) -> None:
    private.start()
    private.stop()
    version = private.place.data_dir / "PG_VERSION"
    former = version.read_text()
    version.write_text("11\n")
    try:
        with pytest.raises(ServerError, match="made by PostgreSQL 11, which is not installed"):
            private.start()
    finally:
        version.write_text(former)
    assert private.find_running() is None


def test_broken_settings_are_reported_from_the_log(private: PrivateServer) -> None:
    private.start()
    private.stop()
    config = private.place.data_dir / "postgresql.conf"
    former = config.read_text()
    config.write_text(former + "\nno_such_setting = 1\n")
    try:
        with pytest.raises(ServerError, match="could not be started") as raised:
            private.start()
        assert "no_such_setting" in str(raised.value)
    finally:
        config.write_text(former)


def test_full_disk_before_the_start(var_dir: Path, private: PrivateServer) -> None:
    private.start()
    private.stop()
    full = PrivateServer(var_dir, free_space=lambda _: 3 * 2**20)
    with pytest.raises(ServerError, match=r"is full: 3 MB are free .* Make room"):
        full.start()
    assert full.find_running() is None


@pytest.mark.skipif(not IS_ROOT, reason="only root can mount a small disk")
def test_disk_that_fills_during_initdb(open_dir: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs", open_dir], check=False)
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small disk here")
    try:
        server = PrivateServer(open_dir / "var", free_space=lambda _: 2**40)
        with pytest.raises(ServerError, match="The disk is full: make room"):
            server.start()
        assert not server.place.data_dir.exists()
        assert not (server.place.home / "data.new").exists()
    finally:
        subprocess.run(["umount", open_dir], check=True)


def test_no_programs(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"No PostgreSQL programs .* postgresql-NN-postgis-3"):
        find_binaries([tmp_path])


def make_programs(folder: Path, *, major: int, has_postgis: bool) -> Path:
    """Make programs that answer like those of a version, and nothing more."""
    programs = folder / str(major) / "bin"
    programs.mkdir(parents=True)
    share = folder / str(major) / "share"
    (share / "extension").mkdir(parents=True)
    answers = {"postgres": f"postgres (PostgreSQL) {major}.2", "initdb": "", "pg_ctl": "", "pg_config": str(share)}
    for name, answer in answers.items():
        (programs / name).write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    if has_postgis:
        (share / "extension" / "postgis.control").touch()
    return programs


def test_programs_without_postgis(tmp_path: Path) -> None:
    programs = make_programs(tmp_path, major=16, has_postgis=False)
    with pytest.raises(ServerError, match=r"16 .* has no PostGIS extension.*postgresql-16-postgis-3"):
        find_binaries([programs])


def test_programs_too_old(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="15 or newer is needed, found: 14"):
        find_binaries([make_programs(tmp_path, major=14, has_postgis=True)])


def test_newest_with_postgis_is_chosen_and_old_data_keep_theirs(tmp_path: Path) -> None:
    dirs = [
        make_programs(tmp_path, major=15, has_postgis=True),
        make_programs(tmp_path, major=17, has_postgis=True),
        make_programs(tmp_path, major=18, has_postgis=False),
    ]
    assert find_binaries(dirs).major == 17
    assert find_binaries(dirs, data_major=15).major == 15


def test_settings_name_the_only_folder_to_search(tmp_path: Path) -> None:
    assert list_search_dirs(tmp_path) == [tmp_path]


def test_socket_folder_must_be_short_and_plain() -> None:
    assert is_socket_dir_usable(Path("/" + "a" * 92))
    assert not is_socket_dir_usable(Path("/" + "a" * 93))
    assert not is_socket_dir_usable(Path("/" + "县" * 31))
    assert not is_socket_dir_usable(Path("/a,b"))


def test_long_folder_with_chinese_name_works(open_dir: Path) -> None:
    deep = open_dir / "网格化管理 平台" / ("x" * 80)
    with open_private_server(deep, durable=False) as server:
        running = server.find_running()
        assert running is not None
        assert server.place.home not in running.socket_dir.parents
        assert ask(server) == (1,)
        socket_dir = running.socket_dir
    server.destroy()
    assert not server.place.home.exists()
    socket_dir.rmdir()


def test_socket_folder_of_somebody_else_is_refused(open_dir: Path) -> None:
    stranger = Account(name="stranger", uid=os.geteuid() + 1, gid=os.getegid(), is_other=False)
    (open_dir / "taken").mkdir()
    with pytest.raises(ServerError, match="belongs to user id"):
        make_private_dir(open_dir / "taken", stranger)


@pytest.mark.skipif(not IS_ROOT, reason="only root runs the server as another user")
def test_closed_parent_falls_back(open_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    closed = open_dir / "closed"
    closed.mkdir(mode=0o700)
    with caplog.at_level(logging.INFO):
        place = find_place(closed / "var", fallback_home=open_dir / "fallback")
    assert place.home.parent == open_dir / "fallback"
    assert "may not enter" in caplog.text
    assert find_place(closed / "var", fallback_home=open_dir / "fallback") == place
    assert find_place(closed / "other", fallback_home=open_dir / "fallback") != place
    with pytest.raises(ServerError, match="Set GRIDMAP_VAR_DIR"):
        find_place(closed / "var", fallback_home=closed / "fallback")


@pytest.mark.skipif(not IS_ROOT, reason="only root may chown")
def test_data_folder_of_root_is_refused(open_dir: Path) -> None:
    (open_dir / "data").mkdir()
    with pytest.raises(ServerError, match="chown -R postgres"):
        find_account(open_dir / "data")


def test_var_dir_that_is_a_file(open_dir: Path) -> None:
    (open_dir / "var").touch()
    with pytest.raises(ServerError, match="name another folder with GRIDMAP_VAR_DIR"):
        PrivateServer(open_dir / "var")


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ('FATAL: could not write lock file "postmaster.pid": No space left on device', "The disk is full"),
        ('FATAL: could not open file "x": Permission denied', "lacks a permission"),
        ("FATAL: data directory has wrong ownership", "chown -R keeper"),
        ("FATAL: something new", "See the log in"),
    ],
)
def test_fault_says_what_to_do(tmp_path: Path, output: str, advice: str) -> None:
    place = ServerPlace(home=tmp_path, account=Account(name="keeper", uid=1, gid=1, is_other=True))
    fault = make_fault("started", output, place)
    assert advice in str(fault)
    assert output in str(fault)


def test_config_fits_the_memory_and_quotes() -> None:
    def make(gigabytes: float) -> str:
        memory = int(gigabytes * 2**30)
        return make_config(socket_dir=Path("/a'b"), port=1, log_dir=Path("/l"), durable=True, memory_bytes=memory)

    assert "shared_buffers = '256MB'" in make(64)
    assert "shared_buffers = '128MB'" in make(1)
    assert "shared_buffers = '32MB'" in make(0.1)
    assert "fsync = 'on'" in make(1)
    assert "'/a''b'" in make(1)


def test_access_map_holds_the_runner_and_root_only() -> None:
    account = Account(name="keeper", uid=1, gid=1, is_other=False)
    assert make_access_map(account).split() == ["gridmap", '"keeper"', "gridmap", "gridmap", '"root"', "gridmap"]


def test_url_is_used_and_private_server_left_alone(server: PrivateServer, tmp_path: Path) -> None:
    settings = StorageSettings(database_url=SecretStr(server.make_conninfo("postgres")), var_dir=tmp_path / "var")
    with open_database(settings) as database, database.connect() as connection:
        assert not database.is_private
        assert connection.execute("SELECT current_database()").fetchone() == ("postgres",)
    assert not (tmp_path / "var").exists()


def test_without_url_the_private_database_opens(var_dir: Path) -> None:
    with open_database(StorageSettings(database_url=None, var_dir=var_dir)) as database:
        assert database.is_private
        with database.pool(min_size=1, max_size=2) as pool, pool.connection() as connection:
            assert connection.execute("SELECT current_database(), current_setting('search_path')").fetchone() == (
                "gridmap",
                "gridmap,public",
            )
    assert PrivateServer(var_dir).find_running() is None


def test_pool_survives_a_restart(private: PrivateServer) -> None:
    private.start()
    with make_database(private.make_conninfo()).pool() as pool:
        with pool.connection() as connection:
            connection.execute("SELECT 1")
        private.stop()
        private.start()
        with pool.connection() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_pooled_database_lends_commits_and_rolls_back(own_server: PrivateServer) -> None:
    with make_database(own_server.make_conninfo()).pooled(min_size=1, max_size=1) as database:
        with database.connect() as connection:
            first = connection.info.backend_pid
            connection.execute("CREATE TABLE lent (n integer)")
        with pytest.raises(psycopg.errors.DivisionByZero), database.connect() as connection:
            connection.execute("INSERT INTO lent VALUES (1); SELECT 1 / 0")
        with database.connect() as connection:
            assert connection.execute("SELECT count(*) FROM lent").fetchone() == (0,)
            assert connection.info.backend_pid == first
            with database.connect(autocommit=True) as another:
                assert another.info.backend_pid != first
        with database.with_name("postgres").connect() as connection:
            assert connection.info.dbname == "postgres"
        own_server.stop()
        own_server.start()
        with database.connect() as connection:
            assert connection.execute("SELECT count(*) FROM lent").fetchone() == (0,)


def test_absent_server_is_one_clear_error_without_the_password(tmp_path: Path) -> None:
    url = SecretStr(f"postgresql://me:very-secret@/nothing?host={tmp_path}")
    with pytest.raises(DatabaseError, match="Check that the server runs") as raised:  # noqa: SIM117
        with open_database(StorageSettings(database_url=url, var_dir=tmp_path)):
            pass
    assert "very-secret" not in str(raised.value)
    assert "very-secret" not in repr(make_database(url.get_secret_value()))


def test_url_that_is_none() -> None:
    with pytest.raises(DatabaseError, match="is no PostgreSQL URL") as raised:
        make_database("postgresql://me:very-secret@[bad")
    assert "very-secret" not in str(raised.value)


@pytest.mark.parametrize("version", [140012, 96000])
def test_old_server_is_refused(version: int) -> None:
    with pytest.raises(DatabaseError, match="15 or newer is needed"):
        check_server_version(version, where="db.example")
    check_server_version(150000, where="db.example")


@pytest.mark.parametrize(
    ("version", "message"), [(None, "has no PostGIS"), ("3.2.9", r"3\.3 or newer"), ("2.5", "3.3")]
)
def test_old_postgis_is_refused(version: str | None, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        check_postgis_version(version, where="db.example")
    for good in ("3.3.0", "3.10.1", "4.0.0dev"):
        check_postgis_version(good, where="db.example")

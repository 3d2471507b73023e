"""Build the image, run it confined against a Telegram on this machine, and stop it. Exit with 1 if anything is wrong.

Usage: ``python -m tests.campaigns.image [options of the build] [-- options of the run]``, for example
``--build-arg BASE=my-python -- --runtime runc --ulimit nofile=4096 --ulimit nproc=4096``. The limits are for a machine
that does not let podman raise its own.

Needs docker, or buildah and podman, which work without a daemon. The format of Docker keeps the health check.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.__main__ import STOP_SECONDS
from bot.config import ROOT
from tests.support.conversation import Conversation, words
from tests.support.diaries import agree_by_tapping
from tests.support.running_bot import telegram

IMAGE, NAME = "charley-smoke-test", "charley-smoke-test"
MOST_MEBIBYTES = 96
CONFINED = ("--network", "host", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL")
USER = 10001


def run(*command: str) -> str:
    """Run a command and return what it prints; exit with that if it fails."""
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}")
    return done.stdout


def engine() -> tuple[str, tuple[str, ...]]:
    """Return the program that runs containers, and the command that builds an image."""
    if shutil.which("podman") and shutil.which("buildah"):
        return "podman", ("buildah", "build", "--format", "docker")
    if shutil.which("docker"):
        return "docker", ("docker", "build")
    raise SystemExit("neither buildah and podman nor docker are installed")


def memory_of(process: str) -> float:
    """Return the resident memory of a process, in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


async def smoke(program: str, options: list[str], folder: Path) -> list[str]:
    """Let a person ask the bot in the container for relief and their diary, and stop it; return what is wrong."""
    token = folder / "token"
    async with telegram() as simulator:
        bo = Conversation(simulator, simulator.add_person("Bo"))
        token.write_text(simulator.token, encoding="utf-8")
        token.chmod(0o444)  # the folder around it keeps others out
        given = {
            "TELEGRAM_API_URL": simulator.url,
            "TELEGRAM_BOT_TOKEN_FILE": "/run/secrets/token",
            "LOG_LEVEL": "DEBUG",
        }
        settings = [option for name, value in given.items() for option in ("--env", f"{name}={value}")]
        mounts = ("--volume", f"{token}:/run/secrets/token:ro", "--volume", f"{NAME}:/data")
        unprivileged = ("--security-opt", "no-new-privileges")
        run(program, "run", "--detach", "--name", NAME, *CONFINED, *unprivileged, *mounts, *settings, *options, IMAGE)
        steps = words(await bo.ask("/cramp"))
        state = json.loads(run(program, "inspect", NAME))[0]["State"]
        memory = memory_of(state["Pid"])
        owner = Path(f"/proc/{state['Pid']}").stat().st_uid
        await bo.press(await agree_by_tapping(bo), "log:new:")
        calendar = await bo.ask("/history")
        page = await bo.press(await bo.ask("/report"), "report:30:en")
        run(program, "exec", NAME, "python", "-m", "bot", "backup", "/data/backups/monday.db")
        began = time.monotonic()
        await asyncio.to_thread(run, program, "stop", "--time", "30", NAME)
        seconds = time.monotonic() - began
        status, log = json.loads(run(program, "inspect", NAME))[0]["State"]["ExitCode"], run(program, "logs", NAME)
    print(f"{memory:.0f} MiB after the first answer, stopped after {seconds:.1f} s")
    checks = {
        "relief": steps.startswith("1. "),
        "a picture of the diary": "photo" in calendar,
        "a page for the doctor": "document" in page,
        f"user {USER}": owner == USER,
        f"at most {MOST_MEBIBYTES} MiB": memory <= MOST_MEBIBYTES,
        f"stopped within {STOP_SECONDS:g} s": seconds <= STOP_SECONDS,
        "exit status 0": status == 0,
        "no secret in the log": simulator.token.partition(":")[2] not in log,
        "no traceback in the log": "Traceback" not in log,
    }
    return [name for name, is_so in checks.items() if not is_so]


def main(options: list[str]) -> int:
    """Build, run and clean up; return the exit status."""
    program, build = engine()
    separator = options.index("--") if "--" in options else len(options)
    run(*build, "--tag", IMAGE, *options[:separator], str(ROOT))
    print(f"{int(json.loads(run(program, 'image', 'inspect', IMAGE))[0]['Size']) / 2**20:.0f} MiB of image")
    try:
        with TemporaryDirectory() as folder:
            wrong = asyncio.run(smoke(program, options[separator + 1 :], Path(folder)))
    finally:
        subprocess.run([program, "rm", "--force", NAME], check=False, stdout=subprocess.DEVNULL)
        subprocess.run([program, "volume", "rm", "--force", NAME], check=False, stdout=subprocess.DEVNULL)
    print("\n".join(f"wrong: {name}" for name in wrong) or "all is well")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

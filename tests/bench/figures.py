# SPDX-License-Identifier: Apache-2.0
"""What the measured times mean: medians, ratios, targets, the machine, and the tables in Markdown.

Owns the words and the schema of the results; knows no job.
"""

import json
import os
import platform
import re
import statistics
import subprocess

BEGIN, END = "<!-- bench:begin -->\n", "<!-- bench:end -->"


def ratio(job, peer, measure):
    """How many times longer the peer takes than the first program, in medians."""
    programs = job["programs"]
    return programs[peer][measure] / programs[0][measure]


# A target's figure is made of the job and a measure, wall_ms or cpu_ms; the wall decides.


def faster(text, peer, least):
    """A target: the first program is at least so many times as fast as number PEER."""
    return {"text": text, "at_least": least, "figure": lambda job, measure: ratio(job, peer, measure)}


def slower(text, peer, most):
    """A target: the first program takes at most so many times as long as number PEER."""
    return {"text": text, "at_most": most, "figure": lambda job, measure: 1 / ratio(job, peer, measure)}


def memory(text, size, most):
    """A target: the first program never needs more memory than so many times SIZE."""
    return {"text": text, "at_most": most, "figure": lambda job, _: job["programs"][0]["peak_kib"] * 1024 / size}


def judged(target, job):
    """A target with its figure, as it stands in the results."""
    found = target["figure"](job, "wall_ms")
    bounds = {name: target[name] for name in ("at_least", "at_most") if name in target}
    return {
        "text": target["text"],
        **bounds,
        "figure": round(found, 3),
        "figure_cpu": round(target["figure"](job, "cpu_ms"), 3),
        "holds": bounds.get("at_least", found) <= found <= bounds.get("at_most", found),
    }


def program(command, size):
    runs = command["runs"]
    median = {name: statistics.median(run[name] for run in runs) for name in ("wall_us", "cpu_us")}
    summed = {
        "label": command["label"],
        "argv": command["argv"],
        "wall_ms": median["wall_us"] / 1000,
        "wall_ms_best": min(run["wall_us"] for run in runs) / 1000,
        "cpu_ms": median["cpu_us"] / 1000,
        "peak_kib": max(run["peak_kib"] for run in runs),
        "runs": runs,
    }
    if size:
        summed["mb_per_s"] = round(size / median["wall_us"], 1)
    return summed


def sum_up(name, job):
    """A measured job as it stands in the results."""
    size = job.get("bytes")
    summed = {
        "name": name,
        "title": job["title"],
        "bytes": size,
        "rounds": len(job["commands"][0]["runs"]),
        "programs": [program(command, size) for command in job["commands"]],
    }
    summed["targets"] = [judged(target, summed) for target in job["targets"]]
    return summed


def first_line(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return (done.stdout.splitlines() or ["unknown"])[0]


def field(path, pattern):
    with open(path, encoding="utf-8") as text:
        found = re.search(pattern, text.read(), re.MULTILINE)
    return found.group(1) if found else "unknown"


def machine():
    flags = field("/proc/cpuinfo", r"^flags\s*: (.*)$").split()
    return {
        "processor": field("/proc/cpuinfo", r"^model name\s*: (.*)$"),
        "cores": len(os.sched_getaffinity(0)),
        "sha_instructions": "sha_ni" in flags,
        "memory_gib": round(int(field("/proc/meminfo", r"^MemTotal: +(\d+)")) / (1 << 20)),
        "kernel": platform.release(),
        "system": field("/etc/os-release", r'^PRETTY_NAME="(.*)"$'),
    }


def begin(source, build):
    """Results without jobs: where and with what they are measured."""
    compiler = field(os.path.join(build, "CMakeCache.txt"), r"^CMAKE_C_COMPILER:\w+=(.*)$")
    return {
        "schema": "signet-bench/1",
        "commit": first_line("git", "-C", source, "describe", "--always", "--dirty"),
        "machine": machine(),
        "versions": {
            "compiler": "cc " + first_line(compiler, "-dumpfullversion"),
            "openssl": " ".join(first_line("openssl", "version").split()[:2]),
            "minisign": first_line("minisign", "-v"),
            "node": "node " + first_line("node", "--version"),
        },
        "load_before": os.getloadavg()[0],
        "jobs": [],
    }


def end(results):
    results["load_after"] = os.getloadavg()[0]


def row(cells):
    return "| " + " | ".join(cells) + " |"


def program_rows(job):
    for number, each in enumerate(job["programs"]):
        speed = " (%.0f MB/s)" % each["mb_per_s"] if "mb_per_s" in each else ""
        yield row(
            [
                job["title"] if number == 0 else "",
                each["label"],
                "%.*f ms%s" % (1 if each["wall_ms"] < 100 else 0, each["wall_ms"], speed),
                "%.*f ms" % (1 if each["cpu_ms"] < 100 else 0, each["cpu_ms"]),
                "%.1f MiB" % (each["peak_kib"] / 1024),
                "%.2f" % ratio(job, number, "wall_ms"),
                "%.2f" % ratio(job, number, "cpu_ms"),
            ]
        )


def target_rows(jobs):
    for job in jobs:
        for target in job["targets"]:
            bound = "≥ %g" % target["at_least"] if "at_least" in target else "≤ %g" % target["at_most"]
            holds = "holds" if target["holds"] else "does not hold"
            found = "%.2f" % target["figure"]
            if target["figure"] != target["figure_cpu"]:
                found += " (processor time: %.2f)" % target["figure_cpu"]
            yield row([job["title"] + ": " + target["text"], bound, found, holds])


def where(results):
    """What was measured, where, and how busy the machine was."""
    place, versions = results["machine"], results["versions"]
    sha = " with SHA instructions" if place["sha_instructions"] else ""
    load = "load %.1f before, %.1f after" % (results["load_before"], results["load_after"])
    if max(results["load_before"], results["load_after"]) > place["cores"]:
        load += ", more than the cores: trust the ratios, and repeat on a quiet machine"
    return "Commit %s; %d × %s%s, %d GiB, Linux %s, %s; %s; %s." % (
        results["commit"],
        place["cores"],
        place["processor"],
        sha,
        place["memory_gib"],
        place["kernel"].split("-")[0],
        place["system"],
        ", ".join(versions.values()),
        load,
    )


def markdown(results):
    """The line that says where, and the tables."""
    heads = ["job", "program", "wall", "processor time", "peak memory", "wall ÷ signet's", "processor ÷ signet's"]
    lines = [where(results), "", row(heads), row(["---"] * len(heads))]
    for job in results["jobs"]:
        lines += program_rows(job)
    targets = list(target_rows(results["jobs"]))
    if targets:
        lines += ["", row(["target", "bound", "measured", ""]), row(["---"] * 4)] + targets
    return "\n".join(lines)


def write(results, path):
    """The results to PATH, and the tables beside it with the suffix .md."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(results, out, indent=1, ensure_ascii=False)
        out.write("\n")
    with open(os.path.splitext(path)[0] + ".md", "w", encoding="utf-8") as out:
        out.write(markdown(results) + "\n")


def update_readme(path, results):
    """Replaces what stands between the markers of README."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before, begins, rest = text.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not begins or not ends:
        raise OSError("%s: expected the lines %s and %s" % (path, BEGIN.strip(), END))
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + markdown(results) + "\n" + END + after)

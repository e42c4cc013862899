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

PEERS = (
    ("OpenSSL", "openssl", "version"),
    ("minisign", "minisign", "-v"),
    ("b3sum", "b3sum", "--version"),
    ("coreutils", "sha256sum", "--version"),
    ("hashdeep", "hashdeep", "-V"),
    ("rhash", "rhash", "--version"),
    ("bsdtar", "bsdtar", "--version"),
    ("zstd", "zstd", "--version"),
    ("gzip", "gzip", "--version"),
    ("unzip", "unzip", "-v"),
    ("7zz", "7zz"),
    ("node", "node", "--version"),
)
OTHERS_MOST = 0.05  # of the processors, before a job is said to be disturbed
BEGIN, END = "<!-- bench:begin -->\n", "<!-- bench:end -->"


def find(job, label):
    return next(each for each in job["programs"] if each["label"] == label)


def time(job, label, measure):
    """The median of a program; for one entry, where programs of a job have different numbers of them."""
    found = find(job, label)
    return found[measure] / found.get("entries", 1)


# A target says which programs its figure is made of, and how, by a measure: wall_ms or cpu_ms; the
# wall decides.


def faster(one, peer, least):
    """A target: the program is at least so many times as fast as its peer."""
    label, other = one["label"], peer["label"]
    return {
        "text": "speed of %s ÷ that of %s" % (label, other),
        "labels": (label, other),
        "at_least": least,
        "figure": lambda job, measure: time(job, other, measure) / time(job, label, measure),
    }


def slower(one, peer, most):
    """A target: the program takes at most so many times as long as its peer, per entry."""
    label, other = one["label"], peer["label"]
    return {
        "text": "time of %s ÷ that of %s" % (label, other),
        "labels": (label, other),
        "at_most": most,
        "figure": lambda job, measure: time(job, label, measure) / time(job, other, measure),
    }


def rate(one, size, least):
    """A target: the program does at least so many MB of the SIZE bytes a second."""
    label = one["label"]
    return {
        "text": "MB a second of %s" % label,
        "labels": (label,),
        "at_least": least,
        "figure": lambda job, measure: size / time(job, label, measure) / 1000,
    }


def within(one, most):
    """A target: the program takes at most so many milliseconds."""
    label = one["label"]
    return {
        "text": "milliseconds of %s" % label,
        "labels": (label,),
        "at_most": most,
        "figure": lambda job, measure: time(job, label, measure),
    }


def beyond(one, bare, hashing, share, most):
    """A target: the program takes at most so many milliseconds more than a bare one and a SHARE of the
    time of one that hashes."""
    label, other, third = one["label"], bare["label"], hashing["label"]
    return {
        "text": "milliseconds of %s beyond %s and hashing" % (label, other),
        "labels": (label, other, third),
        "at_most": most,
        "figure": lambda job, measure: time(job, label, measure)
        - time(job, other, measure)
        - time(job, third, measure) * share,
    }


def often(one, least):
    """A target: the program does at least so many entries a second."""
    label = one["label"]
    return {
        "text": "entries a second of %s" % label,
        "labels": (label,),
        "at_least": least,
        "figure": lambda job, measure: 1000 / time(job, label, measure),
    }


def memory(one, meaning, size, most):
    """A target: the program never needs more memory than so many times SIZE, which has a MEANING."""
    label = one["label"]
    return {
        "text": "peak memory of %s ÷ %s" % (label, meaning),
        "labels": (label,),
        "at_most": most,
        "figure": lambda job, _: find(job, label)["peak_kib"] * 1024 / size,
    }


def judged(target, job):
    """A target with its figure, as it stands in the results."""
    summed = {name: target[name] for name in ("text", "at_least", "at_most") if name in target}
    absent = (name for label in target["labels"] for name in find(job, label)["absent"])
    summed["absent"] = list(dict.fromkeys(absent))
    if not summed["absent"]:
        found = target["figure"](job, "wall_ms")
        summed["figure"] = round(found, 3)
        summed["figure_cpu"] = round(target["figure"](job, "cpu_ms"), 3)
        summed["holds"] = target.get("at_least", found) <= found <= target.get("at_most", found)
    return summed


def program(command, job):
    """What was measured of a program, as it stands in the results."""
    summed = {"label": command["label"], "argv": command["argv"], "absent": command["absent"]}
    if command["absent"]:
        return summed
    runs = command["runs"]
    walls = [run["wall_us"] / 1000 for run in runs]
    summed["wall_ms"] = statistics.median(walls)
    summed["wall_ms_spread"] = [min(walls), max(walls)]
    summed["cpu_ms"] = statistics.median(run["cpu_us"] / 1000 for run in runs)
    summed["peak_kib"] = max(run["peak_kib"] for run in runs)
    entries = command.get("entries", job.get("entries"))
    if entries:
        summed["entries"] = entries
        summed["us_per_entry"] = round(summed["wall_ms"] * 1000 / entries, 2)
    elif job.get("bytes"):
        summed["mb_per_s"] = round(job["bytes"] / summed["wall_ms"] / 1000, 1)
    summed["runs"] = runs
    return summed


def sum_up(job):
    """What was measured of a job as it stands in the results."""
    programs = [program(command, job) for command in job["commands"]]
    summed = {
        "title": job["title"],
        "bytes": job.get("bytes"),
        "rounds": max(len(each.get("runs", ())) // each.get("turns", 1) for each in job["commands"]),
        "programs": programs,
    }
    summed["targets"] = [judged(target, summed) for target in job["targets"]]
    return summed


def first_line(*command):
    """The first line that a command prints which is not empty."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except FileNotFoundError:
        return "not installed"
    return next((line.strip() for line in done.stdout.splitlines() if line.strip()), "unknown")


def version(name, *argv):
    """NAME and the first word of what ARGV prints that is a version."""
    line = first_line(*argv)
    found = re.search(r"\d+(\.\d+)+\w*", line)
    return "%s %s" % (name, found.group() if found else line)


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
        "schema": "signet-bench/2",
        "commit": first_line("git", "-C", source, "describe", "--always", "--dirty"),
        "machine": machine(),
        "versions": [version("cc", compiler, "-dumpfullversion")] + [version(*peer) for peer in PEERS],
        "load_before": os.getloadavg()[0],
        "jobs": [],
    }


def end(results):
    results["load_after"] = os.getloadavg()[0]


def row(cells):
    return "| " + " | ".join(cells) + " |"


def span(value):
    """Milliseconds with three digits or more."""
    return "%.*f" % (2 if value < 10 else 1 if value < 100 else 0, value)


def measured_cells(each, first):
    """What the table says of a program, beside its name."""
    if each["absent"]:
        return ["not installed: " + ", ".join(each["absent"])] + ["–"] * 5
    speed = ""
    if "us_per_entry" in each:
        speed = " (%.2f µs an entry)" % each["us_per_entry"]
    elif "mb_per_s" in each:
        speed = " (%.0f MB/s)" % each["mb_per_s"]
    return [
        span(each["wall_ms"]) + " ms" + speed,
        " – ".join(span(value) for value in each["wall_ms_spread"]),
        span(each["cpu_ms"]) + " ms",
        "%.1f MiB" % (each["peak_kib"] / 1024),
        "%.2f" % (each["wall_ms"] / first["wall_ms"]),
        "%.2f" % (each["cpu_ms"] / first["cpu_ms"]),
    ]


def program_rows(job):
    title = "%s; rounds: %d" % (job["title"], job["rounds"])
    first = next((each for each in job["programs"] if not each["absent"]), None)
    for number, each in enumerate(job["programs"]):
        yield row([title if number == 0 else "", each["label"], *measured_cells(each, first)])


def target_rows(jobs):
    for job in jobs:
        for target in job["targets"]:
            bound = "≥ %g" % target["at_least"] if "at_least" in target else "≤ %g" % target["at_most"]
            found, verdict = "–", "not measured: no " + ", ".join(target["absent"])
            if not target["absent"]:
                found = "%.2f" % target["figure"]
                if target["figure"] != target["figure_cpu"]:
                    found += " (processor time: %.2f)" % target["figure_cpu"]
                verdict = "holds" if target["holds"] else "**does not hold**"
            yield row([job["title"] + ": " + target["text"], bound, found, verdict])


def where(results):
    """What was measured, where, and how busy the machine was."""
    place = results["machine"]
    sha = " with SHA instructions" if place["sha_instructions"] else ""
    load = "load %.1f before, %.1f after" % (results["load_before"], results["load_after"])
    busy = [
        "%s (%.0f %%)" % (job["name"], 100 * job["others"])
        for job in results["jobs"]
        if job["others"] > OTHERS_MOST or job["load"] > place["cores"]
    ]
    if busy:
        load += "; to be repeated, as others took part of the processors: " + ", ".join(busy)
    return "Commit %s; %d × %s%s, %d GiB, Linux %s, %s; %s; %s." % (
        results["commit"],
        place["cores"],
        place["processor"],
        sha,
        place["memory_gib"],
        place["kernel"].split("-")[0],
        place["system"],
        ", ".join(results["versions"]),
        load,
    )


def markdown(results):
    """The line that says where, and the tables."""
    heads = ["job", "program", "wall", "fastest – slowest, ms", "processor time", "peak memory"]
    heads += ["wall ÷ first's", "processor ÷ first's"]
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

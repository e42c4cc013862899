# SPDX-License-Identifier: Apache-2.0
#
# Judges the output of one test program, strictly: a plan, once, that the count of tests matches;
# numbers in order; nothing that is not TAP; exit status 0. Prints what failed, indented, and last a
# line "TALLY passed failed skipped"; exits 1 if any failed. Set with -v: rc (exit status), limit
# (seconds), must_run (1 makes a skip a failure). cmocka writes a skipped test as "not ok N # SKIP name".

function complain(text)
{
    print "    " text
    shown = 0
}

function broken(text)
{
    complain(text)
    failed++
    faults++
}

function skip(text)
{
    skipped++
    if (must_run) {
        broken("skipped, which this run forbids: " text)
        skipped--
    }
}

NR == 1 && /^TAP version 1[34]$/ {
    next
}

/^1\.\.[0-9]+/ {
    plans++
    plan = substr($1, 4) + 0
    if (plans == 1 && plan == 0 && /^1\.\.0 *# *[Ss][Kk][Ii][Pp]/) {
        skip($0)
        skipped_all = 1
    }
    after_failure = 0
    next
}

/^(not )?ok([ \t]|$)/ {
    ran++
    number = $0
    sub(/^(not )?ok[ \t]*/, "", number)
    if (number ~ /^[0-9]+([ \t]|$)/ && number + 0 != ran) {
        broken("test number out of order: " $0)
    }
    after_failure = 0
    if (/# *[Ss][Kk][Ii][Pp]/) {
        skip($0)
    } else if (/^not ok/) {
        complain($0)
        failed++
        not_ok++
        after_failure = 1
    } else {
        passed++
    }
    next
}

/^#/ {
    if (after_failure && shown++ < 25) {
        print "    " $0
    }
    next
}

/^Bail out!/ {
    broken($0)
    next
}

/^[ \t]*$/ || /^[ \t]/ {
    next
}

{
    broken("not TAP: " $0)
}

END {
    if (plans == 0) {
        broken("no plan was printed")
    } else if (plans > 1) {
        broken("more than one plan")
    } else if (plan != ran) {
        broken("planned " plan " tests, ran " ran + 0)
    } else if (plan == 0 && !skipped_all) {
        broken("no test in it")
    }
    if (rc == 124 || rc == 137) {
        broken("stopped after " limit " seconds")
    } else if (rc != 0 && not_ok + faults == 0) {
        broken("exit status " rc)
    }
    print "TALLY", passed + 0, failed + 0, skipped + 0
    exit failed > 0
}

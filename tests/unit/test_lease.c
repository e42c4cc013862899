/* SPDX-License-Identifier: Apache-2.0
 *
 * base/lease: who prevents a lease, who ends one, and where one is worth nothing. Expected answers
 * are those of fcntl(2), and of statfs(2) for the kinds of file systems.
 */
#include "scratch.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/statfs.h>

#include "base/lease.h"

static int open_in(const struct scratch *scratch, const char *name, int flags)
{
    int fd = openat(scratch->fd, name, flags | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

/* Whether a lease on the file is granted; it ends here. */
static bool granted(const struct scratch *scratch, const char *name)
{
    int fd = open_in(scratch, name, O_RDONLY);
    bool taken = signet_lease_take(fd);
    assert_int_equal(signet_lease_held(fd), taken);
    assert_int_equal(close(fd), 0);
    return taken;
}

static void whoever_can_write_prevents_a_lease(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "f", "x");
    assert_true(granted(&scratch, "f"));
    int writer = open_in(&scratch, "f", O_WRONLY);
    assert_false(granted(&scratch, "f"));
    assert_int_equal(close(writer), 0);
    int reader = open_in(&scratch, "f", O_RDONLY);
    assert_true(granted(&scratch, "f"));
    assert_int_equal(close(reader), 0);
    scratch_close(&scratch);
}

/* Its descriptor is closed, and what is stored through it changes no time a second time. */
static void so_does_a_mapping_that_can_be_stored_to(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "f", "x");
    int writer = open_in(&scratch, "f", O_RDWR);
    bool fits = signet_lease_fits(writer);
    char *shared = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, writer, 0);
    assert_true(shared != MAP_FAILED);
    assert_int_equal(close(writer), 0);
    if (fits) { /* on others it may be granted, which is why they do not fit */
        assert_false(granted(&scratch, "f"));
    }
    assert_int_equal(munmap(shared, 1), 0);
    int reader = open_in(&scratch, "f", O_RDONLY);
    char *copy = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, reader, 0);
    assert_true(copy != MAP_FAILED);
    copy[0] = 'y';
    assert_int_equal(close(reader), 0);
    assert_true(granted(&scratch, "f"));
    assert_int_equal(munmap(copy, 1), 0);
    scratch_close(&scratch);
}

/* The process is sent a signal then, which must not end it. */
static void whoever_waits_to_write_ends_it(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "f", "x");
    int fd = open_in(&scratch, "f", O_RDONLY);
    assert_false(signet_lease_held(fd));
    assert_true(signet_lease_take(fd));
    int reader = open_in(&scratch, "f", O_RDONLY);
    assert_int_equal(close(reader), 0);
    assert_true(signet_lease_held(fd));
    assert_int_equal(openat(scratch.fd, "f", O_WRONLY | O_NONBLOCK | O_CLOEXEC), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_false(signet_lease_held(fd));
    assert_int_equal(close(fd), 0);
    int writer = open_in(&scratch, "f", O_WRONLY | O_NONBLOCK);
    assert_int_equal(close(writer), 0);
    scratch_close(&scratch);
}

static void another_users_file_gets_none(void **state)
{
    (void)state;
    uid_t before = geteuid();
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(seteuid(before == 0 ? 65534 : before), 0);
    assert_false(signet_lease_take(fd));
    assert_int_equal(seteuid(before), 0);
    assert_int_equal(close(fd), 0);
}

static void check_kind(const char *path, bool fits)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(signet_lease_fits(fd), fits);
    assert_int_equal(close(fd), 0);
}

/* Types of statfs(2): ext2/3/4, XFS, Btrfs. */
static void few_file_systems_fit(void **state)
{
    (void)state;
    struct scratch scratch;
    struct statfs system;
    char path[512];
    scratch_open(&scratch);
    scratch_put(&scratch, "f", "x");
    assert_int_equal(statfs(scratch.path, &system), 0);
    check_kind(scratch_path(&scratch, "f", path), system.f_type == 0xEF53 ||
                                                      system.f_type == 0x58465342 ||
                                                      (uint32_t)system.f_type == 0x9123683E);
    check_kind("/proc/self/status", false);
    check_kind("/dev/null", false);
    assert_false(signet_lease_fits(-1));
    scratch_close(&scratch);
}

/* What is stored through a mapping that was read before changes no time there. */
static void tmpfs_does_not_fit(void **state)
{
    (void)state;
    char name[64];
    assert_true(snprintf(name, sizeof(name), "/signet-test-%ld", (long)getpid()) > 0);
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(shm_unlink(name), 0);
    assert_false(signet_lease_fits(fd));
    assert_true(signet_lease_is_firm(fd)); /* as long as the lease is there */
    assert_int_equal(close(fd), 0);
}

static void few_file_systems_are_firm(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "f", "x");
    int fd = open_in(&scratch, "f", O_RDONLY);
    assert_true(!signet_lease_fits(fd) || signet_lease_is_firm(fd));
    assert_int_equal(close(fd), 0);
    fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    assert_false(signet_lease_is_firm(fd));
    assert_int_equal(close(fd), 0);
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_false(signet_lease_is_firm(fd));
    assert_int_equal(close(fd), 0);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_can_write_prevents_a_lease),
        cmocka_unit_test(so_does_a_mapping_that_can_be_stored_to),
        cmocka_unit_test(whoever_waits_to_write_ends_it),
        cmocka_unit_test(another_users_file_gets_none),
        cmocka_unit_test(few_file_systems_fit),
        cmocka_unit_test(tmpfs_does_not_fit),
        cmocka_unit_test(few_file_systems_are_firm),
    };
    return CHECK_RUN(tests);
}

/* Makes the n-th change of a file below a folder fail, as a full disk does: preloaded into a process.

   ONRECORD_FAIL_BELOW names the folder; fail_at(n) arms it, and changes_seen() tells how many there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long seen, failing = -1;
static __thread int inside;

void fail_at(long n) { seen = 0; failing = n; }
long changes_seen(void) { return seen; }

static int below(const char *path) {
    const char *folder = getenv("ONRECORD_FAIL_BELOW");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_ours(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

/* From the n-th on all fail: a disk that is full stays full. */
static int fails(int ours) {
    if (failing < 0 || inside || !ours) return 0;
    if (++seen < failing) return 0;
    errno = ENOSPC;
    return 1;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define GUARDED(call) inside++; __typeof__(call) result = call; inside--; return result

ssize_t write(int fd, const void *b, size_t n) { REAL(write); if (fails(is_ours(fd))) return -1; GUARDED(real(fd, b, n)); }
ssize_t writev(int fd, const struct iovec *v, int n) { REAL(writev); if (fails(is_ours(fd))) return -1; GUARDED(real(fd, v, n)); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { REAL(pwrite); if (fails(is_ours(fd))) return -1; GUARDED(real(fd, b, n, o)); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { REAL(pwrite64); if (fails(is_ours(fd))) return -1; GUARDED(real(fd, b, n, o)); }
int fsync(int fd) { REAL(fsync); if (fails(is_ours(fd))) return -1; GUARDED(real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); if (fails(is_ours(fd))) return -1; GUARDED(real(fd)); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); if (fails(is_ours(fd))) return -1; GUARDED(real(fd, n)); }
int rename(const char *a, const char *b) { REAL(rename); if (fails(below(b))) return -1; GUARDED(real(a, b)); }
int mkdir(const char *p, mode_t m) { REAL(mkdir); if (fails(below(p))) return -1; GUARDED(real(p, m)); }
ssize_t sendfile64(int o, int i, off64_t *p, size_t n) { static ssize_t (*real)(int, int, off64_t *, size_t); if (!real) real = dlsym(RTLD_NEXT, "sendfile64"); if (fails(is_ours(o))) return -1; GUARDED(real(o, i, p, n)); }
ssize_t sendfile(int o, int i, off_t *p, size_t n) { static ssize_t (*real)(int, int, off_t *, size_t); if (!real) real = dlsym(RTLD_NEXT, "sendfile"); if (fails(is_ours(o))) return -1; GUARDED(real(o, i, p, n)); }

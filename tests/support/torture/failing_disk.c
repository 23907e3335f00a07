/* Lets the n-th call that changes a file of a folder fail: preloaded before the C library.

   cc -shared -fPIC -O1 -o failing_disk.so failing_disk.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[4096];
static long calls, fails_at, kind;
static int stays;

/* Count calls below `path`; let number `at` fail with errno `error`. Where `all` is not 0, count and
   fail only what needs more room, and number `at` with all behind it: a disk that is full. */
void failing_disk_arm(const char *path, long at, long error, int all) {
    strncpy(folder, path, sizeof folder - 1);
    calls = 0;
    fails_at = at;
    kind = error;
    stays = all;
}

long failing_disk_calls(void) { return calls; }

static int hits(const char *path, int grows) {
    if (!folder[0] || !path || (stays && !grows) || strncmp(path, folder, strlen(folder)))
        return 0;
    calls++;
    if (calls == fails_at || (stays && fails_at && calls > fails_at)) {
        errno = (int)kind;
        return 1;
    }
    return 0;
}

static int hits_file(int file, off_t end) {
    char link[64], path[4096];
    if (!folder[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    struct stat status;
    return hits(path, end > 0 && (fstat(file, &status) || end > status.st_size));
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *data, size_t size) {
    off_t at = folder[0] ? lseek(file, 0, SEEK_CUR) : 0;
    return hits_file(file, at + (off_t)size) ? -1 : REAL(write)(file, data, size);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    return hits_file(file, at + (off_t)size) ? -1 : REAL(pwrite)(file, data, size, at);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    return hits_file(file, at + (off_t)size) ? -1 : REAL(pwrite64)(file, data, size, at);
}
int fsync(int file) { return hits_file(file, 0) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return hits_file(file, 0) ? -1 : REAL(fdatasync)(file); }
int ftruncate(int file, off_t size) { return hits_file(file, 0) ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) {
    return hits_file(file, 0) ? -1 : REAL(ftruncate64)(file, size);
}
int unlink(const char *path) { return hits(path, 0) ? -1 : REAL(unlink)(path); }
int rename(const char *from, const char *to) {
    return hits(from, 0) || hits(to, 0) ? -1 : REAL(rename)(from, to);
}
int mkdir(const char *path, mode_t mode) {
    int (*real)(const char *, mode_t) = (int (*)(const char *, mode_t))dlsym(RTLD_NEXT, "mkdir");
    return hits(path, 1) ? -1 : real(path, mode);
}
static int open_real(const char *name, const char *path, int flags, mode_t mode) {
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
    return (flags & O_CREAT) && hits(path, access(path, F_OK)) ? -1 : real(path, flags, mode);
}
int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_real("open", path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_real("open64", path, flags, mode);
}

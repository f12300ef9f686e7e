#include "tests/crash/explorer.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/crash/recorder.h"
#include "tests/support/scratch.h"

#define REASON_DIED    (CRASH_REASONS_MAX - 1)
#define PATH_BYTES_MAX 1024

struct step {
    struct crash_record record;
    const uint8_t *bytes;
};

struct crash_trace {
    uint8_t *mapped;
    size_t mapped_size;
    struct step *steps;
    size_t steps_count;
    uint64_t file_size; /* the largest that the file became */
};

_Noreturn static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void path_in(char path[PATH_BYTES_MAX], const char *directory, const char *name)
{
    int size = snprintf(path, PATH_BYTES_MAX, "%s/%s", directory, name);
    if (size < 0 || size >= PATH_BYTES_MAX) die(name);
}

/* --- the record ------------------------------------------------------------------------------- */

static void run_recorded(const struct crash_workload *workload, const char *directory,
                         const char *trace, bool unflushed)
{
    char store[PATH_BYTES_MAX];
    path_in(store, directory, "store");
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        crash_record(trace, workload->file);
        _exit(workload->run(store, unflushed));
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child) die("fork");
    if (status == 0) return;
    fprintf(stderr, "%s: the workload ended with status %#x\n", workload->name, (unsigned)status);
    exit(2);
}

static void map_trace(struct crash_trace *trace, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) die(path);
    trace->mapped_size = (size_t)status.st_size;
    trace->mapped = mmap(NULL, trace->mapped_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (trace->mapped == MAP_FAILED) die(path);
    (void)close(fd);
}

static void parse_steps(struct crash_trace *trace)
{
    size_t room = 0;
    for (size_t at = 0; at < trace->mapped_size;) {
        if (trace->steps_count == room) {
            room = room * 2 + 1024;
            trace->steps = realloc(trace->steps, room * sizeof *trace->steps);
            if (trace->steps == NULL) die("memory");
        }
        struct step *step = &trace->steps[trace->steps_count++];
        memcpy(&step->record, trace->mapped + at, sizeof step->record);
        step->bytes = trace->mapped + at + sizeof step->record;
        at += sizeof step->record + step->record.size;
        uint64_t end = step->record.offset + step->record.size;
        if (step->record.size > 0 && end > trace->file_size) trace->file_size = end;
    }
}

struct crash_trace *crash_trace_of(const struct crash_workload *workload, bool unflushed)
{
    struct scratch scratch = scratch_make();
    char path[PATH_BYTES_MAX];
    path_in(path, scratch.path, "trace");
    struct crash_trace *trace = calloc(1, sizeof *trace);
    if (trace == NULL) die("memory");
    run_recorded(workload, scratch.path, path, unflushed);
    map_trace(trace, path);
    parse_steps(trace);
    scratch_remove(&scratch);
    return trace;
}

void crash_trace_free(struct crash_trace *trace)
{
    if (trace == NULL) return;
    (void)munmap(trace->mapped, trace->mapped_size);
    free(trace->steps);
    free(trace);
}

uint64_t crash_trace_marks(const struct crash_trace *trace)
{
    uint64_t marks = 0;
    for (size_t i = 0; i < trace->steps_count; i++)
        if (trace->steps[i].record.op == CRASH_MARK) marks++;
    return marks;
}

/* --- one state -------------------------------------------------------------------------------- */

static uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* A file as it may stand on the disk. Cuts come in ascending order, so that what was flushed is
 * carried along and only the rest is drawn anew for each state. */
struct image {
    uint8_t *flushed;
    uint8_t *bytes;
    uint64_t flushed_size, size;
    size_t flushed_steps; /* these are all in `flushed` */
};

static void apply(uint8_t *bytes, uint64_t *size, const struct step *step, size_t from,
                  size_t count)
{
    uint64_t at = step->record.offset + from;
    memcpy(bytes + at, step->bytes + from, count);
    if (at + count > *size) *size = at + count;
}

/* Each piece within one unit of the grain is kept or lost by itself. */
static void apply_some(struct image *image, const struct step *step, size_t grain, uint64_t keep,
                       uint64_t *seed)
{
    for (size_t from = 0; from < step->record.size;) {
        size_t count = grain - (size_t)((step->record.offset + from) % grain);
        if (count > step->record.size - from) count = step->record.size - from;
        if (draw(seed) % 100 < keep) apply(image->bytes, &image->size, step, from, count);
        from += count;
    }
}

static void carry_flushed(struct image *image, const struct crash_trace *trace, size_t cut,
                          bool flushes_ignored)
{
    size_t upto = image->flushed_steps;
    for (size_t i = upto; i < cut && !flushes_ignored; i++)
        if (trace->steps[i].record.op == CRASH_FLUSH) upto = i + 1;
    for (size_t i = image->flushed_steps; i < upto; i++)
        if (trace->steps[i].record.size > 0)
            apply(image->flushed, &image->flushed_size, &trace->steps[i], 0,
                  trace->steps[i].record.size);
    image->flushed_steps = upto;
}

/* Steps before `cut` have begun; all of them but the last have returned. */
static void build_image(struct image *image, const struct crash_trace *trace, size_t cut,
                        const struct crash_plan *plan, uint64_t *seed)
{
    static const uint64_t chances[] = {50, 10, 90, 0, 100};
    carry_flushed(image, trace, cut, plan->flushes_ignored);
    uint64_t keep = chances[draw(seed) % 5];
    memcpy(image->bytes, image->flushed, image->flushed_size);
    memset(image->bytes + image->flushed_size, 0, trace->file_size - image->flushed_size);
    image->size = image->flushed_size;
    for (size_t i = image->flushed_steps; i < cut; i++) {
        const struct step *step = &trace->steps[i];
        bool through = step->record.op == CRASH_THROUGH && i + 1 < cut && !plan->flushes_ignored;
        if (step->record.size == 0) continue;
        if (through)
            apply(image->bytes, &image->size, step, 0, step->record.size);
        else
            apply_some(image, step, plan->grain, keep, seed);
    }
}

static struct crash_acked acked_before(const struct crash_trace *trace, size_t cut)
{
    struct crash_acked acked = {0};
    for (size_t i = cut; i > 0 && !acked.any; i--) {
        if (trace->steps[i - 1].record.op != CRASH_MARK) continue;
        acked.any = true;
        acked.last = trace->steps[i - 1].record.offset;
    }
    return acked;
}

static void write_image(const struct image *image, const char *path)
{
    /* A file grows by whole pages, written or not. */
    off_t size = (off_t)((image->size + 4095) / 4096 * 4096);
    int fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 || pwrite(fd, image->bytes, image->size, 0) != (ssize_t)image->size) die(path);
    if (ftruncate(fd, size) != 0 || close(fd) != 0) die(path);
}

/* The directories that lead to the file must stand, nothing else. */
static void make_way(const char *directory, const char *file)
{
    char path[PATH_BYTES_MAX];
    if (mkdir(directory, 0700) != 0) die(directory);
    path_in(path, directory, file);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    if (strcmp(path, directory) != 0 && mkdir(path, 0700) != 0) die(path);
}

static int check_state(const struct crash_workload *workload, const struct scratch *below,
                       const struct image *image, const struct crash_acked *acked)
{
    struct scratch state;
    char path[PATH_BYTES_MAX];
    char directory[PATH_BYTES_MAX];
    (void)snprintf(state.path, sizeof state.path, "%.*s/state", SCRATCH_PATH_MAX - 8, below->path);
    path_in(directory, below->path, "state");
    make_way(directory, workload->file);
    path_in(path, directory, workload->file);
    write_image(image, path);
    int reason = workload->check(directory, acked);
    scratch_remove(&state);
    /* Before anything was acknowledged there may be no store yet. */
    return acked->any ? reason : 0;
}

/* --- all of them ------------------------------------------------------------------------------ */

static int compare_sizes(const void *a, const void *b)
{
    size_t left;
    size_t right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left > right) - (left < right);
}

static size_t *draw_cuts(const struct crash_trace *trace, const struct crash_plan *plan)
{
    uint64_t seed = plan->seed;
    size_t *cuts = calloc(plan->states, sizeof *cuts);
    if (cuts == NULL) die("memory");
    for (unsigned i = 0; i < plan->states; i++) cuts[i] = 1 + draw(&seed) % trace->steps_count;
    qsort(cuts, plan->states, sizeof *cuts, compare_sizes);
    return cuts;
}

/* What the child has found, where the parent sees it even when the child died of a state. */
struct progress {
    struct scratch scratch;
    unsigned next;
    struct crash_result result;
};

static void visit(const struct crash_workload *workload, const struct crash_trace *trace,
                  const struct crash_plan *plan, const size_t *cuts, struct progress *progress)
{
    struct image image = {.flushed = calloc(1, trace->file_size),
                          .bytes = calloc(1, trace->file_size)};
    if (image.flushed == NULL || image.bytes == NULL) die("memory");
    while (progress->next < plan->states) {
        unsigned i = progress->next;
        uint64_t seed = plan->seed + i * 0xd1342543de82ef95u;
        build_image(&image, trace, cuts[i], plan, &seed);
        struct crash_acked acked = acked_before(trace, cuts[i]);
        int reason = check_state(workload, &progress->scratch, &image, &acked);
        progress->result.reasons[reason < CRASH_REASONS_MAX ? reason : REASON_DIED]++;
        progress->result.acked_states += acked.any;
        progress->next++;
    }
}

/* cmocka catches them, and would go on in the child with the tests that are the parent's. */
static void die_of_signals(void)
{
    static const int signals[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)signal(signals[i], SIG_DFL);
}

/* In a child, since some states of the controls end the process: it then goes on with the next one
 * in a new child. */
struct crash_result crash_explore(const struct crash_workload *workload,
                                  const struct crash_trace *trace, const struct crash_plan *plan)
{
    struct progress *progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (progress == MAP_FAILED) die("memory");
    size_t *cuts = draw_cuts(trace, plan);
    while (progress->next < plan->states) {
        (void)fflush(stdout);
        progress->scratch = scratch_make_in_memory();
        pid_t child = fork();
        if (child == 0) {
            die_of_signals();
            visit(workload, trace, plan, cuts, progress);
            _exit(0);
        }
        int status;
        if (child < 0 || waitpid(child, &status, 0) != child) die("fork");
        scratch_remove(&progress->scratch);
        if (progress->next == plan->states) break;
        progress->result.reasons[REASON_DIED]++;
        progress->next++;
    }
    struct crash_result result = progress->result;
    result.states = plan->states;
    result.bad = plan->states - result.reasons[0];
    free(cuts);
    (void)munmap(progress, sizeof *progress);
    return result;
}

void crash_print(const struct crash_workload *workload, const struct crash_plan *plan,
                 const struct crash_result *result)
{
    printf("%s: seed %llu, grain %zu%s: %u states, %u of them with acknowledged work, %u bad\n",
           workload->name, (unsigned long long)plan->seed, plan->grain,
           plan->flushes_ignored ? ", flushes ignored" : "", result->states, result->acked_states,
           result->bad);
    for (int i = 1; i < CRASH_REASONS_MAX; i++)
        if (result->reasons[i] > 0)
            printf("    %6u  %s\n", result->reasons[i],
                   i == REASON_DIED ? "the process died of it" : workload->reason(i));
}

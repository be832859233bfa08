// vendor PORT: an AI vendor that says the same to everybody, as fast as a server can, so that the gateways in front of it
// are what is measured. It reads a request to its end and looks at nothing but its path:
//
//   /whole/...    an answer in one piece
//   /stream/...   the same as a stream of events, all at once
//   /slow/...     the stream with a quarter of a second between its events
//
// Where the path ends with `messages` it speaks as Anthropic does, else as OpenAI. One thread, HTTP/1.1, connections that
// stay open, bodies with a length or in chunks.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { WORDS = 32, MOST = 4096, LARGEST = 4 << 20, PAUSE_MS = 250 };

#define WORD " token"
#define EIGHT WORD WORD WORD WORD WORD WORD WORD WORD
#define TEXT EIGHT EIGHT EIGHT EIGHT

#define CHUNK(rest) "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1767225600,\"model\":\"bench\"," rest "}\n\n"
#define EVENT(type, rest) "event: " type "\ndata: {\"type\":\"" type "\"" rest "}\n\n"

static const char OPENAI_WHOLE[] =
    "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1767225600,\"model\":\"bench\",\"choices\":[{\"index\":0,"
    "\"message\":{\"role\":\"assistant\",\"content\":\"" TEXT "\"},\"finish_reason\":\"stop\"}],"
    "\"usage\":{\"prompt_tokens\":500,\"completion_tokens\":32,\"total_tokens\":532}}";
static const char OPENAI_FIRST[] =
    CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]");
static const char OPENAI_WORD[] = CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" WORD "\"},\"finish_reason\":null}]");
static const char OPENAI_LAST[] =
    CHUNK("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]")
    CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":500,\"completion_tokens\":32,\"total_tokens\":532}")
    "data: [DONE]\n\n";

static const char ANTHROPIC_WHOLE[] =
    "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":[{\"type\":\"text\",\"text\":\"" TEXT "\"}],"
    "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":500,\"output_tokens\":32}}";
static const char ANTHROPIC_FIRST[] =
    EVENT("message_start", ",\"message\":{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":[],"
                           "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":500,\"output_tokens\":1}}")
    EVENT("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
static const char ANTHROPIC_WORD[] = EVENT("content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" WORD "\"}");
static const char ANTHROPIC_LAST[] =
    EVENT("content_block_stop", ",\"index\":0")
    EVENT("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":32}")
    EVENT("message_stop", "");

struct dialect {
    const char *whole, *first, *word, *last;
    // with their heads
    char *answer, *stream;
    size_t answer_length, stream_length;
};

static struct dialect dialects[2] = {
    {.whole = OPENAI_WHOLE, .first = OPENAI_FIRST, .word = OPENAI_WORD, .last = OPENAI_LAST},
    {.whole = ANTHROPIC_WHOLE, .first = ANTHROPIC_FIRST, .word = ANTHROPIC_WORD, .last = ANTHROPIC_LAST},
};

struct connection {
    char *bytes;
    size_t length, room;
    // of a slow stream: whose, and how many of its events have been sent
    const struct dialect *slow;
    int sent;
};

static struct connection connections[MOST];
static int epoll;

static const char STREAM_HEAD[] = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void let_go(int fd) {
    close(fd);
    free(connections[fd].bytes);
    connections[fd] = (struct connection){0};
}

// What is sent is small: a connection that does not take it is not worth keeping.
static int send_all(int fd, const char *bytes, size_t length) {
    if (write(fd, bytes, length) == (ssize_t)length) return 1;
    let_go(fd);
    return 0;
}

static size_t chunk(char *into, const char *text) {
    return (size_t)sprintf(into, "%zx\r\n%s\r\n", strlen(text), text);
}

static void prepare(struct dialect *dialect) {
    dialect->answer = malloc(1 << 16);
    dialect->stream = malloc(1 << 16);
    if (!dialect->answer || !dialect->stream) die("malloc");
    dialect->answer_length = (size_t)sprintf(dialect->answer, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s",
                                             strlen(dialect->whole), dialect->whole);
    char *at = dialect->stream + sprintf(dialect->stream, "%s", STREAM_HEAD);
    at += chunk(at, dialect->first);
    for (int word = 0; word < WORDS; word++) at += chunk(at, dialect->word);
    at += chunk(at, dialect->last);
    at += sprintf(at, "0\r\n\r\n");
    dialect->stream_length = (size_t)(at - dialect->stream);
}

// The next event of a slow stream: the first, the words, the last with the end.
static void go_on(int fd) {
    struct connection *connection = &connections[fd];
    const struct dialect *dialect = connection->slow;
    char piece[8192];
    size_t length;
    if (connection->sent == 0) {
        length = (size_t)sprintf(piece, "%s", STREAM_HEAD);
        length += chunk(piece + length, dialect->first);
    } else if (connection->sent <= WORDS) {
        length = chunk(piece, dialect->word);
    } else {
        length = chunk(piece, dialect->last);
        length += (size_t)sprintf(piece + length, "0\r\n\r\n");
        connection->slow = NULL;
    }
    connection->sent++;
    send_all(fd, piece, length);
}

// The bytes of the first request, or 0 while it is not there as a whole.
static size_t whole_request(struct connection *connection) {
    char *end = memmem(connection->bytes, connection->length, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - connection->bytes) + 4;
    *end = 0;
    const char *length = strcasestr(connection->bytes, "\ncontent-length:");
    const char *chunked = strcasestr(connection->bytes, "\ntransfer-encoding: chunked");
    *end = '\r';
    if (chunked) {
        char *last = memmem(connection->bytes + head - 2, connection->length - head + 2, "\r\n0\r\n\r\n", 7);
        return last ? (size_t)(last - connection->bytes) + 7 : 0;
    }
    size_t whole = head + (length ? strtoul(length + 16, NULL, 10) : 0);
    return connection->length >= whole ? whole : 0;
}

static void answer(int fd) {
    struct connection *connection = &connections[fd];
    char *path = memchr(connection->bytes, ' ', connection->length);
    char *line = memchr(connection->bytes, '\r', connection->length);
    const char *messages = path && line ? memmem(path, (size_t)(line - path), "/messages", 9) : NULL;
    const struct dialect *dialect = &dialects[messages ? 1 : 0];
    if (path && strncmp(path, " /slow/", 7) == 0) {
        connection->slow = dialect;
        connection->sent = 0;
        go_on(fd);
    } else if (path && strncmp(path, " /stream/", 9) == 0) {
        send_all(fd, dialect->stream, dialect->stream_length);
    } else {
        send_all(fd, dialect->answer, dialect->answer_length);
    }
}

static void read_more(int fd) {
    struct connection *connection = &connections[fd];
    if (connection->room - connection->length < 1 << 16) {
        connection->room = connection->room ? connection->room * 2 : 1 << 17;
        connection->bytes = connection->room <= LARGEST ? realloc(connection->bytes, connection->room) : NULL;
        if (!connection->bytes) die("a request that is too large");
    }
    ssize_t got = read(fd, connection->bytes + connection->length, connection->room - connection->length);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) let_go(fd);
        return;
    }
    connection->length += (size_t)got;
    size_t whole = whole_request(connection);
    if (!whole) return;
    answer(fd);
    // the answer may have ended the connection; nobody sends the next request before it, so nothing stands behind
    if (connection->bytes) connection->length = 0;
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

static void take(int listener) {
    int on = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (fd >= MOST) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fd);
}

int main(int count, char **arguments) {
    if (count != 2) return fprintf(stderr, "usage: vendor PORT\n"), 2;
    for (int at = 0; at < 2; at++) prepare(&dialects[at]);
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) die("listen");
    struct itimerspec pause = {{0, PAUSE_MS * 1000000L}, {0, PAUSE_MS * 1000000L}};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (timer < 0 || epoll < 0 || timerfd_settime(timer, 0, &pause, NULL)) die("timer");
    watch(listener);
    watch(timer);
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, -1);
        if (ready < 0 && errno != EINTR) die("epoll_wait");
        for (int at = 0; at < ready; at++) {
            int fd = events[at].data.fd;
            if (fd == listener) {
                take(listener);
            } else if (fd == timer) {
                unsigned long long ticks;
                if (read(timer, &ticks, sizeof ticks) < 0) continue;
                for (int slow = 0; slow < MOST; slow++)
                    if (connections[slow].slow) go_on(slow);
            } else {
                read_more(fd);
            }
        }
    }
}

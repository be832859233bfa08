"""Serves httpbin on a free loopback port and says where, on one line."""

from httpbin import app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Keeps connections open, as backends do, and logs no requests."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_):
        pass


server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
print(f"httpbin ready http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()

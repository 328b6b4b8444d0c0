"""A threaded keep-alive HTTP server on loopback that dies with its parent."""

import ctypes
import http.server
import os
import re
import signal
import socket
import ssl
import sys
import threading

PR_SET_PDEATHSIG = 1


def die_with_parent():
	parent = os.getppid()
	ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
	if os.getppid() != parent:
		sys.exit(0)


class Handler(http.server.BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.1"
	disable_nagle_algorithm = True
	log = None
	lock = threading.Lock()

	def log_message(self, *_):
		pass

	def log_request(self, code="-", size="-"):
		"""One line a request: METHOD PATH STATUS [RANGE]."""
		line = " ".join(filter(None, (self.command, self.path, str(int(code)),
			self.headers.get("Range"))))
		with self.lock:
			print(line, file=self.log, flush=True)

	def send_empty(self, status, **headers):
		self.send_response(status)
		for name, value in headers.items():
			self.send_header(name.replace("_", "-"), value)
		self.send_header("Content-Length", "0")
		self.end_headers()

	def wanted_range(self, size):
		"""The first byte and the byte after the last, None if out of range."""
		match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
		if not match or not any(match.groups()):
			return 0, size
		first, last = match.groups()
		if not first:
			return max(0, size - int(last)), size
		end = min(int(last) + 1, size) if last else size
		return (int(first), end) if int(first) < end else None

	def send_file(self, stream, **headers):
		"""Sends the file, or the part of it that was asked for."""
		size = os.fstat(stream.fileno()).st_size
		part = self.wanted_range(size)
		if part is None:
			return self.send_empty(416, Content_Range=f"bytes */{size}")
		start, end = part
		partial = end - start < size
		self.send_response(206 if partial else 200)
		if partial:
			headers["Content_Range"] = f"bytes {start}-{end - 1}/{size}"
		for name, value in headers.items():
			self.send_header(name.replace("_", "-"), value)
		self.send_header("Accept-Ranges", "bytes")
		self.send_header("Content-Length", str(end - start))
		self.end_headers()
		if self.command == "GET" and end > start:
			self.send_body(stream, start, end)

	def send_body(self, stream, start, end):
		self.connection.sendfile(stream, start, end - start)

	def close(self):
		self.close_connection = True
		try:
			self.connection.shutdown(socket.SHUT_RDWR)
		except OSError:
			pass


class Server(http.server.ThreadingHTTPServer):
	daemon_threads = True
	request_queue_size = 128

	def handle_error(self, *_):
		if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
			super().handle_error(*_)


def tls_context(certificate, client_ca):
	"""For https, by a PEM file with certificate and key; clients must show a
	certificate of client_ca if there is one."""
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.load_cert_chain(certificate)
	if client_ca:
		context.load_verify_locations(client_ca)
		context.verify_mode = ssl.CERT_REQUIRED
	return context


def serve(handler, port_file, log, tls=None, address="127.0.0.1"):
	"""Serves until SIGTERM or the parent's end; PORT_FILE appears when ready."""
	die_with_parent()
	handler.log = open(log, "a")
	server = Server((address, 0), handler)
	if tls:
		server.socket = tls.wrap_socket(server.socket, server_side=True,
			do_handshake_on_connect=False)
	signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
	with open(port_file + ".new", "w") as out:
		print(server.server_port, file=out)
	os.rename(port_file + ".new", port_file)
	server.serve_forever()

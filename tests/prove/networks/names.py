"""A name server with one name, for tests: answers after so many seconds, never, or that there is no such name.

usage: names.py ADDRESS SECONDS|never|unknown
"""

import socket
import sys
import threading

NOT_THERE = 3


def reply(query, address):
    """RFC 1035: the question again, and the address for a question of type A."""
    name_end = query.index(b"\0", 12) + 5
    question, kind = query[12:name_end], query[name_end - 4:name_end - 2]
    is_a = address is not None and kind == b"\0\x01"
    flags = b"\x85\x80" if address else bytes([0x85, 0x80 | NOT_THERE])
    head = query[:2] + flags + b"\0\x01" + bytes([0, is_a]) + b"\0\0\0\0"
    answer = b"\xc0\x0c\0\x01\0\x01\0\0\0\x05\0\x04" + socket.inet_aton(address) if is_a else b""
    return head + question + answer


def main():
    address, manner = sys.argv[1:]
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    print("ready", flush=True)
    while True:
        query, asker = server.recvfrom(512)
        if manner == "never":
            continue
        known = None if manner == "unknown" else address
        seconds = 0 if manner == "unknown" else float(manner)
        threading.Timer(seconds, server.sendto, (reply(query, known), asker)).start()


if __name__ == "__main__":
    main()

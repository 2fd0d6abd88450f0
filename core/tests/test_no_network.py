import socket
import urllib.request
from pathlib import Path

import pytest

from core.tests.no_network import NetworkRefused


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "8.8.8.8"])
def test_another_computer_is_refused(address: str) -> None:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        with pytest.raises(NetworkRefused, match=address):
            tcp.connect((address, 80))
        with pytest.raises(NetworkRefused, match=address):
            tcp.connect_ex((address, 80))
        with pytest.raises(NetworkRefused, match=address):
            udp.sendto(b"x", (address, 53))


def test_name_of_another_computer_is_not_looked_up() -> None:
    with pytest.raises(NetworkRefused, match=r"example\.org"):
        urllib.request.urlopen("http://example.org/", timeout=1)


def test_this_computer_is_reached_by_address_name_and_unix_socket(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        socket.create_connection(("localhost", port), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))

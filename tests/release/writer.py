"""Someone who writes to the database without a pause, and remembers what was answered for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

TABLE = "CREATE TABLE visit (id INTEGER PRIMARY KEY)"


class Writer(threading.Thread):
    """Not through the site, which closes: as another program would."""

    def __init__(self, url: str, pause: float) -> None:
        super().__init__(daemon=True)
        arguments = {"timeout": 30} if make_url(url).get_backend_name() == "sqlite" else {}
        self.engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
        self.pause = pause
        self.answered: list[int] = []
        self.refused = 0
        self.done = threading.Event()
        with self.engine.begin() as connection:
            connection.exec_driver_sql(TABLE)

    def run(self) -> None:
        number = 0
        while not self.done.wait(self.pause):
            number += 1
            try:
                with self.engine.begin() as connection:
                    connection.exec_driver_sql(f"INSERT INTO visit VALUES ({number})")
            except DBAPIError:  # the connection was ended, or the database is in use
                self.refused += 1
            else:
                self.answered.append(number)


@contextmanager
def writing(url: str, pause: float = 0) -> Iterator[Writer]:
    writer = Writer(url, pause)
    writer.start()
    while len(writer.answered) < 20:
        assert writer.is_alive()
    try:
        yield writer
    finally:
        writer.done.set()
        writer.join(60)
        writer.engine.dispose()

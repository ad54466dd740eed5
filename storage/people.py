"""Who is enrolled, remembered between transactions as long as nobody can have changed it.

Every line typed asks for everybody at the site: read anew each time, that is a third of what a turn
costs the store.
"""

from bot.conversations.types import Person
from storage import mapper
from storage.prepared import Session


class Enrolled:
    """People as they were last read from a SQLite file by its one owner connection. What that
    connection changes or takes back empties it; that another process wrote is told by SQLite's
    ``data_version``. A server's rows may change at any time: there it stays empty."""

    def __init__(self) -> None:
        self.sites: dict[str, tuple[Person, ...]] = {}
        self.persons: dict[str, Person | None] = {}
        self._version = -1

    def forget(self) -> None:
        """Everything is to be read anew."""
        self.sites.clear()
        self.persons.clear()

    def check(self, session: Session) -> None:
        """At the first look of a transaction: whether another process has written meanwhile."""
        if session.dialect == "sqlite":
            version = session.version()
            if version == self._version:
                return
            self._version = version
        self.forget()


class People:
    """The people of one transaction."""

    def __init__(self, session: Session, enrolled: Enrolled) -> None:
        self._session = session
        self._enrolled = enrolled
        self._checked = False

    def of(self, site: str) -> tuple[Person, ...]:
        """Everybody active at the site."""
        known = self._known().sites
        if site not in known:
            rows = self._session.rows("people", site=site)
            known[site] = tuple(map(mapper.person_of, rows))
        return known[site]

    def one(self, person_id: str) -> Person | None:
        """Somebody enrolled, active or not."""
        known = self._known().persons
        if person_id not in known:
            row = self._session.row("person", id=person_id)
            known[person_id] = mapper.person_of(row) if row else None
        return known[person_id]

    def everybody(self) -> list[Person]:
        """Everybody enrolled, active or not, at any site."""
        return [mapper.person_of(row) for row in self._session.rows("people_all")]

    def at(self, channel: str, chat: str) -> Person | None:
        """Who is reached in that chat; somebody active before somebody who left."""
        row = self._session.row("person_at", channel=channel, chat=chat)
        return mapper.person_of(row) if row else None

    def save(self, person: Person) -> None:
        """Enrols somebody, or changes what is known of them."""
        self._session.put("person_save", mapper.person_row(person))
        self._enrolled.forget()

    def _known(self) -> Enrolled:
        if not self._checked:
            self._enrolled.check(self._session)
            self._checked = True
        return self._enrolled

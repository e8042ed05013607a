"""Tables of published reports: what each is, and its files; neither ever changes."""

from sqlmodel import Field, SQLModel

from data.tables import table_of


class ReportRow(SQLModel, table=True):
    """An edition of a quarter's report; the ledger holds the hashes of its files."""

    __tablename__ = "report"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq", index=True)
    quarter: str = Field(index=True)
    edition: int
    entries: int  # of the ledger that it was built from
    hash: str  # of the newest of them
    published_at: float
    body: str  # headline, title and languages


class ReportFileRow(SQLModel, table=True):
    """A file of a report, byte for byte as it was published."""

    __tablename__ = "report_file"

    report: str = Field(primary_key=True, foreign_key="report.id")
    name: str = Field(primary_key=True)
    sha256: str = Field(index=True)
    body: bytes


REPORTS = table_of(ReportRow)
REPORT_FILES = table_of(ReportFileRow)

"""Every table that can be exported, by name."""

from data.exports.bank_tables import BANK_TABLES
from data.exports.columns import ExportTable
from data.exports.evidence_tables import EVIDENCE_TABLES
from data.exports.forecast_tables import FORECAST_TABLES
from data.exports.ledger_tables import LEDGER_TABLES
from data.exports.question_tables import QUESTION_TABLES

EXPORTS: dict[str, ExportTable] = {
    table.name: table
    for table in (
        *BANK_TABLES,
        *QUESTION_TABLES,
        *EVIDENCE_TABLES,
        *FORECAST_TABLES,
        *LEDGER_TABLES,
    )
}

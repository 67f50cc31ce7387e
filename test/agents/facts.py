"""Prints the table of facts: in which attribute of which span a library tells each thing that the programs planted."""

import json
import re

PLANTED = {
    "agent": ["desk-agent", "desk_agent", "Desk Agent"],
    "other agent": ["triage-agent", "triage_agent"],
    "tool": ["search_tickets", "send_payment"],
    "target": ["acct-7", "till-99"],
    "model": ["stand-in-1"],
    "run": ["conv-42"],
    "user": ["ada@example.com"],
    "version": ["3.1.0"],
    "failure": ["refunds are not allowed", "PermissionError"],
}
# So many places of one thing are told; the rest is counted.
PLACES = 6


def plain(value):
    for kind in ("stringValue", "intValue", "boolValue", "doubleValue"):
        if kind in value:
            return value[kind]
    if "arrayValue" in value:
        return [plain(one) for one in value["arrayValue"].get("values", [])]
    if "kvlistValue" in value:
        return {one["key"]: plain(one["value"]) for one in value["kvlistValue"].get("values", [])}
    return None


def attributes_of(pairs):
    return {pair["key"]: plain(pair.get("value", {})) for pair in pairs or []}


def generic(text):
    """A name without what differs from call to call."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}", "ID", text)
    return re.sub(r"\.\d+\b", ".N", text)


def records_in(file):
    """Spans and log records as (name, attributes, resource, scope)."""
    for line in open(file, encoding="utf-8"):
        export = json.loads(line)
        for group in export.get("resourceSpans", []) + export.get("resourceLogs", []):
            resource = attributes_of(group.get("resource", {}).get("attributes"))
            for scope in group.get("scopeSpans", []) + group.get("scopeLogs", []):
                scope_name = scope.get("scope", {}).get("name", "-")
                for span in scope.get("spans", []):
                    told = attributes_of(span.get("attributes"))
                    for event in span.get("events", []):
                        told.update({f"event {event.get('name')}: {key}": value for key, value in attributes_of(event.get("attributes")).items()})
                    told["status"] = (span.get("status") or {}).get("message", "")
                    yield span.get("name", ""), told, resource, scope_name
                for record in scope.get("logRecords", []):
                    told = attributes_of(record.get("attributes"))
                    body = plain(record.get("body", {}))
                    name = record.get("eventName") or told.get("event.name") or (body if isinstance(body, str) else "record")
                    yield f"log {name}", told, resource, scope_name


def places(file):
    found = {thing: {} for thing in PLANTED}
    scopes = set()
    for name, told, resource, scope in records_in(file):
        scopes.add(scope)
        places_of = [("span name", name), *told.items(), *((f"resource {key}", value) for key, value in resource.items())]
        for thing, values in PLANTED.items():
            for key, value in places_of:
                text = value if isinstance(value, str) else json.dumps(value)
                match = next((one for one in values if one in text), None)
                if match is None:
                    continue
                exact = "" if text == match else " (in a text)"
                place = generic(key) + exact if key.startswith("resource ") else f"{generic(name)[:60]}: {generic(key)}{exact}"
                found[thing][place] = found[thing].get(place, 0) + 1
    return sorted(scopes), found


def table(files):
    lines = []
    for name, file in files.items():
        lines.append(f"## {name}")
        if not file.exists():
            lines.append("exported nothing\n")
            continue
        scopes, found = places(file)
        lines.append(f"scopes: {', '.join(scopes)}")
        for thing, where in found.items():
            # An attribute that is the value says more than a text that holds it.
            order = sorted(where, key=lambda place: (place.endswith("(in a text)"), -where[place], place))
            more = f"; and {len(order) - PLACES} more" if len(order) > PLACES else ""
            lines.append(f"- {thing}: {'; '.join(order[:PLACES]) or 'nowhere'}{more}")
        lines.append("")
    return "\n".join(lines)

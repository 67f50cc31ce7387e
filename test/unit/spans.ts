/** Spans of a made-up trace, and the export that holds them, as an SDK sends them. */

type Plain = Readonly<Record<string, unknown>>;

/** A span of trace `t`; `above` is the id of its parent, all else replaces what stands there. */
export function span(id: string, name: string, attributes: Plain, more: { above?: string } & Plain = {}): Plain {
  const { above, ...change } = more;
  return {
    traceId: 't',
    spanId: id,
    ...(above !== undefined && { parentSpanId: above }),
    name,
    kind: 1,
    startTimeUnixNano: '1772360130000000000',
    attributes,
    ...change,
  };
}

/** One export of one service. */
export function spansOf(service: string, spans: readonly Plain[], resource: Plain = {}): Plain {
  return {
    resourceSpans: [
      { resource: { attributes: { 'service.name': service, ...resource } }, scopeSpans: [{ spans: [...spans] }] },
    ],
  };
}

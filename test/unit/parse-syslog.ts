/** A strict reader of RFC 5424 messages and of octet-counted frames (RFC 6587, section 3.4.1). */

/** Splits a stream into messages; throws at a bad count or a part of a frame. */
export function parseFrames(bytes: Buffer): string[] {
  const messages: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const count = bytes.toString('latin1', at, space);
    if (space < 0 || !/^[1-9]\d{0,9}$/.test(count)) throw new Error('bad octet count');
    const end = space + 1 + Number(count);
    if (end > bytes.length) throw new Error('frame cut short');
    messages.push(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(space + 1, end)));
    at = end;
  }
  return messages;
}

export interface SyslogMessage {
  readonly facility: number;
  readonly severity: number;
  readonly timestamp: string;
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  readonly msgId: string;
  readonly message: string;
}

const GRAMMAR =
  /^<(0|[1-9]\d{0,2})>1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) -(?: ([\s\S]*))?$/;

/** Reads one message without structured data. */
export function parseSyslog(text: string): SyslogMessage {
  const match = GRAMMAR.exec(text);
  if (match === null) throw new Error('not an RFC 5424 message');
  const [, priority, timestamp = '', hostname = '', appName = '', procId = '', msgId = '', message = ''] = match;
  if (Number(priority) > 191) throw new Error('priority out of range');
  return {
    facility: Number(priority) >> 3,
    severity: Number(priority) & 7,
    timestamp,
    hostname,
    appName,
    procId,
    msgId,
    message,
  };
}

/** Reads what the KMIP engine of Vault logs of a request: the operations in it, how each ended, and on which key. */
import type { Access, Activity } from '../../../schemas/activity.ts';
import { listAt, objectAt, textAt } from '../../ingest/format.ts';

// Source: OASIS Key Management Interoperability Protocol 1.4, sections 9.1.3.2.27 (Operation), .28 (Result Status) and .29 (Result Reason).

type Fields = Readonly<Record<string, unknown>>;

/** What one operation of a request comes to. */
export interface KmipItem {
  readonly action: Activity['action'];
  readonly outcome: Activity['outcome'] | undefined;
  readonly errorCode?: string;
  readonly key?: string;
}

/** Operations in the order of their codes, from 1. */
const OPERATIONS =
  'Create CreateKeyPair Register ReKey DeriveKey Certify ReCertify Locate Check Get GetAttributes GetAttributeList AddAttribute ModifyAttribute DeleteAttribute ObtainLease GetUsageAllocation Activate Revoke Destroy Archive Recover Validate Query Cancel Poll Notify Put ReKeyKeyPair DiscoverVersions Encrypt Decrypt Sign SignatureVerify MAC MACVerify RNGRetrieve RNGSeed Hash CreateSplitKey JoinSplitKey Import Export'.split(
    ' ',
  );
const READS = /^(?:Locate|Check|Get(?:Attributes|AttributeList)?|Validate|Query|Poll|DiscoverVersions|Export)$/;
/** A key is used, and stays where it is. */
const USES =
  /^(?:Encrypt|Decrypt|Sign|SignatureVerify|MAC|MACVerify|RNG.*|Hash|DeriveKey|ObtainLease|GetUsageAllocation|Cancel|Notify)$/;

const FAILED = 1;
const UNDONE = 3;
const REASONS: Readonly<Record<number, string>> = {
  1: 'ItemNotFound',
  3: 'AuthenticationNotSuccessful',
  5: 'OperationNotSupported',
  10: 'CryptographicFailure',
  11: 'IllegalOperation',
  12: 'PermissionDenied',
};
const DENIED = new Set([3, 12]);
/** Operations read of one request; those of a real one are few. */
const ITEMS_MAX = 64;

/** What stands under a tag among the parts of a message. */
const under = (parts: unknown, tag: string): unknown =>
  listAt(parts).find((part) => objectAt(part)?.tag === tag) as unknown;
const contentOf = (part: unknown): unknown => objectAt(part)?.value;
/** `0x0000000a` as a number. */
const codeOf = (part: unknown): number | undefined => {
  const text = textAt(contentOf(part));
  return text !== undefined && /^0x[0-9a-f]{1,8}$/i.test(text) ? Number(text) : undefined;
};

const itemsOf = (message: unknown): readonly unknown[] =>
  listAt(contentOf(message))
    .filter((part) => objectAt(part)?.tag === 'BatchItem')
    .slice(0, ITEMS_MAX)
    .map(contentOf);

function accessOf(name: string): Access {
  if (READS.test(name)) return 'read';
  return USES.test(name) ? 'execute' : 'write';
}

/** The operations of a request, each beside its answer; none where the log holds no more than that there was one. */
export function kmipItems(request: Fields, response: Fields | undefined): KmipItem[] {
  const answers = itemsOf(objectAt(response?.data)?.kmip_response);
  return itemsOf(objectAt(request.data)?.kmip_request).map((item, n): KmipItem => {
    const code = codeOf(under(item, 'Operation'));
    const name = code === undefined ? 'request' : (OPERATIONS[code - 1] ?? `${code}`);
    const answer = answers[n];
    const status = codeOf(under(answer, 'ResultStatus'));
    const reason = codeOf(under(answer, 'ResultReason'));
    const hasFailed = status === FAILED || status === UNDONE;
    const payloads = [under(item, 'RequestPayload'), under(answer, 'ResponsePayload')];
    const key = payloads
      .map((one) => textAt(contentOf(under(contentOf(one), 'UniqueIdentifier'))))
      .find((id) => id !== undefined);
    return {
      action: { name: `kmip:${name}`, service: 'kmip', access: name === 'request' ? 'unknown' : accessOf(name) },
      outcome:
        status === undefined ? undefined : !hasFailed ? 'success' : DENIED.has(reason ?? 0) ? 'denied' : 'failed',
      ...(hasFailed && reason !== undefined && { errorCode: REASONS[reason] ?? `0x${reason.toString(16)}` }),
      ...(key !== undefined && { key }),
    };
  });
}

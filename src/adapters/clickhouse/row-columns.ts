/** How everything but activities lies in its table. */
import type { Alert } from '../../../schemas/alert.ts';
import type { Contribution, LocatedDecision, LocatedRecord, MemoryRow } from '../../core/engine-contract.ts';
import type { Delivery, Settlement } from '../../ports/delivery.ts';
import type { DeadLetter, Reached, Turn } from '../../ports/store.ts';
import { blob, type Column, flag, instant, itself, number, text, word, words } from './native.ts';

/** A contribution with its place in its turn, so that a repeated turn writes the same row. */
export interface PlacedContribution {
  readonly contribution: Contribution;
  readonly turn: string;
  readonly ordinal: number;
}

export const contributionColumns: readonly Column<PlacedContribution>[] = [
  number('hour', 'Int32', (row) => row.contribution.hour),
  number('told', 'Int32', (row) => row.contribution.told ?? row.contribution.hour),
  word('tenant', (row) => row.contribution.tenant),
  word('peers', (row) => row.contribution.peers),
  word('dimension', (row) => row.contribution.dimension),
  number('value', 'UInt32', (row) => row.contribution.value),
  number('identity', 'UInt32', (row) => row.contribution.identity),
  number('amount', 'Float64', (row) => row.contribution.amount),
  word('turn', (row) => row.turn),
  number('ordinal', 'UInt32', (row) => row.ordinal),
];

export function reachedColumns(topic: string): readonly Column<Reached>[] {
  return [
    word('topic', () => topic),
    number('partition', 'UInt32', (row) => row.partition),
    number('offset', 'Int64', (row) => row.offset),
    number('hour', 'Int32', (row) => row.hour),
  ];
}

export function inventoryColumns({ topic, partition }: Turn['span']): readonly Column<LocatedRecord>[] {
  return [
    word('topic', () => topic),
    number('partition', 'UInt32', () => partition),
    number('offset', 'Int64', ({ offset }) => offset),
    word('tenant', ({ record }) => record.tenant),
    text('identity_id', ({ record }) => record.identity),
    text('record', ({ record }) => JSON.stringify(record)),
  ];
}

export function decidedColumns({ topic, partition }: Turn['span']): readonly Column<LocatedDecision>[] {
  return [
    word('topic', () => topic),
    number('partition', 'UInt32', () => partition),
    number('offset', 'Int64', ({ offset }) => offset),
    word('tenant', ({ decided }) => decided.tenant),
    text('alert_id', ({ decided }) => decided.alertId),
    text('decided', ({ decided }) => JSON.stringify(decided)),
  ];
}

/** One row of `decision`: an alert version, something observed, or a delivery; which decides where it ends up. */
export type Decision =
  | { readonly row: 'alert' | 'observe'; readonly alert: Alert }
  | { readonly row: 'delivery'; readonly delivery: Delivery };

const EPOCH = '1970-01-01T00:00:00.000Z';
const alertOf = (row: Decision) => (row.row === 'delivery' ? undefined : row.alert);
const deliveryOf = (row: Decision) => (row.row === 'delivery' ? row.delivery : undefined);

export const decisionColumns: readonly Column<Decision>[] = [
  word('row', (row) => row.row),
  word('tenant', (row) => (row.row === 'delivery' ? row.delivery.tenant : row.alert.tenant)),
  text('id', (row) => (row.row === 'delivery' ? row.delivery.id : row.alert.id)),
  number('version', 'UInt32', (row) => (row.row === 'delivery' ? row.delivery.alertVersion : row.alert.version)),
  word('status', (row) => alertOf(row)?.status),
  text('identity_id', (row) => alertOf(row)?.identity.id),
  word('identity_kind', (row) => alertOf(row)?.identity.kind),
  words('kinds', (row) => alertOf(row)?.kinds, itself),
  words('detectors', (row) => alertOf(row)?.detectors, itself),
  word('severity', (row) => alertOf(row)?.severity),
  number('score', 'Float64', (row) => alertOf(row)?.score ?? 0),
  number('p', 'Float64', (row) => alertOf(row)?.p ?? 0),
  text('title', (row) => alertOf(row)?.title),
  word('owner', (row) => alertOf(row)?.owner),
  word('incident', (row) => alertOf(row)?.incident),
  instant('first_at', (row) => alertOf(row)?.firstAt ?? EPOCH),
  instant('last_at', (row) => alertOf(row)?.lastAt ?? EPOCH),
  instant('raised_at', (row) => alertOf(row)?.raisedAt ?? deliveryOf(row)?.createdAt ?? EPOCH),
  text('body', (row) => (row.row === 'delivery' ? row.delivery.body : JSON.stringify(row.alert))),
  word('sink', (row) => deliveryOf(row)?.sink),
  text('alert_id', (row) => deliveryOf(row)?.alertId),
  number('partition', 'UInt32', (row) => deliveryOf(row)?.partition ?? 0),
];

/** Grows with every attempt; of two outcomes of one attempt the final one wins. */
const RANK = { pending: 1, refused: 2, delivered: 3 } as const;

export const settlementColumns: readonly Column<Settlement>[] = [
  text('id', (row) => row.delivery.id),
  word('tenant', (row) => row.delivery.tenant),
  word('sink', (row) => row.delivery.sink),
  text('alert_id', (row) => row.delivery.alertId),
  number('alert_version', 'UInt32', (row) => row.delivery.alertVersion),
  number('partition', 'UInt32', (row) => row.delivery.partition),
  text('body', (row) => row.delivery.body),
  instant('created_at', (row) => row.delivery.createdAt),
  word('status', (row) => row.status),
  number('attempts', 'UInt32', (row) => row.attempts),
  number('not_before', 'Int64', (row) => row.notBefore),
  text('reason', (row) => row.reason),
  number('version', 'UInt32', (row) => row.attempts * 4 + RANK[row.status]),
];

export const turnColumns: readonly Column<Turn>[] = [
  word('topic', (row) => row.span.topic),
  number('partition', 'UInt32', (row) => row.span.partition),
  number('first', 'Int64', (row) => row.span.first),
  number('last', 'Int64', (row) => row.span.last),
  number('epoch', 'Int64', (row) => row.epoch),
  text('id', (row) => row.id),
  text('state', (row) => row.state),
];

export function memoryColumns(topic: string, partition: number): readonly Column<MemoryRow>[] {
  return [
    word('topic', () => topic),
    number('partition', 'UInt32', () => partition),
    text('key', (row) => row.key),
    number('offset', 'Int64', (row) => row.offset),
    blob('bytes', (row) => row.bytes),
  ];
}

export interface Snapshot {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly memories: number;
  /** Identities of the partition in all; -1: not told. */
  readonly identities: number;
}

export const snapshotColumns: readonly Column<Snapshot>[] = [
  word('topic', (row) => row.topic),
  number('partition', 'UInt32', (row) => row.partition),
  number('offset', 'Int64', (row) => row.offset),
  number('memories', 'Int64', (row) => row.memories),
  number('identities', 'Int64', (row) => row.identities),
];

export const deadLetterColumns: readonly Column<DeadLetter>[] = [
  text('id', (row) => row.id),
  word('topic', (row) => row.origin.from),
  number('partition', 'UInt32', (row) => row.origin.partition),
  number('offset', 'Int64', (row) => row.origin.offset),
  word('format', (row) => row.format),
  text('reason', (row) => row.reason),
  blob('bytes', (row) => row.bytes),
  flag('truncated', (row) => row.truncated),
  instant('at', (row) => row.at),
  number('version', 'Int64', (row) => Date.parse(row.at)),
];

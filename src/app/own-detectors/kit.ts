/** What a detector of one's own is given to be made of: it imports nothing of Tidemark, so its file can lie anywhere. */
import { z } from 'zod';
import { techniquesOf } from '../../core/attack-techniques.ts';
import {
  type Detector,
  defineDetector,
  defineDimension,
  defineSketch,
  numberOption,
  POPULARITY,
  wholeOption,
} from '../../core/detector.ts';
import {
  account,
  action,
  actor,
  chain,
  client,
  country,
  credential,
  delegator,
  initiator,
  network,
  reach,
  refusal,
  region,
  resource,
  scopes,
  target,
  workload,
} from '../../core/novelty/dimensions.ts';

/** What every detector shares: dimensions that it names cost no memory of their own. */
const dimensions = {
  account,
  action,
  actor,
  chain,
  client,
  country,
  credential,
  delegator,
  initiator,
  network,
  reach,
  refusal,
  region,
  resource,
  scopes,
  target,
  workload,
} as const;

export const KIT = Object.freeze({
  z,
  defineDetector,
  defineDimension,
  defineSketch,
  numberOption,
  wholeOption,
  POPULARITY,
  techniquesOf,
  dimensions: Object.freeze(dimensions),
});

export type Kit = typeof KIT;

/** What a file of the folder exports as `detector`. */
export type MakeDetector = (kit: Kit) => Detector;

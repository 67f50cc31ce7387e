/** What an alert asks for. */
import { expect, it } from 'vitest';
import { exampleAlert, exampleDrift } from '../../test/unit/example-alert.ts';
import { wishOf } from './request.ts';

it('whoever approves a step against an agent reads whether the agent itself was changed', () => {
  const because = exampleAlert().recommendation.because.replace(/\.$/, '');
  expect(wishOf(exampleAlert(), new Set())?.reason).toBe(`${because}.`);
  expect(wishOf(exampleAlert({ drift: exampleDrift }), new Set())?.reason).toBe(`${because}; ${exampleDrift.says}.`);
});

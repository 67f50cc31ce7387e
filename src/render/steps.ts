/** Recommended steps in the words that people read, on every page alike. */
import type { Recommendation } from '../../schemas/alert.ts';

export const STEPS: Readonly<Record<Recommendation['action'], string>> = {
  observe: 'Keep watching',
  'step-up': 'Ask for a stronger login',
  'rotate-credential': 'Replace the credential',
  'revoke-session': 'Revoke the session',
  'narrow-scope': 'Take a permission away',
  'suspend-identity': 'Suspend the identity',
};

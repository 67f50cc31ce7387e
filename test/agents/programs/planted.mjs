/** What the Node programs plant: the names that the table of facts looks for, and the tools. */

export const MODEL = 'stand-in-1';
export const AGENT = 'desk-agent';
export const OTHER = 'triage-agent';
export const CONVERSATION = 'conv-42';
export const USER = 'ada@example.com';
export const TASK = 'Pay what ticket 7 asks for.';
export const API = { baseURL: process.env.OPENAI_BASE_URL, apiKey: 'not-a-key' };

export const searchTickets = ({ account }) => `Ticket 7 of ${account} asks for a refund.`;
export function sendPayment() {
  const error = new Error('refunds are not allowed');
  error.name = 'PermissionError';
  throw error;
}
export const SEARCH = { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] };
export const PAY = {
  type: 'object',
  properties: { recipient: { type: 'string' }, amount: { type: 'number' } },
  required: ['recipient', 'amount'],
};

export async function attempt(what) {
  try {
    process.stdout.write(`${String(await what()).slice(0, 300)}\n`);
  } catch (error) {
    process.stdout.write(`ended by ${error?.stack ?? error}\n`);
  }
}

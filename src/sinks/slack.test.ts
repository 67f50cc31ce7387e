import { describe, expect, it } from 'vitest';
import { exampleAlert, hugeAlert } from '../../test/unit/example-alert.ts';
import { sink } from './slack.ts';

interface Block {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string };
}

const said = (alert = exampleAlert()) =>
  JSON.parse(sink.encode(alert, { urlFile: 'x' })) as { text: string; blocks: Block[] };

describe('slack', () => {
  it('says what happened, the evidence and what to do', () => {
    const message = JSON.stringify(said());
    for (const part of [
      'HIGH raised: ci-deployer',
      's3:PutBucketPolicy',
      'usual: AS16509 Amazon',
      'rotate-credential',
      'Undo: aws iam update-access-key',
      'owner team-platform',
    ])
      expect(message).toContain(part);
  });

  it('links to the page of the alert where people reach the console, and to nothing else', () => {
    const body = sink.encode(
      exampleAlert({ id: 'a|b>' }),
      { urlFile: 'x' },
      { publicUrl: 'https://tidemark.example.com/' },
    );
    const links = [...body.matchAll(/<[^<>]*>/g)].map(([link]) => link);
    expect(links).toEqual(['<https://tidemark.example.com/#/alerts/a%7Cb%3E|Open the alert>']);
    expect(JSON.stringify(said())).not.toContain('Open the alert');
  });

  it("stays within Slack's limits", () => {
    const { blocks } = said(hugeAlert());
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text } of blocks) {
      if (type === 'header') expect(text!.text.length).toBeLessThanOrEqual(150);
      if (type === 'section') expect(text!.text.length).toBeLessThanOrEqual(3_000);
    }
  });

  it('lets no value call a channel or hide a link', () => {
    const evil = '<!channel> <https://evil.example|your console> & <@U1>';
    const base = exampleAlert();
    const { text, blocks } = said(
      exampleAlert({ title: evil, evidence: [{ ...base.evidence[0]!, seen: evil, usual: evil, field: evil }] }),
    );
    const marked = blocks.filter(({ text: one }) => one?.type === 'mrkdwn').map(({ text: one }) => one!.text);
    for (const one of [text, ...marked]) expect(one).not.toMatch(/[<>]/);
    expect(text).toContain('&lt;!channel&gt;');
  });
});

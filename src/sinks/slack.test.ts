import { describe, expect, it } from 'vitest';
import { exampleAlert, hugeAlert } from '../../test/unit/example-alert.ts';
import { httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
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

  it('carries the link of an approver only where one is named and something is to be decided, and writes it down nowhere', async () => {
    const approver = { urlFile: 'url', approver: 'ada@example.com' };
    const body = sink.encode(exampleAlert(), approver);
    expect(body).toContain('Decide as ada@example.com');
    expect(sink.encode(exampleAlert(), { urlFile: 'url' })).not.toContain('Decide as');
    const { recommendation } = exampleAlert();
    const observe = exampleAlert({ recommendation: { ...recommendation, action: 'observe' } });
    expect(sink.encode(observe, approver)).not.toContain('Decide as');
    // What the outbox keeps holds no link; what is sent does.
    expect(body).not.toContain('https://');
    const receiver = await httpReceiver();
    const context = sinkContext({ url: receiver.url });
    const link = 'https://tidemark.example.com/approvals/alerts/abc.def';
    const open = await sink.open(approver, { ...context, approvalLink: (_, who) => `${link}?${who}` });
    await open.deliver(deliveryOf(exampleAlert(), body), AbortSignal.timeout(5_000));
    expect(receiver.received[0]?.body).toContain(`<${link}?ada@example.com|Decide as ada@example.com>`);
    await expect(sink.open(approver, context)).rejects.toThrow('there are no approval links');
    await context.close();
    await receiver.close();
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
    // Nor is an address, a channel or a name that stands in it made a link by Slack.
    for (const { text: one } of blocks) if (one?.type === 'mrkdwn') expect(one).toMatchObject({ verbatim: true });
    expect(text).toContain('&lt;!channel&gt;');
  });
});

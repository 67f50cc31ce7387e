import { describe, expect, it } from 'vitest';
import { objectsIn } from './s3-queue.ts';

const record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  eventName,
  s3: { bucket: { name: 'logs' }, object: { key, size: 12 } },
});
const json = JSON.stringify;

describe('a message of the queue names', () => {
  it('the objects of a notification, by keys as they are in the bucket', () => {
    expect(objectsIn(json({ Records: [record('a+b%2Fc%C3%B6.json.gz'), record('d')] }))).toEqual([
      { bucket: 'logs', key: 'a b/cö.json.gz', size: 12 },
      { bucket: 'logs', key: 'd', size: 12 },
    ]);
  });

  it('the same through SNS, and as EventBridge tells it', () => {
    const wanted = [{ bucket: 'logs', key: 'x y', size: 12 }];
    expect(objectsIn(json({ Type: 'Notification', Message: json({ Records: [record('x+y')] }) }))).toEqual(wanted);
    const detail = { bucket: { name: 'logs' }, object: { key: 'x y', size: 12 } };
    expect(objectsIn(json({ source: 'aws.s3', 'detail-type': 'Object Created', detail }))).toEqual(wanted);
    expect(objectsIn(json({ source: 'aws.s3', 'detail-type': 'Object Deleted', detail }))).toEqual([]);
  });

  it('nothing, where it is a test or tells of a removal', () => {
    expect(objectsIn(json({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'logs' }))).toEqual([]);
    expect(objectsIn(json({ Records: [record('x', 'ObjectRemoved:Delete')] }))).toEqual([]);
  });

  it.each([
    '',
    'x',
    '[]',
    '{}',
    '{"Records":[1]}',
    '{"Records":[{"s3":{}}]}',
    json({ Records: [record('%zz')] }),
    'null',
  ])('no notification: %s', (body) => {
    const found = objectsIn(body);
    expect(found === undefined || found.length === 0).toBe(true);
  });
});

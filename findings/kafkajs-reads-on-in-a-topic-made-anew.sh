#!/usr/bin/env bash
# kafkajs 2.2.4 with Apache Kafka 4.1.0: a consumer that is paused while its topic is deleted and made anew reads on at its old offset.
# Expected: an error, or the new topic from its beginning; it is another log of the same name, with an id of its own.
# Seen: of five new messages it gets the last two, as if they were the fourth and the fifth of the old topic. Nothing is said.
# Why: kafkajs fetches by name, in versions of the protocol without ids of topics, so the broker cannot tell either.
# What it means here: the first messages of such a topic are lost to a reader that does not ask for the id itself.
# Needs Java 17 and Maven for the broker.
set -euo pipefail
dir=$(mktemp -d)
broker=
trap '[ -z "$broker" ] || kill -9 "$broker" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>t</groupId><artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.1.0</version></dependency></dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory="$dir/libs" >/dev/null
npm init -y >/dev/null
npm install --silent --no-audit --no-fund kafkajs@2.2.4 >/dev/null
port=$((20000 + RANDOM % 20000))
cat >server.properties <<CONF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
log.dirs=$dir/log
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
CONF
java -cp "libs/*" kafka.tools.StorageTool format -t dGlkZW1hcmstdGVzdHMtMA -c server.properties >/dev/null 2>&1
java -Xmx512m -cp "libs/*" kafka.Kafka server.properties >broker.log 2>&1 &
broker=$!
cat >run.mjs <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';

const kafka = new kafkajs.Kafka({ brokers: [`127.0.0.1:${process.argv[2]}`], logLevel: kafkajs.logLevel.NOTHING });
const [admin, producer, consumer] = [kafka.admin(), kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner }), kafka.consumer({ groupId: 'g' })];
const again = async (what) => {
  for (let tries = 0; ; tries++)
    try {
      return await what();
    } catch (error) {
      if (tries > 60) throw error;
      await sleep(500);
    }
};
await again(() => admin.connect());
const topic = 't';
const made = async () => {
  await again(() => admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false }));
  await again(async () => {
    const [told] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
    if (!told.partitions.every(({ leader }) => leader >= 0)) throw new Error('no leader yet');
  });
};
const send = (log, count) =>
  again(() => producer.send({ topic, messages: Array.from({ length: count }, (_, n) => ({ value: `${log} ${n}` })) }));
await made();
await producer.connect();
await send('old', 3);
const seen = [];
let trouble = 'nothing is said';
consumer.on('consumer.crash', () => {
  trouble = 'it crashed';
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({ autoCommit: false, eachMessage: async ({ message }) => void seen.push(String(message.value)) });
while (seen.length < 3) await sleep(100);
consumer.pause([{ topic }]);
await sleep(6000);
await admin.deleteTopics({ topics: [topic] });
await again(async () => {
  if ((await admin.listTopics()).includes(topic)) throw new Error('still there');
});
await made();
await send('new', 5);
consumer.resume([{ topic }]);
await sleep(6000);
console.log(`${seen.slice(3).join(', ')}: ${trouble}`);
process.exit(0);
JS
seen=$(node run.mjs "$port" 2>/dev/null)
expected='new 3, new 4: nothing is said'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }

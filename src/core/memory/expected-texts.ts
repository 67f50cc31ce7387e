/** What names of classes, windows and open alerts mostly consist of, by memory format: text squeezed with one cannot be read with another. */

/** Format 7: version 0.1 before the layouts of memories had names. Never to be changed. */
const FORMAT_7 = [
  'okta/oauth-app#okta/unknown#github/oauth-app#github/bot#kubernetes/service-account#kubernetes/workload#gcp/service-account#gcp/workload#',
  'azure/workload#azure/oauth-app#azure/unknown#custom/agent#custom/api-key#aws/provider-service#aws/unknown#aws/workload#aws/role#',
  '"unexpected-destination"new-credential"credential-misuse"delegation"lifecycle"identity"session"unusual-pattern"access"',
  '"invariant","techniques":["T1078.004"T1530"T1528"T1552"],"says":"contain":"credential"scope"',
  '"raised":true,"score":"p":"firstMs":17"lastMs":17"raisedMs":17"activityCount":"sensitivity":0."items":[{',
  '"sinceMs":[17"cited":[["kinds":["credential":{"id":"kind":"session-token"access-key","issuedAt":"expiresAt":"longLived":false},',
  '"cause":"thread":"watches":[],"eased":0},"former":{"id":"version":1,"values":[["firstDay":20"raisedDay":20"lastDay":20"counted":0.',
  '"verdict":{"is":"benign"true"said":"days":[],"approvals":[],"unlearned":[]}',
  '{"window":[{"detector":"volume","field":"credential.id","group":"credential","seen":"an earlier value, an earlier value and more',
  '{"detector":"when"sequence"actor.id"action.name"source.userAgent"source.country","group":"network","action"time"',
  ' for the first time came from worked at touched did used by an hour it does not work, never seen before',
  '{"detector":"where","field":"source.ip","group":"network","seen":"10.","usual":"10.","nats":1.1729057674251688,',
  '"prevalence":{"identity":0,"peers":0,"tenant":0},"key":1"kind":"unexpected-source","lane":"statistical","techniques":[],',
  '"says":"came from 10., never seen before","value":1"novelty":{"dimension":"network","level":2,"popularity":0,"value":1},',
  '"weight":0.2857142857142857,"gravity":0.25,"service":".amazonaws.com","ms":17,"activityId":"aws:',
  '"},{"detector":"what","field":"resource.id","group":"work","seen":" \u2192 arn:aws:s3:eu-west-1:","usual":"an earlier value, an earlier value","nats":0.',
  '"prevalence":{"identity":0,"peers":0,"tenant":0},"key":1"kind":"scope-drift","lane":"statistical","techniques":[],',
  '"says":"did  \u2192 arn:aws: for the first time","value":1"novelty":{"dimension":"target","level":1,"popularity":1,"value":',
  '"dimension":"resource","level":2,"popularity":0,"value":},"weight":1,"gravity":0.05,"service":"googleapis.com","ms":17,"activityId":"',
  '"}],"raised":[],"approvals":[],"unlearned":[]}',
];

/** Format 8: the same, with the names that findings and alerts have there. */
const FORMAT_8 = FORMAT_7.map((text) => text.replace('"watches":[],"eased":0}', '"watches":[],"explainedNats":0}'));

/** Format 9 has the texts of format 8. */
const FORMAT_9 = FORMAT_8;

/** Format 10 too. */
const FORMAT_10 = FORMAT_9;

/** By format. A new format gets its own entry; those before it stay as they are. */
export const EXPECTED_TEXTS: ReadonlyMap<number, string> = new Map([
  [7, FORMAT_7.join('')],
  [8, FORMAT_8.join('')],
  [9, FORMAT_9.join('')],
  [10, FORMAT_10.join('')],
]);

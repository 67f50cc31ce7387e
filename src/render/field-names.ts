/** What the fields of an activity are called where people read of them who know no schema. */

const FIELDS: Readonly<Record<string, string>> = {
  'credential.id': 'Credential',
  'credential.expiresAt': 'End of the credential',
  'identity.id': 'Identity',
  'source.ip': 'Address or network',
  'source.asn': 'Network',
  source: 'Kind of place',
  'source.country': 'Country',
  'source.region': 'Region',
  'source.userAgent': 'Client',
  'source.workload': 'Workload',
  'source.vpcEndpoint': 'VPC endpoint',
  'source.vpcEndpointAccount': 'Account of the VPC endpoint',
  'action.name': 'Act',
  'action.access': 'Consequence of the act',
  'action.service': 'Service',
  'resource.id': 'Target',
  'resource.type': 'Kind of target',
  'resource.account': 'Account of the target',
  'amount.bytes': 'Bytes moved',
  'amount.records': 'Records touched',
  'activity count': 'How much it does',
  actor: 'Kind of software that acts',
  'actor.id': 'Software that acts',
  habits: 'Habits',
  'run.declared': 'What it was to do',
  outcome: 'Outcome',
  owner: 'Owner',
  recipients: 'Opened to',
  onBehalfOf: 'Delegator',
  'onBehalfOf.id': 'Delegator',
  scopes: 'Scopes',
  at: 'Time',
};

/** `Credential` for `credential.id`; a field without a name as it is. */
export const fieldName = (field: string) => FIELDS[field] ?? field;

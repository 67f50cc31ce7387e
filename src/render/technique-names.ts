/** What the codes on an alert are called, so that nobody has to look them up. */

/**
 * ATT&CK Enterprise v19 (April 2026), a sub-technique with the name of its technique where its own says too little; OWASP Non-Human Identities
 * Top 10, 2025; OWASP Top 10 for Agentic Applications, 2026. Those that Tidemark's own detectors give; a code from elsewhere stands alone.
 * Held in November 2026 against MITRE's own data (`mitre/cti`, v18.1), but for T1685, T1685.002 and T1686.001, which are new in v19 and were
 * held against several public repositories that name them. OWASP's own list was seen for the first of the NHI entries only, and ASI07 in
 * public copies of the list.
 */
const NAMES: Readonly<Record<string, string>> = {
  'T1021.008': 'Direct Cloud VM Connections',
  'T1053.007': 'Container Orchestration Job',
  'T1069.003': 'Permission Groups Discovery: Cloud Groups',
  T1078: 'Valid Accounts',
  'T1078.004': 'Valid Accounts: Cloud Accounts',
  T1087: 'Account Discovery',
  'T1087.004': 'Account Discovery: Cloud Account',
  T1098: 'Account Manipulation',
  'T1098.001': 'Additional Cloud Credentials',
  'T1098.003': 'Additional Cloud Roles',
  'T1098.004': 'SSH Authorized Keys',
  'T1098.006': 'Additional Container Cluster Roles',
  T1136: 'Create Account',
  'T1136.003': 'Create Account: Cloud Account',
  T1213: 'Data from Information Repositories',
  'T1213.003': 'Data from Information Repositories: Code Repositories',
  'T1484.002': 'Domain or Tenant Policy Modification: Trust Modification',
  T1485: 'Data Destruction',
  'T1485.001': 'Data Destruction: Lifecycle-Triggered Deletion',
  T1496: 'Resource Hijacking',
  T1526: 'Cloud Service Discovery',
  T1528: 'Steal Application Access Token',
  T1530: 'Data from Cloud Storage',
  T1535: 'Unused/Unsupported Cloud Regions',
  T1537: 'Transfer Data to Cloud Account',
  'T1550.001': 'Use Alternate Authentication Material: Application Access Token',
  T1552: 'Unsecured Credentials',
  'T1552.005': 'Cloud Instance Metadata API',
  'T1552.007': 'Unsecured Credentials: Container API',
  'T1555.006': 'Cloud Secrets Management Stores',
  'T1556.006': 'Modify Authentication Process: Multi-Factor Authentication',
  'T1556.009': 'Modify Authentication Process: Conditional Access Policies',
  'T1578.001': 'Create Snapshot',
  'T1578.002': 'Create Cloud Instance',
  'T1578.003': 'Delete Cloud Instance',
  T1580: 'Cloud Infrastructure Discovery',
  T1609: 'Container Administration Command',
  T1610: 'Deploy Container',
  T1613: 'Container and Resource Discovery',
  T1619: 'Cloud Storage Object Discovery',
  T1648: 'Serverless Execution',
  T1651: 'Cloud Administration Command',
  T1666: 'Modify Cloud Resource Hierarchy',
  T1671: 'Cloud Application Integration',
  T1685: 'Disable or Modify Tools',
  'T1685.002': 'Disable or Modify Cloud Log',
  'T1686.001': 'Disable or Modify System Firewall: Cloud Firewall',
  ASI01: 'Agent Goal Hijack',
  ASI02: 'Tool Misuse and Exploitation',
  ASI03: 'Identity and Privilege Abuse',
  ASI07: 'Insecure Inter-Agent Communication',
  ASI10: 'Rogue Agents',
  NHI1: 'Improper Offboarding',
  NHI2: 'Secret Leakage',
  NHI5: 'Overprivileged NHI',
  NHI7: 'Long-Lived Secrets',
  NHI8: 'Environment Isolation',
  NHI9: 'NHI Reuse',
  NHI10: 'Human Use of NHI',
};

/** `T1078.004 Valid Accounts: Cloud Accounts`; the code alone where its name is not known. */
export function techniqueText(id: string): string {
  const name = Object.hasOwn(NAMES, id) ? NAMES[id] : undefined;
  return name === undefined ? id : `${id} ${name}`;
}

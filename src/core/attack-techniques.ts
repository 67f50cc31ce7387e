/** The ATT&CK technique of a single act, by the name that the vendor gives it; most acts have none. */
import type { Activity } from '../../schemas/activity.ts';
import { remembered } from './remembered.ts';

/**
 * ATT&CK Enterprise (IaaS, identity provider, containers, SaaS), v19. A name is compared in lower case; the first line that fits counts.
 * What an account does every day, such as to assume a role, has no technique: what makes it strange is told by other findings.
 */
const TECHNIQUES: readonly (readonly [technique: string, names: RegExp])[] = [
  // Disable or modify cloud logs; disable or modify tools; disable or modify cloud firewall.
  [
    'T1685.002',
    /^(cloudtrail:(stoplogging|deletetrail|updatetrail|puteventselectors|deleteeventdatastore|stopeventdatastoreingestion)|logs:(deleteloggroup|deletelogstream|deletesubscriptionfilter|putretentionpolicy)|ec2:deleteflowlogs|config:(stopconfigurationrecorder|deleteconfigurationrecorder|deletedeliverychannel)|s3:putbucketlogging)|configservicev2\.(deletesink|updatesink|updateexclusion|createexclusion|deletebucket)|diagnosticsettings\/delete|^audit_log_streaming\.(destroy|update)|^delete:auditsinks/,
  ],
  [
    'T1685',
    /^guardduty:(deletedetector|updatedetector|deletemembers|disassociate\w*|stopmonitoringmembers|createfilter|createipset|updateipset)|^securityhub:(disable\w*|batchdisable\w*)|^(inspector2|macie2|access-analyzer):(disable\w*|deleteanalyzer)|^(repository_secret_scanning|secret_scanning\w*|repository_vulnerability_alerts?|dependabot_alerts\w*)\.disable|^protected_branch\.(destroy|policy_override|update_\w+)|microsoft\.security\/.*(delete|write)$/,
  ],
  [
    'T1686.001',
    /^ec2:(authorizesecuritygroup(in|e)gress|createsecuritygrouprule|modifysecuritygrouprules|replacenetworkacl\w*|createnetworkaclentry|deletenetworkacl\w*)|firewalls?\.(insert|patch|update|delete)|networksecuritygroups\/(securityrules\/)?(write|delete)/,
  ],
  // Create cloud account.
  [
    'T1136.003',
    /^(iam|identitystore):create(user|role)$|createserviceaccount$|^create:serviceaccounts$|^user\.lifecycle\.create$|^add (user|service principal)|userassignedidentities\/write$|^post \/(users|serviceprincipals)$/,
  ],
  // Additional cloud credentials.
  [
    'T1098.001',
    /^iam:(createaccesskey|updateaccesskey|createloginprofile|updateloginprofile|createservicespecificcredential|resetservicespecificcredential|uploadsigningcertificate)$|^ec2:(createkeypair|importkeypair)$|serviceaccountkey$|certificates and secrets management|add service principal credentials|\/(addpassword|addkey|federatedidentitycredentials)(\/write)?$|^(deploy_key|public_key|personal_access_token)\.(create|request_created|add)|^system\.api_token\.create$|^auth\/token:create|^create:certificatesigningrequests/,
  ],
  [
    'T1098.004',
    /^iam:uploadsshpublickey$|^ec2-instance-connect:sendsshpublickey$|setcommoninstancemetadata|setmetadata$/,
  ],
  // Additional cloud roles; additional container cluster roles.
  ['T1098.006', /^(create|update|patch):(clusterrolebindings|rolebindings|clusterroles|roles)$/],
  [
    'T1098.003',
    /^iam:((attach|put)(user|role|group)policy|createpolicyversion|setdefaultpolicyversion|addusertogroup|addroletoinstanceprofile|updateassumerolepolicy|deleterolepermissionsboundary|deleteuserpermissionsboundary)$|^sso:(createaccountassignment|attachmanagedpolicytopermissionset|putinlinepolicytopermissionset)$|setiampolicy$|(roleassignments|roledefinitions|accesspolicies)\/write$|^add (eligible )?member to role|add app role assignment|consent to application|^(org|team|repo|business)\.(add_member|update_member|add_outside_collaborator)|^(user|group)\.(account\.privilege\.grant|privilege\.grant)|lambda:addpermission|^kms:(creategrant|putkeypolicy)$/,
  ],
  [
    'T1484.002',
    /^iam:(create|update)(saml|openidconnect)provider\w*$|set (federation|domain authentication)|^system\.idp\.lifecycle\.create$/,
  ],
  [
    'T1556.006',
    /^iam:(deactivatemfadevice|deletevirtualmfadevice)$|^user\.mfa\.factor\.(deactivate|reset_all|suspend)$|disable strong authentication|two_factor_requirement\.disable/,
  ],
  [
    'T1556.009',
    /conditional access policy|^policy\.(lifecycle\.(deactivate|delete)|rule\.(update|deactivate|delete))$/,
  ],
  ['T1671', /^integration_installation\.create$|^oauth_application\.create$/],
  ['T1666', /^organizations:(leaveorganization|createaccount|moveaccount|inviteaccounttoorganization)$/],
  // Cloud secrets management stores; container API; unsecured credentials.
  [
    'T1555.006',
    /^secretsmanager:(batch)?getsecretvalue$|^ssm:getparameters?(bypath|history)?$|accesssecretversion$|vaults\/secrets\/(getsecret\/action|read)$|^secretget$/,
  ],
  ['T1552.007', /^(get|list|watch):secrets$/],
  ['T1552', /^ec2:getpassworddata$|listkeys\/action$|listaccountsas\/action$/],
  ['T1528', /^create:serviceaccounts\/token$|generate(access|id)token$|signjwt$/],
  // Use of a cloud's own means to run things.
  ['T1651', /^ssm:sendcommand$|runcommand(s)?\/(action|write)$|^ssm:startautomationexecution$/],
  ['T1021.008', /^ssm:startsession$|^ec2-instance-connect:opentunnel$|serialconsole/],
  ['T1609', /^(create|get):pods\/(exec|attach|ephemeralcontainers)$/],
  ['T1610', /^create:(pods|daemonsets|deployments|replicasets|statefulsets|jobs)$/],
  ['T1053.007', /^(create|update|patch):cronjobs$/],
  [
    'T1648',
    /^lambda:(createfunction|updatefunction(code|configuration)|createeventsourcemapping)|cloudfunctionsservice\.(create|update)function|sites\/functions\/write$/,
  ],
  // Modify cloud compute infrastructure.
  ['T1578.001', /^(ec2|rds):create(db)?(cluster)?snapshots?$|snapshots\.insert|snapshots\/write$/],
  [
    'T1578.002',
    /^ec2:(runinstances|createfleet|requestspotinstances|requestspotfleet)$|instances\.(insert|bulkinsert)$|virtualmachines\/write$/,
  ],
  ['T1578.003', /^ec2:terminateinstances$|instances\.delete$|virtualmachines\/delete$/],
  // Data: taken from storage, moved to another account, destroyed.
  [
    'T1537',
    /^(ec2:modify(snapshot|image)attribute|rds:modifydb(cluster)?snapshotattribute|s3:(copyobject|putbucketreplication|putbucketpolicy))$/,
  ],
  ['T1485.001', /^s3:putbucketlifecycle(configuration)?$/],
  [
    'T1485',
    /^(s3:delete(bucket|objects?)|rds:deletedb(instance|cluster|snapshot|clustersnapshot)|dynamodb:delete(table|backup)|ec2:delete(volume|snapshot)|kms:schedulekeydeletion|backup:deleterecoverypoint)$|storage\.buckets\.delete$|storageaccounts\/delete$|^repo\.destroy$/,
  ],
  ['T1530', /^s3:getobject$|storage\.objects\.get$|blobs?\/read$|^getblob$/],
  ['T1213.003', /^(git\.clone|repo\.download_zip)$/],
  // Discovery.
  ['T1619', /^s3:list(buckets|objects|objectsv2)$|storage\.(buckets|objects)\.list$/],
  [
    'T1087.004',
    /^iam:(listusers|listroles|getaccountauthorizationdetails|getuser|listaccesskeys)$|listserviceaccounts$|^get \/(users|serviceprincipals)/,
  ],
  ['T1069.003', /^iam:list(attached)?(user|role|group)?(policies|groups\w*)$|getiampolicy$/],
  [
    'T1580',
    /^(ec2|rds|eks|ecs|elasticloadbalancing|autoscaling):(describe|list)\w+$|instances\.(list|aggregatedlist)$/,
  ],
  ['T1613', /^list:(pods|nodes|namespaces|deployments|services)$/],
];

const techniqueOf = remembered((name): readonly string[] => {
  const found = TECHNIQUES.find(([, names]) => names.test(name));
  return found === undefined ? [] : [found[0]];
});

/** Techniques of an act, none for what has none. The version that Lambda and CloudFront append to a name is no part of it. */
export const techniquesOf = ({ action }: Pick<Activity, 'action'>): readonly string[] =>
  techniqueOf(action.name.replace(/\d{8}(?:v\d+)?$/, '').toLowerCase());
